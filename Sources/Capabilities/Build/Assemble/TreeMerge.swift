// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage

/// Lays packages over one another by their family's rules (`docs/layer-format.md`, "Merging").
///
/// The result does not depend on the order in which packages were fetched, only on the order given.
struct TreeMerge {
    /// Where a file's bytes lie.
    struct Place: Sendable {
        var segment: Int
        var offset: Int64
        /// The path in the segment, when a linked directory moved the file.
        var original: TreePath
    }

    let segments: [Segment]
    let rules: any MergeRules
    /// The time of directories that no package brought, seconds since 1970.
    let epoch: Int64
    var nodes: [TreePath: FileNode] = [:]
    var places: [TreePath: Place] = [:]
    /// Packages by their place among the segments.
    var owners: [TreePath: Int] = [:]
    /// The paths that are hard links in their package, and their target there.
    var hardLinks: [TreePath: TreePath] = [:]
    /// Where directories really are: links on the way followed.
    var directories: [TreePath: TreePath] = [:]

    /// - Parameter base: what is there already: packages' files take its files' places, its directories and links to
    ///   directories stay.
    /// - Throws: `Problem`s `package.conflict`, `package.linkLoop`.
    init(
        _ segments: [Segment], rules: any MergeRules, epoch: Int64, upon base: [TreePath: FileNode] = [:]
    ) throws {
        self.segments = segments
        self.rules = rules
        self.epoch = epoch
        nodes = base
        try addLinks()
        for index in segments.indices {
            for entry in segments[index].table.entries where !entry.node.isLink { try add(entry, of: index) }
        }
        try joinHardLinks()
    }

    /// Links first, those above others before them: whatever other packages have of that name lands behind them.
    private mutating func addLinks() throws {
        var links: [(entry: SegmentTable.Entry, index: Int)] = []
        for index in segments.indices {
            for entry in segments[index].table.entries where entry.node.isLink { links.append((entry, index)) }
        }
        links.sort { ($0.entry.path, $0.index) < ($1.entry.path, $1.index) }
        for link in links { try add(link.entry, of: link.index) }
    }

    private mutating func add(_ entry: SegmentTable.Entry, of index: Int) throws {
        let path = try behindLinks(place(of: entry, of: index))
        try makeParents(of: path, for: index)
        guard let present = nodes[path] else { return try put(entry, at: path, of: index) }
        switch (present.isDirectory, entry.node.isDirectory) {
        case (true, true):
            if present.origin == .base { return }
            // A directory made for a child is not yet anybody's.
            if owners[path] == nil { return try put(entry, at: path, of: index) }
            nodes[path] = rules.directory(present, and: entry.node)
        case (true, false):
            if entry.node.isLink { return }
            throw conflict(path, index, "is a directory in \(name(of: path))")
        case (false, true):
            if try leadsToDirectory(path) { return }
            throw conflict(path, index, "is not a directory in \(name(of: path))")
        case (false, false):
            try contest(entry, at: path, of: index)
        }
    }

    func place(of entry: SegmentTable.Entry, of index: Int) -> TreePath {
        rules.place(of: entry, in: segments[index].table.package)
    }

    private mutating func put(_ entry: SegmentTable.Entry, at path: TreePath, of index: Int) throws {
        if entry.node.isLink || nodes[path]?.isLink == true { directories = [:] }
        hardLinks[path] = nil
        if case .hardLink(let target) = entry.node.kind { hardLinks[path] = target }
        nodes[path] = entry.node
        owners[path] = index
        places[path] = Place(segment: index, offset: entry.offset, original: entry.path)
    }

    /// Two packages have the same file: one must declare that it replaces the other.
    private mutating func contest(_ entry: SegmentTable.Entry, at path: TreePath, of index: Int) throws {
        if let present = nodes[path], present.origin == .base, present.isLink, present.kind == entry.node.kind {
            return
        }
        guard let owner = owners[path], owner != index, let present = nodes[path] else {
            return try put(entry, at: path, of: index)
        }
        if rules.replaces(index, owner) { return try put(entry, at: path, of: index) }
        if rules.replaces(owner, index) { return }
        if present.kind == entry.node.kind, present.isLink { return }
        throw conflict(path, index, "is also in \(segments[owner].table.package)")
    }

    func conflict(_ path: TreePath, _ index: Int, _ why: String) -> Problem {
        Problem(
            "package.conflict", "Two packages want the same path", at: "/\(path)",
            why: "the path of \(segments[index].table.package) \(why), and neither replaces the other",
            hints: ["leave one of the packages out, or forbid it with `!NAME`"])
    }

    func name(of path: TreePath) -> String {
        if nodes[path]?.origin == .base { return "the base" }
        return owners[path].map { segments[$0].table.package } ?? "another package"
    }
}

extension FileNode {
    var isLink: Bool { if case .symlink = kind { true } else { false } }
}
