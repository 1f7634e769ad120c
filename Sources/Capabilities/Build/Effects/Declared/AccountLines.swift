// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage

/// Lines added to the account files: those that are there stay as they are, but for members that join.
struct AccountLines {
    private let plan: SysusersPlan
    /// The day on which passwords were set; empty for day 0, which would ask for new ones.
    private let day: String

    init(_ plan: SysusersPlan, epoch: Int64) {
        self.plan = plan
        day = epoch >= 86_400 ? String(epoch / 86_400) : ""
    }

    /// Shadow files are written where there are some.
    func write(to tree: inout FileTree, _ edit: inout TreeEdit) {
        let users = plan.users.map { "\($0.name):x:\($0.user):\($0.group):\($0.comment):\($0.home):\($0.shell)" }
        add(users, to: "passwd", mode: 0o644, in: &tree, &edit)
        let groups = plan.groups.map { "\($0.name):x:\($0.group):\(members(of: $0.name))" }
        add(groups, to: "group", mode: 0o644, in: &tree, &edit)
        let secrets = plan.users.map {
            "\($0.name):\($0.secret.text):\(day)::::\($0.secret == .expired ? ":1:" : "::")"
        }
        if tree.resolve(TreePath("etc/shadow")) != nil {
            add(secrets, to: "shadow", mode: 0o640, in: &tree, &edit)
        }
        if tree.resolve(TreePath("etc/gshadow")) != nil {
            let lines = plan.groups.map { "\($0.name):\($0.secret.text)::\(members(of: $0.name))" }
            add(lines, to: "gshadow", mode: 0o640, in: &tree, &edit)
        }
    }

    private func members(of group: String) -> String {
        Set(plan.members[group] ?? []).sorted().joined(separator: ",")
    }

    private func add(
        _ lines: [String], to name: String, mode: UInt16, in tree: inout FileTree, _ edit: inout TreeEdit
    ) {
        let path = TreePath("etc").appending(name)
        let before = (try? tree.contents(path)) ?? []
        var kept = before.split(separator: 0x0a).map(Array.init)
        if name != "passwd" && name != "shadow" { kept = kept.map(joined) }
        let content = Array((kept + lines.map { Array($0.utf8) }).joined(separator: [0x0a])) + [0x0a]
        let isSame = lines.isEmpty && content == before
        guard !isSame, content.count > 1 else { return }
        let node = tree.resolve(path).flatMap { tree[$0] }
        edit.write(
            path, content, mode: node?.mode ?? mode, user: node?.user ?? 0, group: node?.group ?? 0, in: &tree)
    }

    /// A group's line with the members that join; then all stand in order.
    private func joined(_ line: [UInt8]) -> [UInt8] {
        guard !plan.members.isEmpty else { return line }
        var fields = String(decoding: line, as: UTF8.self).split(separator: ":", omittingEmptySubsequences: false)
            .map(String.init)
        guard fields.count == 4, let joining = plan.members[fields[0]] else { return line }
        let present = fields[3].split(separator: ",").map(String.init)
        guard !Set(joining).isSubset(of: present) else { return line }
        fields[3] = Set(present + joining).sorted().joined(separator: ",")
        return Array(fields.joined(separator: ":").utf8)
    }
}
