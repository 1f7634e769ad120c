// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthDebian
import PlinthImage
import PlinthPackages

/// Lays packages over one another by dpkg's rules (`docs/layer-format.md`, "Merging").
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

    private let segments: [Segment]
    private let replaces: [[RequirementGroup]]
    private(set) var nodes: [TreePath: FileNode] = [:]
    private(set) var places: [TreePath: Place] = [:]
    private var owners: [TreePath: Int] = [:]

    init(_ segments: [Segment]) throws {
        self.segments = segments
        replaces = try segments.map { segment in
            try Self.replaces(segment)
        }
        // Links to directories first: files of other packages land behind them.
        for index in segments.indices { try add(index) { $0.isLink } }
        for index in segments.indices { try add(index) { !$0.isLink } }
    }

    private static func replaces(_ segment: Segment) throws -> [RequirementGroup] {
        let control = try segment.control()
        return try control.paragraph["Replaces"].map { try RelationParser.parse($0, kind: .replaces) } ?? []
    }

    private mutating func add(_ index: Int, where wanted: (FileNode) -> Bool) throws {
        for entry in segments[index].table.entries where wanted(entry.node) {
            try add(entry, of: index)
        }
    }

    private mutating func add(_ entry: SegmentTable.Entry, of index: Int) throws {
        let path = behindLinks(entry.path)
        makeParents(of: path, origin: entry.node.origin)
        guard let present = nodes[path] else { return put(entry, at: path, of: index) }
        switch (present.isDirectory, entry.node.isDirectory) {
        case (true, true):
            // A directory made for a child is not yet anybody's; else the first owner's mode stays.
            if owners[path] == nil { put(entry, at: path, of: index) }
        case (true, false):
            if entry.node.isLink { return }
            throw conflict(path, index, "is a directory in \(name(of: path))")
        case (false, true):
            if leadsToDirectory(path) { return }
            throw conflict(path, index, "is not a directory in \(name(of: path))")
        case (false, false):
            try contest(entry, at: path, of: index)
        }
    }

    private mutating func put(_ entry: SegmentTable.Entry, at path: TreePath, of index: Int) {
        var node = entry.node
        if case .hardLink(let target) = node.kind { node.kind = .hardLink(behindLinks(target)) }
        nodes[path] = node
        owners[path] = index
        places[path] = Place(segment: index, offset: entry.offset, original: entry.path)
    }

    /// Two packages have the same file: one must declare that it replaces the other.
    private mutating func contest(_ entry: SegmentTable.Entry, at path: TreePath, of index: Int) throws {
        guard let owner = owners[path], owner != index, let present = nodes[path] else {
            return put(entry, at: path, of: index)
        }
        if replaces(index, owner) { return put(entry, at: path, of: index) }
        if replaces(owner, index) { return }
        if present.kind == entry.node.kind, present.isLink { return }
        throw conflict(path, index, "is also in \(segments[owner].table.package)")
    }

    private func replaces(_ newcomer: Int, _ old: Int) -> Bool {
        let table = segments[old].table
        return replaces[newcomer].contains { group in
            group.alternatives.contains { $0.name == table.package && $0.holds(for: table.version) }
        }
    }

    private func conflict(_ path: TreePath, _ index: Int, _ why: String) -> Problem {
        Problem(
            "package.conflict", "Two packages want the same path", at: "/\(path)",
            why: "the path of \(segments[index].table.package) \(why), and neither replaces the other",
            hints: ["leave one of the packages out, or forbid it with `!NAME`"])
    }

    private func name(of path: TreePath) -> String {
        owners[path].map { segments[$0].table.package } ?? "another package"
    }
}

// MARK: - Directories

extension TreeMerge {
    /// The real place of a path whose parents may be links to directories.
    private func behindLinks(_ path: TreePath) -> TreePath {
        guard let parent = path.parent, !parent.isRoot else { return path }
        var current = behindLinks(parent)
        var budget = 40
        while case .symlink(let target)? = nodes[current]?.kind, budget > 0 {
            guard let next = Self.target(target, from: current) else { break }
            current = behindLinks(next)
            budget -= 1
        }
        return current.appending(path.name)
    }

    private static func target(_ target: [UInt8], from link: TreePath) -> TreePath? {
        var current = target.first == UInt8(ascii: "/") ? TreePath.root : link.parent ?? .root
        for part in target.split(separator: UInt8(ascii: "/")) where !part.elementsEqual(".".utf8) {
            current = part.elementsEqual("..".utf8) ? current.parent ?? .root : current.appending(part)
        }
        return current
    }

    private func leadsToDirectory(_ path: TreePath) -> Bool {
        guard case .symlink(let target)? = nodes[path]?.kind, let next = Self.target(target, from: path) else {
            return false
        }
        return nodes[behindLinks(next)].map { $0.isDirectory || $0.isLink } ?? true
    }

    private mutating func makeParents(of path: TreePath, origin: FileNode.Origin) {
        guard let parent = path.parent, !parent.isRoot, nodes[parent] == nil else { return }
        makeParents(of: parent, origin: origin)
        nodes[parent] = FileNode(.directory, mode: 0o755, origin: origin)
    }
}

extension FileNode {
    var isLink: Bool { if case .symlink = kind { true } else { false } }
}

extension Requirement {
    /// Whether a version satisfies the relation.
    func holds(for other: String) -> Bool {
        let order = DebianVersion.compare(other, version)
        return switch comparison {
        case .any: true
        case .less: order < 0
        case .lessOrEqual: order <= 0
        case .equal: order == 0
        case .greaterOrEqual: order >= 0
        case .greater: order > 0
        }
    }
}
