// SPDX-License-Identifier: Apache-2.0
import Foundation
import PlinthBuild
import PlinthCore
import PlinthImage
import Testing

/// Whole systems, set up by us and by the distribution's own tools.
@Suite(.enabled(if: !RootTree.all.isEmpty)) struct RootComparisonTests {
    @Test(arguments: RootTree.all)
    func equalsTheConfiguredSystem(_ root: RootTree) throws {
        var tree = try root.extracted()
        let (_, unexplained) = try Effects.applyAll(to: &tree, in: root.context())
        let real = try root.configured()
        var differences: [String] = []
        for path in Set(tree.nodes.keys).union(real.nodes.keys).sorted() where !Self.isLeftOut(path) {
            if let text = try Self.difference(path, tree, real) { differences.append(text) }
        }
        if ProcessInfo.processInfo.environment["PLINTH_SHOW"] != nil {
            print(differences.map { "\(root): \($0)" }.joined(separator: "\n"))
            print(unexplained.map { "\(root): \($0.package) \($0.script): \($0.summary)" }.joined(separator: "\n"))
        }
        #expect(differences == [])
    }

    private static func isLeftOut(_ path: TreePath) -> Bool {
        let text = path.description
        return ["var/lib/dpkg", "var/lib/apt", "var/cache", "dev/", "var/lib/systemd"].contains { text.hasPrefix($0) }
    }

    private static func difference(_ path: TreePath, _ tree: FileTree, _ real: FileTree) throws -> String? {
        guard let ours = tree[path] else { return "+ \(path) \(short(real[path]))" }
        guard let theirs = real[path] else { return "- \(path) \(short(ours))" }
        if short(ours) != short(theirs) { return "~ \(path) \(short(ours)) real \(short(theirs))" }
        if ours.isFile, case .effect = ours.origin, try tree.contents(path) != real.contents(path) {
            return "# \(path) differs"
        }
        return nil
    }

    private static func short(_ node: FileNode?) -> String {
        guard let node else { return "" }
        let kind =
            switch node.kind {
            case .symlink(let target): "link " + String(decoding: target, as: UTF8.self)
            case .directory: "directory"
            case .file, .hardLink: "file"
            default: "device"
            }
        return "\(kind) \(String(node.mode, radix: 8)) \(node.user):\(node.group)"
    }
}
