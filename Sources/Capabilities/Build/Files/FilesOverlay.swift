// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage

/// What a recipe's `files` bring, laid upon the tree in the recipe's order. A later file takes the place of an
/// earlier one.
struct FilesOverlay {
    let files: [LocalFile]
    /// Those of the files, in their order; after laying with the places that their entries came to.
    private(set) var segments: [Segment]
    /// Whose file a path is, by its place among the segments.
    private(set) var owners: [TreePath: Int] = [:]

    init(_ files: [LocalFile] = [], _ segments: [Segment] = []) {
        self.files = files
        self.segments = segments
    }

    /// - Throws: `paths.occupied`; what the store throws when files have to be moved behind links.
    mutating func lay(on tree: inout FileTree) throws -> EffectReport {
        var report = EffectReport(name: "files")
        for index in segments.indices {
            report.changed += try lay(index, on: &tree)
            let leftOut = segments[index].table.dropped
            guard let first = leftOut.first else { continue }
            let more = leftOut.count == 1 ? "was" : "and \(leftOut.count - 1) more were"
            report.notes.append("the device /\(first) \(more) left out: the runtime brings devices")
        }
        report.changed = Set(report.changed).sorted()
        return report
    }

    private mutating func lay(_ index: Int, on tree: inout FileTree) throws -> [TreePath] {
        let line = files[index].item.line
        var walk = OverlayWalk(origin: .recipe(line: line))
        var moves: [TreePath: TreePath] = [:]
        for entry in segments[index].table.entries {
            let place = try walk.place(of: entry, in: &tree)
            if place != entry.path { moves[entry.path] = place }
        }
        segments[index] = try segments[index].moved(to: moves, level: LayerFormat.gzipLevel)
        let segment = segments[index]
        for entry in segment.table.entries where !entry.node.isDirectory {
            var node = entry.node
            node.origin = .recipe(line: line)
            tree.put(entry.path, node, content: segment.content(entry))
            owners[entry.path] = index
        }
        return segment.table.entries.map(\.path)
    }

    /// Whether a path of the tree is still as the file brought it.
    func holds(_ path: TreePath, in tree: FileTree) -> Int? {
        guard let owner = owners[path], let node = tree[path], let entry = segments[owner].table.entry(path) else {
            return nil
        }
        var own = entry.node
        own.origin = node.origin
        guard own == node, case .recipe = node.origin else { return nil }
        return owner
    }

    /// Gives hard links a content of their own whose carrier is not the file's any more.
    func settleHardLinks(in tree: inout FileTree) {
        for (index, segment) in segments.enumerated() {
            for entry in segment.table.entries {
                guard case .hardLink(let target) = entry.node.kind, owners[entry.path] == index,
                    var node = tree[entry.path], node.kind == entry.node.kind,
                    let carrier = segment.table.entry(target)
                else { continue }
                if holds(target, in: tree) == index, holds(entry.path, in: tree) == index { continue }
                node.kind = carrier.node.kind
                node.digest = carrier.node.digest
                tree.put(entry.path, node, content: segment.content(carrier))
            }
        }
    }
}

/// Finds where entries go: links to directories are followed, directories that are there stay as they are.
private struct OverlayWalk {
    let origin: FileNode.Origin
    /// Where directories of the file really are.
    private var directories: [TreePath: TreePath] = [:]

    init(origin: FileNode.Origin) { self.origin = origin }

    /// Makes directories on the way.
    mutating func place(of entry: SegmentTable.Entry, in tree: inout FileTree) throws -> TreePath {
        let path = try directory(entry.path.parent ?? .root, in: &tree).appending(entry.path.name)
        let present = tree[path]
        let leadsToDirectory = present?.isLink == true && tree.resolve(path).map { Self.isDirectory($0, tree) } == true
        guard entry.node.isDirectory else {
            if present?.isDirectory == true || leadsToDirectory {
                if present?.kind == entry.node.kind { return path }
                throw occupied(path, "a directory")
            }
            return path
        }
        if leadsToDirectory, let real = tree.resolve(path) {
            directories[entry.path] = real
            return real
        }
        if let present, !present.isDirectory { throw occupied(path, "no directory") }
        if present == nil {
            var node = entry.node
            node.origin = origin
            tree.put(path, node)
        }
        directories[entry.path] = path
        return path
    }

    /// The real place of a directory, made where it is missing.
    private mutating func directory(_ path: TreePath, in tree: inout FileTree) throws -> TreePath {
        if path.isRoot { return path }
        if let known = directories[path] { return known }
        if let real = tree.resolve(path) {
            guard Self.isDirectory(real, tree) else { throw occupied(path, "no directory") }
            directories[path] = real
            return real
        }
        let place = try directory(path.parent ?? .root, in: &tree).appending(path.name)
        if tree[place] != nil { throw occupied(place, "a link that leads nowhere") }
        tree.makeDirectory(place, origin: origin)
        directories[path] = place
        return place
    }

    private static func isDirectory(_ path: TreePath, _ tree: FileTree) -> Bool {
        path.isRoot || tree[path]?.isDirectory == true
    }

    private func occupied(_ path: TreePath, _ what: String) -> Problem {
        guard case .recipe(let line) = origin else { return FileTree.missing(path) }
        return Problem(
            "paths.occupied", "A path of the recipe is taken by something else", at: "/\(path)",
            why: "it is \(what) already", hints: ["line \(line) of the recipe"])
    }
}

extension Segment {
    /// Fetches the content of a regular file; nil for everything else.
    fileprivate func content(_ entry: SegmentTable.Entry) -> FileTree.Content? {
        guard case .file = entry.node.kind else { return nil }
        let start = entry.offset
        return { offset, count in try raw(start + offset, count) }
    }
}
