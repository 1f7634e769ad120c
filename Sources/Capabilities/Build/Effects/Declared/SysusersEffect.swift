// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage
import PlinthSystemd

/// The accounts of all sysusers.d files, as `systemd-sysusers` makes them: what is there stays, lines are only added.
struct SysusersEffect: Effect {
    let name = "sysusers"
    let takesAllFiles = true

    func apply(to tree: inout FileTree, in context: EffectContext) throws -> EffectReport {
        var edit = TreeEdit(name)
        let specifiers = Specifiers(in: tree)
        let lines = try ConfigurationFolder("sysusers.d", in: tree).lines(in: tree, &edit) {
            SysusersLine.parse($0, specifiers)
        }
        guard !lines.isEmpty else { return edit.report }
        let owners = lines.compactMap(\.file).compactMap { file in
            tree.resolve(file).flatMap { tree[$0] }.map { (file, SysusersPlan.Owner(user: $0.user, group: $0.group)) }
        }
        var plan = SysusersPlan(AccountTable(in: tree), owners: Dictionary(owners) { first, _ in first })
        plan.apply(lines)
        for note in plan.notes { edit.note(note) }
        AccountLines(plan, epoch: tree.epoch).write(to: &tree, &edit)
        return edit.report
    }
}
