// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage

/// A merged tree as a system sees it: paths lead through links.
struct SystemView {
    let tree: LayeredTree

    /// Where a path leads; nil for nothing.
    func index(_ path: String) -> Int? { tree.resolve(TreePath(unchecked: Array(path.utf8))) }

    func place(_ path: String) -> String? { index(path).map { shown($0) } }

    /// The content of a file that was kept.
    func content(_ path: String) -> [UInt8]? { index(path).flatMap { tree.keptContent(at: $0) } }

    func text(_ path: String) -> String? { content(path).map { String(decoding: $0, as: UTF8.self) } }

    /// A path for reports.
    func shown(_ index: Int) -> String { "/\(tree.path(at: index))" }

    func isFile(_ index: Int) -> Bool { if case .file = tree.entry(at: index).kind { true } else { false } }

    /// Directories in which programs are looked for, each once, links followed.
    var programDirectories: [Int] {
        var seen: Set<Int> = []
        return ["usr/local/sbin", "usr/local/bin", "usr/sbin", "usr/bin", "sbin", "bin"].compactMap { index($0) }
            .filter { tree.isDirectory(at: $0) && seen.insert($0).inserted }
    }

    /// A program of that name: the path that is searched first, and the file behind it.
    func program(_ name: String) -> (path: String, index: Int)? {
        for directory in ["usr/local/sbin", "usr/local/bin", "usr/sbin", "usr/bin", "sbin", "bin"] {
            if let found = index("\(directory)/\(name)"), isFile(found) { return ("/\(directory)/\(name)", found) }
        }
        return nil
    }
}

/// Looks for bytes in bytes.
struct ByteSearch {
    let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The offset behind the first place where the text stands.
    func end(of text: String, from start: Int = 0) -> Int? {
        let wanted = Array(text.utf8)
        guard let first = wanted.first, bytes.count >= wanted.count else { return nil }
        return bytes.withUnsafeBufferPointer { bytes in
            var index = start
            let last = bytes.count - wanted.count
            while index <= last {
                if bytes[index] == first, bytes[index...].starts(with: wanted) { return index + wanted.count }
                index += 1
            }
            return nil
        }
    }

    func contains(_ text: String) -> Bool { end(of: text) != nil }

    func count(of text: String) -> Int {
        var (count, place) = (0, 0)
        while let next = end(of: text, from: place) { (count, place) = (count + 1, next) }
        return count
    }

    /// What follows a text up to a byte that ends it, a hundred bytes at most.
    func word(after text: String, until isEnd: (UInt8) -> Bool) -> String? {
        guard let start = end(of: text) else { return nil }
        let rest = bytes[start...].prefix(100)
        guard let stop = rest.firstIndex(where: isEnd), stop > start else { return nil }
        return String(decoding: rest[..<stop], as: UTF8.self)
    }
}
