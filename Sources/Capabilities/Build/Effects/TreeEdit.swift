// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage

/// Changes made by one effect, gathered into its report. What is already as wanted is left alone.
struct TreeEdit {
    private(set) var changed: Set<TreePath> = []
    private(set) var standsIn: Set<ScriptReference> = []
    private(set) var notes: [String] = []
    /// Links taken away: one that is made again as it was keeps its time.
    private var removed: [TreePath: FileNode] = [:]
    let name: String
    let origin: FileNode.Origin

    init(_ name: String) {
        self.name = name
        origin = .effect(name)
    }

    var report: EffectReport {
        EffectReport(name: name, changed: changed.sorted(), standsIn: standsIn.sorted(), notes: notes)
    }

    mutating func note(_ text: String) {
        if !notes.contains(text) { notes.append(text) }
    }

    /// Records that the effect does what a script of a package in the image would have done.
    mutating func standsIn(for package: String, _ script: String = "postinst", in context: EffectContext) {
        guard context.package(package)?.scripts[script] != nil else { return }
        standsIn.insert(ScriptReference(package: package, script: script))
    }

    /// Writes a file unless it has that content and those permissions already.
    mutating func write(
        _ path: TreePath, _ content: [UInt8], mode: UInt16 = 0o644, user: UInt32 = 0, group: UInt32 = 0,
        in tree: inout FileTree
    ) {
        let place = tree.placeOfEntry(path)
        if let node = tree[place], node.isFile, node.mode == mode, node.user == user, node.group == group,
            node.digest == Digest.of(content)
        {
            return
        }
        tree.write(path, content, mode: mode, user: user, group: group, origin: origin)
        changed.insert(tree.placeOfEntry(path))
    }

    mutating func write(_ path: TreePath, _ text: String, mode: UInt16 = 0o644, in tree: inout FileTree) {
        write(path, Array(text.utf8), mode: mode, in: &tree)
    }

    mutating func link(_ path: TreePath, to target: String, in tree: inout FileTree) {
        let place = tree.placeOfEntry(path)
        guard tree[place]?.kind != .symlink(Array(target.utf8)) else { return }
        if let before = removed.removeValue(forKey: place), before.kind == .symlink(Array(target.utf8)) {
            tree[place] = before
            return
        }
        tree.link(path, to: target, origin: origin)
        changed.insert(tree.placeOfEntry(path))
    }

    /// Makes a directory where nothing is; parents get mode 755.
    mutating func directory(
        _ path: TreePath, mode: UInt16 = 0o755, user: UInt32 = 0, group: UInt32 = 0, in tree: inout FileTree
    ) {
        let place = tree.placeOfEntry(path)
        guard tree[place] == nil else { return }
        tree.makeDirectory(place, mode: mode, user: user, group: group, origin: origin)
        changed.insert(place)
    }

    /// Gives an entry other permissions; an entry that is not there is left alone.
    mutating func permissions(
        _ path: TreePath, mode: UInt16? = nil, user: UInt32? = nil, group: UInt32? = nil, in tree: inout FileTree
    ) {
        guard let place = tree.resolve(path), var node = tree[place] else { return }
        let before = node
        node.mode = mode ?? node.mode
        node.user = user ?? node.user
        node.group = group ?? node.group
        guard node != before else { return }
        tree[place] = node
        changed.insert(place)
    }

    /// Records what an effect did to the tree itself.
    mutating func changed(at place: TreePath) { changed.insert(place) }

    mutating func remove(_ path: TreePath, in tree: inout FileTree) {
        let place = tree.placeOfEntry(path)
        guard let node = tree[place] else { return }
        if case .symlink = node.kind { removed[place] = node }
        tree[place] = nil
        changed.insert(place)
    }
}
