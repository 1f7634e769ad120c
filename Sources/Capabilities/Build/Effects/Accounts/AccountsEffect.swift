// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage

/// `passwd` and `group` as they are before any package is set up: the distribution's own accounts, or the few that
/// a minimal image needs, and those that the recipe declares.
struct AccountsEffect: Effect {
    let name = "accounts"

    /// - Throws: `Problem` with code `accounts.duplicate`, `accounts.root` or `accounts.name`.
    func apply(to tree: inout FileTree, in context: EffectContext) throws -> EffectReport {
        var edit = TreeEdit(name)
        var table = AccountTable(in: tree, style: context.style)
        if table.users.isEmpty, context.style == .debian {
            table = try Self.distributionTable(tree) ?? Self.smallTable(tree, context)
        }
        // A distribution's own accounts stay as they are until somebody is to run the image under that name.
        if context.accounts.runsAs(StaticAccounts.nonroot.name) { Self.addNonroot(to: &table, context.accounts) }
        // `shadowconfig on`, which passwd's own script runs.
        if context.package("passwd") != nil { table.hasShadow = true }
        try DeclaredAccountsCheck.add(context.accounts, to: &table)
        if !table.users.isEmpty || !table.groups.isEmpty { table.write(to: &tree, &edit) }
        for user in context.accounts.users where user.home.hasPrefix("/") && user.home != "/nonexistent" {
            guard let home = TreePath(text: user.home), !home.isRoot else { continue }
            edit.directory(home, mode: 0o700, user: user.user, group: user.group, in: &tree)
        }
        if let user = table.user(StaticAccounts.nonroot.name), user.user == StaticAccounts.nonroot.user,
            let home = TreePath(text: user.home)
        {
            edit.directory(home, mode: 0o700, user: user.user, group: user.group, in: &tree)
        }
        return edit.report
    }

    /// base-passwd's master files.
    private static func distributionTable(_ tree: FileTree) throws -> AccountTable? {
        let folder = TreePath("usr/share/base-passwd")
        let (passwd, group) = (folder.appending("passwd.master"), folder.appending("group.master"))
        guard tree.resolve(passwd) != nil, tree.resolve(group) != nil else { return nil }
        var copy = FileTree(epoch: 0)
        copy.write(TreePath("etc/passwd"), try tree.contents(passwd), origin: .effect("accounts"))
        copy.write(TreePath("etc/group"), try tree.contents(group), origin: .effect("accounts"))
        return AccountTable(in: copy, isMaster: true)
    }

    private static func smallTable(_ tree: FileTree, _ context: EffectContext) -> AccountTable {
        var table = AccountTable()
        let named = Set(context.packages.flatMap { StaticAccounts.users(for: $0.name) })
        let (userNumbers, groupNumbers) = owners(in: tree)
        var root = StaticAccounts.root
        if tree.resolve(TreePath("bin/bash")) == nil {
            let hasShell = tree.resolve(TreePath("bin/sh")) != nil || BusyBoxEffect.isWanted(in: tree, context)
            root.shell = hasShell ? "/bin/sh" : "/usr/sbin/nologin"
        }
        table.add(root)
        for user in StaticAccounts.users where named.contains(user.name) || userNumbers.contains(user.user) {
            table.add(user)
        }
        table.add(StaticAccounts.nobody)
        let wanted = Set(table.users.map(\.group)).union(groupNumbers).union([0, 5, 50])
        for (name, group) in StaticAccounts.groups where wanted.contains(group) {
            table.add(AccountTable.Group(name: name, group: group, secret: .none))
        }
        addNonroot(to: &table, context.accounts)
        return table
    }

    /// Adds `nonroot` with its group, unless somebody has the name or the number, or gets it from the recipe.
    private static func addNonroot(to table: inout AccountTable, _ declared: DeclaredAccounts) {
        var user = StaticAccounts.nonroot
        let (name, number) = (user.name, user.user)
        let isTaken =
            table.users.contains { $0.name == name || $0.user == number }
            || table.groups.contains { $0.name == name || $0.group == number }
            || declared.users.contains { $0.name == name || $0.user == number }
            || declared.groups.contains { $0.name == name || $0.group == number }
        if isTaken { return }
        if table.style == .busyBox { user.shell = "/sbin/nologin" }
        table.add(user)
        table.add(AccountTable.Group(name: name, group: number, secret: .none))
    }

    /// The numbers that entries of the tree belong to.
    private static func owners(in tree: FileTree) -> (users: Set<UInt32>, groups: Set<UInt32>) {
        var found: (users: Set<UInt32>, groups: Set<UInt32>) = ([], [])
        for node in tree.nodes.values {
            if node.user != 0 { found.users.insert(node.user) }
            if node.group != 0 { found.groups.insert(node.group) }
        }
        return found
    }
}
