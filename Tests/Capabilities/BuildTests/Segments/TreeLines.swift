// SPDX-License-Identifier: Apache-2.0
import PlinthArchive
import PlinthCore
import PlinthFetch
import PlinthImage
import PlinthOCI

@testable import PlinthBuild

/// A tree as text, one line for each entry:
/// `0755 usr/bin/`, `0644 etc/motd “hello”`, `0777 bin -> usr/bin`, `0644 b == a`; behind it owners other than
/// `0:0` and times other than that of test packages (`@0`).
enum TreeLines {
    static let usualTime: Int64 = 1_700_000_000

    static func line(_ path: TreePath, _ node: FileNode, _ content: [UInt8]?) -> String {
        var text = octal(node.mode) + " \(path)"
        switch node.kind {
        case .directory: text += "/"
        case .file: text += " " + shown(content ?? [])
        case .symlink(let target): text += " -> " + String(decoding: target, as: UTF8.self)
        case .hardLink(let target): text += " == \(target)"
        case .characterDevice(let major, let minor): text += " character \(major),\(minor)"
        case .blockDevice(let major, let minor): text += " block \(major),\(minor)"
        case .fifo: text += " fifo"
        }
        if node.user != 0 || node.group != 0 { text += " \(node.user):\(node.group)" }
        if node.modified != usualTime { text += " @\(node.modified)" }
        return text
    }

    static func octal(_ mode: UInt16) -> String {
        let digits = String(mode, radix: 8)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }

    static func shown(_ content: [UInt8]) -> String {
        let isText = content.count <= 80 && content.allSatisfy { $0 >= 0x20 && $0 < 0x7f || $0 == 10 }
        guard isText else { return "\(content.count) bytes \(Digest.of(content).hex.prefix(8))" }
        return "“" + String(decoding: content, as: UTF8.self).split(separator: "\n").joined(separator: "⏎") + "”"
    }
}

extension FileTree {
    /// Every entry, in order.
    func lines() throws -> [String] {
        try sortedPaths.map { path in
            guard let node = self[path] else { return "" }
            return TreeLines.line(path, node, node.isFile ? try contents(path) : nil)
        }
    }
}

extension Segment {
    /// Every entry of the table, contents read from the stretch.
    func lines() throws -> [String] {
        try table.entries.map { entry in
            guard case .file(let size) = entry.node.kind else { return TreeLines.line(entry.path, entry.node, nil) }
            return TreeLines.line(entry.path, entry.node, try raw(entry.offset, size))
        }
    }

    /// The raw stretch and its compressed form.
    func stretch() throws -> (raw: [UInt8], packed: [UInt8]) {
        (
            try store.read(.segments, key, ".tar", limit: 1 << 30) ?? [],
            try store.read(.segments, key, ".gz", limit: 1 << 30) ?? []
        )
    }

    /// The entries of the raw stretch as a tar reader sees them.
    func tarLines() throws -> [String] { try TarLines.lines(try stretch().raw) }
}

/// Archives as lines, in the order of the archive.
enum TarLines {
    static func entries(_ bytes: [UInt8]) throws -> [(path: TreePath, node: FileNode, content: [UInt8])] {
        let reader = TarReader(MemorySource(bytes), place: "test")
        var result: [(TreePath, FileNode, [UInt8])] = []
        while let entry = try reader.next() {
            var content = [UInt8](repeating: 0, count: Int(entry.size))
            var span = content.mutableSpan
            var filled = 0
            while filled < span.count {
                var rest = span._mutatingExtracting(filled...)
                filled += try reader.read(into: &rest)
            }
            var node = FileNode(
                try kind(of: entry), mode: entry.mode, user: entry.user, group: entry.group, modified: entry.modified,
                origin: .package("archive"))
            node.attributes = entry.attributes
            result.append((try TreePath(archiveName: entry.name), node, content))
        }
        return result
    }

    static func lines(_ bytes: [UInt8]) throws -> [String] {
        try entries(bytes).map { TreeLines.line($0.path, $0.node, $0.content) }
    }

    private static func kind(of entry: TarEntry) throws -> FileNode.Kind {
        switch entry.kind {
        case .directory: .directory
        case .file: .file(size: entry.size)
        case .symlink: .symlink(entry.linkTarget)
        case .hardLink: .hardLink(try TreePath(archiveName: entry.linkTarget))
        case .characterDevice: .characterDevice(major: entry.deviceMajor, minor: entry.deviceMinor)
        case .blockDevice: .blockDevice(major: entry.deviceMajor, minor: entry.deviceMinor)
        case .fifo: .fifo
        }
    }
}
