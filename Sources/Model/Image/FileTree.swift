// SPDX-License-Identifier: Apache-2.0
package import PlinthCore

/// A root file system in memory: entries by path, contents fetched when asked for.
///
/// The root directory itself has no entry. Every other entry's parents are directories of the tree.
package struct FileTree: Sendable {
    /// Fetches the content of a regular file that a package brought.
    package typealias Fetch = @Sendable (TreePath, FileNode) throws -> [UInt8]
    /// Fetches a part of one content.
    package typealias Content = @Sendable (_ offset: Int64, _ count: Int64) throws -> [UInt8]

    package private(set) var nodes: [TreePath: FileNode] = [:]
    /// Contents written by effects and recipes; small.
    package private(set) var written: [TreePath: [UInt8]] = [:]
    /// How contents are fetched that lie elsewhere than packages' and may be large.
    private var lent: [TreePath: Content] = [:]
    private let fetch: Fetch
    /// The time given to what is written into the tree, seconds since 1970.
    package let epoch: Int64

    package init(
        epoch: Int64, nodes: [TreePath: FileNode] = [:],
        fetch: @escaping Fetch = { path, _ in throw FileTree.missing(path) }
    ) {
        self.epoch = epoch
        self.nodes = nodes
        self.fetch = fetch
    }

    package static func missing(_ path: TreePath) -> Problem {
        Problem("tree.missing", "No such file in the image", at: "/\(path)")
    }

    package subscript(path: TreePath) -> FileNode? {
        get { nodes[path] }
        set {
            nodes[path] = newValue
            if newValue == nil { (written[path], lent[path]) = (nil, nil) }
        }
    }

    package var sortedPaths: [TreePath] { nodes.keys.sorted() }

    /// The entries of one directory, sorted bytewise. Time grows with the size of the tree.
    package func children(of directory: TreePath) -> [TreePath] {
        let start = directory.isRoot ? 0 : directory.bytes.count + 1
        let slash = UInt8(ascii: "/")
        return nodes.keys.filter { path in
            path.bytes.count > start && (start == 0 || path.bytes[start - 1] == slash)
                && !path.bytes[start...].contains(slash) && path.bytes[..<max(start - 1, 0)] == directory.bytes[...]
        }.sorted()
    }

    /// Where the entry of that name lies: links in its parents are followed, the entry itself is not.
    package func placeOfEntry(_ path: TreePath) -> TreePath {
        guard let parent = path.parent, let real = resolve(parent) else { return path }
        return real.appending(path.name)
    }

    /// Everything below a directory, sorted. Time grows with the size of the tree.
    package func descendants(of directory: TreePath) -> [TreePath] {
        nodes.keys.filter { $0 != directory && $0.isInside(directory) }.sorted()
    }

    /// The path behind symbolic links, which stay within the root; nil for a dangling link, a loop or no entry.
    package func resolve(_ path: TreePath) -> TreePath? {
        var budget = 40
        return resolve(path, budget: &budget)
    }

    private func resolve(_ path: TreePath, budget: inout Int) -> TreePath? {
        guard let parent = path.parent else { return .root }
        guard let directory = resolve(parent, budget: &budget) else { return nil }
        let place = directory.appending(path.name)
        guard let node = nodes[place] else { return nil }
        guard case .symlink(let target) = node.kind else { return place }
        guard budget > 0 else { return nil }
        budget -= 1
        return follow(target, from: directory, budget: &budget)
    }

    private func follow(_ target: [UInt8], from directory: TreePath, budget: inout Int) -> TreePath? {
        var current = target.first == UInt8(ascii: "/") ? TreePath.root : directory
        for part in target.split(separator: UInt8(ascii: "/")) where part != [UInt8(ascii: ".")] {
            if part == [UInt8(ascii: "."), UInt8(ascii: ".")] {
                current = current.parent ?? .root
            } else {
                guard let next = resolve(current.appending(part), budget: &budget) else { return nil }
                current = next
            }
        }
        return current
    }

    /// The content of a regular file, symbolic and hard links followed.
    /// - Throws: `Problem` with code `tree.missing`, or what fetching throws.
    package func contents(_ path: TreePath) throws -> [UInt8] { try beginning(of: path, limit: .max) }

    /// The first bytes of a regular file, symbolic and hard links followed. Only of a package's file more is read.
    /// - Throws: `Problem` with code `tree.missing`, or what fetching throws.
    package func beginning(of path: TreePath, limit: Int64) throws -> [UInt8] {
        guard let place = resolve(path), let node = nodes[place] else { throw Self.missing(path) }
        if case .hardLink(let target) = node.kind, target != path { return try beginning(of: target, limit: limit) }
        guard case .file(let size) = node.kind else { throw Self.missing(path) }
        if let content = lent[place], written[place] == nil { return try content(0, min(size, limit)) }
        let bytes = try written[place] ?? fetch(place, node)
        return bytes.count > limit ? Array(bytes.prefix(Int(limit))) : bytes
    }

    /// Lends the content of the regular file at exactly that path in pieces: those of recipes' files 1 MiB at a time.
    /// - Throws: `Problem` with code `tree.missing`, or what fetching throws.
    package func readContents(_ path: TreePath, _ body: ([UInt8]) throws -> Void) throws {
        guard written[path] == nil, let content = lent[path], case .file(let size)? = nodes[path]?.kind else {
            return try body(try contents(path))
        }
        var done: Int64 = 0
        while done < size {
            let count = min(size - done, 1 << 20)
            try body(try content(done, count))
            done += count
        }
    }

    /// Makes a directory and its missing parents (mode 755); an existing directory stays as it is.
    package mutating func makeDirectory(
        _ path: TreePath, mode: UInt16 = 0o755, user: UInt32 = 0, group: UInt32 = 0, origin: FileNode.Origin
    ) {
        guard !path.isRoot, nodes[path] == nil else { return }
        if let parent = path.parent { makeDirectory(parent, origin: origin) }
        nodes[path] = FileNode(.directory, mode: mode, user: user, group: group, modified: epoch, origin: origin)
    }

    /// Puts an entry at exactly that path, replacing what was there; its parents must be directories of the tree.
    /// - Parameter content: of a regular file; asked for when the content is wanted.
    package mutating func put(_ path: TreePath, _ node: FileNode, content: Content? = nil) {
        nodes[path] = node
        (written[path], lent[path]) = (nil, content)
    }

    /// Writes a regular file, replacing what was there, and makes its parents. Links on the way are followed.
    package mutating func write(
        _ path: TreePath, _ content: [UInt8], mode: UInt16 = 0o644, user: UInt32 = 0, group: UInt32 = 0,
        origin: FileNode.Origin
    ) {
        let place = placeForWriting(path, origin: origin)
        nodes[place] = FileNode(
            .file(size: Int64(content.count)), mode: mode, user: user, group: group, modified: epoch, origin: origin,
            digest: .of(content))
        written[place] = content
    }

    /// Makes a symbolic link, replacing what was there, and makes its parents.
    package mutating func link(_ path: TreePath, to target: String, origin: FileNode.Origin) {
        let place = placeForWriting(path, origin: origin)
        nodes[place] = FileNode(.symlink(Array(target.utf8)), mode: 0o777, modified: epoch, origin: origin)
        written[place] = nil
    }

    /// The real path behind linked parents, its parents made.
    private mutating func placeForWriting(_ path: TreePath, origin: FileNode.Origin) -> TreePath {
        guard let parent = path.parent else { return path }
        if let real = resolve(parent) { return real.appending(path.name) }
        makeDirectory(parent, origin: origin)
        return path
    }
}
