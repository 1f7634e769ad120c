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
        let context = try root.context()
        let (_, unexplained) = try Effects.applyAll(to: &tree, in: context)
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

    /// What is not ours to make, and why.
    private static let leftOut: [String: [String]] = [
        "the bootstrap tool's own": [
            "etc/apt/apt.conf.d/99", "etc/apt/sources.list", "etc/fstab", "etc/hostname", "etc/hosts", "run/",
            "etc/resolv.conf", "etc/machine-id", "var/lib/dbus/machine-id", "dev/", "var/lib/apt/", "var/cache/",
        ],
        "services, which nothing starts": ["etc/systemd/", "etc/rc", "var/lib/systemd/", "etc/runit/"],
        "keys, which differ each time": ["etc/ssh/ssh_host_"],
        "unexplained scripts": [
            "etc/xml/", "var/lib/sgml-base/", "var/lib/xml-core/", "etc/postgresql-common/createcluster.conf",
            "etc/apt/apt.conf.d/02autoremove-postgresql", "var/lib/ucf/",
        ],
        "copies made before a change": ["etc/passwd-", "etc/group-", "etc/shadow-", "etc/gshadow-"],
    ]

    private static func isLeftOut(_ path: TreePath) -> Bool {
        let text = path.description
        if text.contains("__pycache__") || text.contains("snakeoil") || text.hasSuffix("62742064.0") { return true }
        if text.hasPrefix("var/lib/dpkg/") {
            let compared = ["var/lib/dpkg/statoverride", "var/lib/dpkg/diversions"]
            return !text.hasPrefix("var/lib/dpkg/alternatives/") && !compared.contains(text)
        }
        return leftOut.values.contains { $0.contains { text.hasPrefix($0) } }
    }

    /// Files whose lines stand in the order in which packages came; and the day on which the system was made.
    private static func lines(_ path: TreePath, _ tree: FileTree) throws -> [String] {
        let text = String(decoding: try tree.contents(path), as: UTF8.self)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        switch path.description {
        case "etc/shadow":
            return lines.map { line in
                var fields = line.split(separator: ":", omittingEmptySubsequences: false)
                if fields.count > 2 { fields[2] = "day" }
                return fields.joined(separator: ":")
            }.sorted()
        case "var/lib/dpkg/diversions":
            return stride(from: 0, to: lines.count - 2, by: 3).map { lines[$0...($0 + 2)].joined(separator: " ") }
                .sorted()
        case "etc/gshadow", "etc/shells", "var/lib/dpkg/statoverride", "var/lib/shells.state": return lines.sorted()
        default: return lines
        }
    }

    private static func difference(_ path: TreePath, _ tree: FileTree, _ real: FileTree) throws -> String? {
        guard let ours = tree[path] else { return "+ \(path) \(short(real[path]))" }
        guard let theirs = real[path] else { return "- \(path) \(short(ours))" }
        if short(ours) != short(theirs) { return "~ \(path) \(short(ours)) real \(short(theirs))" }
        if ours.isFile, case .effect = ours.origin {
            let (ours, theirs) = (try lines(path, tree), try lines(path, real))
            if ours != theirs {
                let more = ours.filter { !theirs.contains($0) }.prefix(3)
                return "# \(path) \(more) real \(theirs.filter { !ours.contains($0) }.prefix(3))"
            }
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
