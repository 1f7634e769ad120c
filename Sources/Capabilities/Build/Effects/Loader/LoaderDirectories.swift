// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage

/// The directories that `ldconfig` searches: those of `etc/ld.so.conf` in its order, then the built-in ones.
struct LoaderDirectories {
    struct Directory {
        /// As written: the cache names libraries by it.
        var path: [UInt8]
        /// The real directory.
        var place: TreePath
        /// The name below `glibc-hwcaps`.
        var capability: [UInt8]?
    }

    private(set) var directories: [Directory] = []
    private var seen: Set<TreePath> = []
    private var filesRead = 0

    init(in tree: FileTree, _ context: EffectContext) {
        read(TreePath("etc/ld.so.conf"), in: tree)
        for path in Self.builtIn(context) { add(Array(path.utf8), in: tree) }
    }

    /// Debian's `ldconfig` knows the multiarch directories; others the ones of their word size.
    private static func builtIn(_ context: EffectContext) -> [String] {
        guard context.triplet.isEmpty else {
            return ["/lib/\(context.triplet)", "/usr/lib/\(context.triplet)", "/lib", "/usr/lib"]
        }
        return ["/lib64", "/usr/lib64", "/lib", "/usr/lib"]
    }

    private mutating func read(_ file: TreePath, in tree: FileTree) {
        // A file that includes itself would not end.
        filesRead += 1
        guard filesRead <= 256, let content = try? tree.contents(file) else { return }
        for line in content.split(separator: UInt8(ascii: "\n")) {
            let text = line.prefix { $0 != UInt8(ascii: "#") }.drop(while: Self.isBlank)
            if text.isEmpty { continue }
            let words = text.split(whereSeparator: Self.isBlank)
            if words.count > 1, words[0].elementsEqual("include".utf8) {
                for pattern in words.dropFirst() { include(pattern, from: file, in: tree) }
            } else if words.count > 1, words[0].elementsEqual("hwcap".utf8) {
                continue
            } else {
                add(Array(text), in: tree)
            }
        }
    }

    private mutating func include(_ pattern: ArraySlice<UInt8>, from file: TreePath, in tree: FileTree) {
        let isAbsolute = pattern.first == UInt8(ascii: "/")
        let base = isAbsolute ? [] : (file.parent ?? .root).bytes + [UInt8(ascii: "/")]
        guard let path = try? TreePath(archiveName: base + pattern), let parent = path.parent,
            let directory = tree.resolve(parent)
        else { return }
        for child in tree.children(of: directory) where Self.matches(path.name, child.name) {
            read(child, in: tree)
        }
    }

    private mutating func add(_ line: [UInt8], in tree: FileTree) {
        var path = line.prefix { $0 != UInt8(ascii: "=") }
        while let last = path.last, Self.isBlank(last) { path.removeLast() }
        while path.last == UInt8(ascii: "/") { path.removeLast() }
        guard let name = try? TreePath(archiveName: Array(path)), !name.isRoot,
            let place = tree.resolve(name), tree[place]?.isDirectory == true
        else { return }
        if seen.insert(place).inserted { directories.append(Directory(path: Array(path), place: place)) }
        let parent = place.appending("glibc-hwcaps")
        guard let capabilities = tree.resolve(parent) else { return }
        for child in tree.children(of: capabilities) {
            guard let real = tree.resolve(child), tree[real]?.isDirectory == true, seen.insert(real).inserted else {
                continue
            }
            let full = Array(path) + Array("/glibc-hwcaps/".utf8) + child.name
            directories.append(Directory(path: full, place: real, capability: Array(child.name)))
        }
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (byte >= 0x09 && byte <= 0x0d) }

    /// `*` and `?` as a shell has them; a leading dot must be written.
    static func matches(_ pattern: ArraySlice<UInt8>, _ name: ArraySlice<UInt8>) -> Bool {
        if name.first == UInt8(ascii: "."), pattern.first != UInt8(ascii: ".") { return false }
        var (place, mark) = (pattern.startIndex, name.startIndex)
        var star: (pattern: Int, name: Int)?
        while mark < name.endIndex {
            if place < pattern.endIndex, pattern[place] == UInt8(ascii: "*") {
                star = (place, mark)
                place += 1
            } else if place < pattern.endIndex, pattern[place] == UInt8(ascii: "?") || pattern[place] == name[mark] {
                place += 1
                mark += 1
            } else if let last = star {
                star = (last.pattern, last.name + 1)
                place = last.pattern + 1
                mark = last.name + 1
            } else {
                return false
            }
        }
        return pattern[place...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
