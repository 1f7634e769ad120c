// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage
import PlinthOCI

/// What a recipe adds to the tree or changes in it, in the recipe's order.
struct TreeAdditions: Sendable {
    enum Action: Sendable, Codable, Hashable {
        case directory, emptyFile, permissions
        case file([UInt8])
        case symlink(String)
        case hardLink(String)
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

    /// - Throws: `Problem`s `paths.*`.
    func apply(to tree: inout FileTree) throws {
        for item in items { try apply(item, to: &tree) }
    }

    private func apply(_ item: Item, to tree: inout FileTree) throws {
        let origin = FileNode.Origin.recipe(line: item.line)
        switch item.action {
        case .directory:
            if let present = tree[item.path], !present.isDirectory { throw occupied(item) }
            tree.makeDirectory(item.path, origin: origin)
        case .emptyFile:
            if tree[item.path] == nil { tree.write(item.path, [], origin: origin) }
        case .file(let content):
            if tree[item.path]?.isDirectory == true { throw occupied(item) }
            tree.write(item.path, content, origin: origin)
        case .symlink(let target):
            guard tree[item.path] == nil else { throw occupied(item) }
            tree.link(item.path, to: target, origin: origin)
        case .hardLink(let target):
            try hardLink(item, to: target, in: &tree, origin)
        case .permissions:
            guard tree[item.path] != nil else { throw FileTree.missing(item.path) }
        }
        setPermissions(item, in: &tree)
    }

    private func hardLink(
        _ item: Item, to target: String, in tree: inout FileTree, _ origin: FileNode.Origin
    ) throws {
        guard let path = TreePath(text: target), let place = tree.resolve(path), var node = tree[place], node.isFile
        else { throw Problem("paths.hardLink", "A hard link needs a file", at: target, hints: ["line \(item.line)"]) }
        // A copy of the content under a second name: the tar's order decides which name carries it.
        let content = try tree.contents(place)
        node.origin = origin
        tree.write(item.path, content, mode: node.mode, user: node.user, group: node.group, origin: origin)
    }

    private func setPermissions(_ item: Item, in tree: inout FileTree) {
        let place = tree.resolve(item.path) ?? item.path
        let below = item.recursive ? tree.descendants(of: place) : []
        for path in [place] + below {
            guard var node = tree[path] else { continue }
            if let mode = item.mode, !node.isLink { node.mode = mode }
            if item.user != nil || item.group != nil {
                node.user = item.user ?? 0
                node.group = item.group ?? 0
            }
            tree[path] = node
        }
    }

    private func occupied(_ item: Item) -> Problem {
        Problem(
            "paths.occupied", "A path of the recipe is taken by something else", at: "/\(item.path)",
            hints: ["line \(item.line) of the recipe"])
    }
}
