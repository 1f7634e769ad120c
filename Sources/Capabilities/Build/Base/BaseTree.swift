// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage
import PlinthSBOM

extension BaseImage {
    /// What is there before anything is laid upon it: all files but those of packages that come in another version.
    ///
    /// Directories stay, and so do files that other packages have too.
    /// - Throws: `dpkg.*`, `apk.*`.
    func nodes(without names: Set<String>, _ family: any PackageFamily) throws -> [TreePath: FileNode] {
        let present = Set(try family.installed(in: tree).map(\.name))
        let replaced = names.intersection(present)
        if replaced.isEmpty { return tree.nodes }
        let gone = try places(of: replaced, family).subtracting(places(of: present.subtracting(replaced), family))
        return tree.nodes.filter { $0.value.isDirectory || !gone.contains($0.key) }
    }

    private func places(of packages: Set<String>, _ family: any PackageFamily) throws -> Set<TreePath> {
        Set(try family.files(of: packages, in: tree).map { tree.placeOfEntry($0) })
    }

    /// Leaves alone what was written anew as it had been.
    func settle(_ tree: inout FileTree) {
        for (path, node) in tree.nodes {
            guard case .effect = node.origin, let before = self.tree[path], before.isSame(as: node) else { continue }
            tree[path] = before
        }
    }
}

extension TreeMerge {
    /// Files of the base whose places packages have taken that are not newer versions of theirs.
    func replacements(of base: [TreePath: FileNode]) -> EffectReport {
        let taken = owners.keys.filter { base[$0].map { !$0.isDirectory } ?? false }.sorted()
        guard let first = taken.first else { return EffectReport(name: "base") }
        let rest = taken.count == 1 ? "is" : "and \(taken.count - 1) more are"
        return EffectReport(name: "base", notes: ["/\(first) of the base \(rest) now as the packages bring them"])
    }
}

extension FileTree {
    /// Whether a file that a base's database names has become one of a package of this build.
    func hasPackageFile(_ path: TreePath) -> Bool {
        guard let node = self[placeOfEntry(path)], !node.isDirectory, case .package = node.origin else { return false }
        return true
    }
}

extension FileNode {
    /// Whether two nodes differ in nothing but their time and who put them there.
    fileprivate func isSame(as other: FileNode) -> Bool {
        var copy = other
        (copy.modified, copy.origin, copy.elf) = (modified, origin, elf)
        return copy == self && (!isFile || digest != nil)
    }
}
