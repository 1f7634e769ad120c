// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage
import PlinthOCI

/// What a recipe adds to the tree or changes in it, in the recipe's order.
struct TreeAdditions: Sendable {
    enum Action: Sendable, Codable, Hashable {
        case directory, emptyFile, permissions
        case text(String)
        case symlink(String)
        case hardLink(String)
        /// A directory for the image's user, and for group 0 whoever that is.
        case writable(by: String?)
        /// The same where there is none yet.
        case volume(of: String?)

        var isStructure: Bool {
            switch self {
            case .directory, .emptyFile, .symlink: true
            case .permissions, .hardLink, .text, .writable, .volume: false
            }
        }
    }

    struct Item: Sendable, Codable, Hashable {
        var path: TreePath
        var action: Action
        var mode: UInt16?
        var user: UInt32?
        var group: UInt32?
        var recursive = false
        /// In the recipe.
        var line: Int
    }

    var items: [Item] = []

    /// Everything that changes a byte of the image.
    var digest: Digest {
        get throws { Digest.of(try OCIJSON.encode(items)) }
    }

    /// Makes what files may be laid into: directories, links and empty files.
    /// - Throws: `Problem`s `paths.*`.
    func prepare(_ tree: inout FileTree) throws {
        for item in items where item.action.isStructure { try apply(item, to: &tree) }
    }

    /// - Throws: `Problem`s `paths.*`; `tree.missing` for permissions of what is not there.
    func apply(to tree: inout FileTree) throws {
        for item in items { try apply(item, to: &tree) }
    }

    private func apply(_ item: Item, to tree: inout FileTree) throws {
        let origin = FileNode.Origin.recipe(line: item.line)
        let place = try Self.place(of: item, in: tree)
        let present = tree[place]
        switch item.action {
        case .directory:
            // A link to a directory will do.
            if let present, !present.isDirectory, !Self.leadsToDirectory(place, in: tree) { throw occupied(item) }
            tree.makeDirectory(place, origin: origin)
        case .emptyFile:
            if present == nil || Self.isMade(present) { tree.write(place, [], origin: origin) }
        case .text(let content):
            guard !place.isRoot, present?.isDirectory != true else { throw occupied(item) }
            tree.write(place, Array(content.utf8), origin: origin)
        case .symlink(let target):
            if !place.isRoot, present?.kind == .symlink(Array(target.utf8)), present?.origin == origin { break }
            guard !place.isRoot, present == nil || Self.isMade(present) else { throw occupied(item) }
            tree.link(place, to: target, origin: origin)
        case .hardLink(let target):
            guard !place.isRoot, present == nil || Self.isMade(present) else { throw occupied(item) }
            try hardLink(item, at: place, to: target, in: &tree, origin)
        case .writable(let user):
            try makeWritable(item, at: place, by: user, in: &tree, origin)
        case .volume(let user):
            if tree.resolve(place) == nil { try makeWritable(item, at: place, by: user, in: &tree, origin) }
        case .permissions:
            if present == nil && !place.isRoot { throw FileTree.missing(item.path) }
        }
        try setPermissions(item, at: place, in: &tree)
    }

    /// Whether an effect made it: a recipe may put something else there. Directories and packages' files stay.
    private static func isMade(_ node: FileNode?) -> Bool {
        guard let node, case .effect = node.origin else { return false }
        return !node.isDirectory
    }

    /// Links on the way are followed, as far as there is a way.
    private static func place(of item: Item, in tree: FileTree) throws -> TreePath {
        func directory(_ path: TreePath) throws -> TreePath {
            if let real = tree.resolve(path) {
                if let node = tree[real], !node.isDirectory { throw occupied(item.line, real) }
                return real
            }
            let place = try (path.parent.map(directory) ?? .root).appending(path.name)
            if tree[place] != nil { throw occupied(item.line, place) }
            return place
        }
        guard let parent = item.path.parent else { return .root }
        return try directory(parent).appending(item.path.name)
    }

    private static func leadsToDirectory(_ place: TreePath, in tree: FileTree) -> Bool {
        tree.resolve(place).map { $0.isRoot || tree[$0]?.isDirectory == true } ?? false
    }

    private func hardLink(
        _ item: Item, at place: TreePath, to target: String, in tree: inout FileTree, _ origin: FileNode.Origin
    ) throws {
        guard let path = TreePath(text: target), let source = tree.resolve(path), let node = tree[source],
            let content = try? tree.contents(source)
        else { throw Problem("paths.hardLink", "A hard link needs a file", at: target, hints: ["line \(item.line)"]) }
        // A copy of the content under a second name: the tar's order decides which name carries it.
        tree.write(place, content, mode: node.mode, user: node.user, group: node.group, origin: origin)
    }

    private func setPermissions(_ item: Item, at place: TreePath, in tree: inout FileTree) throws {
        guard item.mode != nil || item.user != nil || item.group != nil else { return }
        if place.isRoot && !item.recursive {
            throw Problem(
                "paths.root", "The root directory has no owner or mode of its own in a layer", at: "/",
                hints: ["line \(item.line) of the recipe"], kind: .usage)
        }
        // A link that the recipe makes is meant itself; of others what they lead to.
        var top = place
        if case .symlink = item.action {} else { top = tree.resolve(place) ?? place }
        let below = item.recursive ? tree.descendants(of: top) : []
        for path in [top] + below {
            guard var node = tree[path] else { continue }
            if let mode = item.mode, !node.isLink { node.mode = mode }
            if item.user != nil || item.group != nil {
                node.user = item.user ?? 0
                node.group = item.group ?? 0
            }
            tree[path] = node
        }
    }

    private func occupied(_ item: Item) -> Problem { Self.occupied(item.line, item.path) }

    private static func occupied(_ line: Int, _ path: TreePath) -> Problem {
        Problem(
            "paths.occupied", "A path of the recipe is taken by something else", at: "/\(path)",
            hints: ["line \(line) of the recipe"])
    }
}

extension TreeAdditions {
    /// Gives a directory and all below it to a user and to group 0, who may do what the owner may.
    ///
    /// OpenShift runs images under a number that nobody knows before, in group 0.
    private func makeWritable(
        _ item: Item, at place: TreePath, by user: String?, in tree: inout FileTree, _ origin: FileNode.Origin
    ) throws {
        if place.isRoot {
            throw Problem("paths.root", "The whole image cannot be writable", at: "/", kind: .usage)
        }
        if let present = tree[place], !present.isDirectory, !Self.leadsToDirectory(place, in: tree) {
            throw occupied(item)
        }
        tree.makeDirectory(place, origin: origin)
        let number = try user.map { try UserReference.numeric($0, in: tree) }?.split(separator: ":").first
        let owner = number.flatMap { UInt32($0) }
        let top = tree.resolve(place) ?? place
        for path in [top] + tree.descendants(of: top) {
            guard var node = tree[path] else { continue }
            node.user = owner ?? node.user
            node.group = 0
            if !node.isLink { node.mode |= (node.mode & 0o700) >> 3 }
            if path == top { node.mode |= 0o770 }
            tree[path] = node
        }
    }
}
