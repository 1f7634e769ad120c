// SPDX-License-Identifier: Apache-2.0
import PlinthCore

/// Adds the recipe's accounts to a table.
enum DeclaredAccountsCheck {
    /// - Throws: `Problem` with code `accounts.duplicate`, `accounts.root` or `accounts.name`.
    static func add(_ declared: DeclaredAccounts, to table: inout AccountTable) throws {
        for group in declared.groups {
            try check(group.name)
            if let present = table.group(group.name) {
                guard present.group == group.group else { throw duplicate("group", group.name, present.group) }
            } else if let other = table.groups.first(where: { $0.group == group.group }) {
                throw duplicate("group number", String(group.group), other.name)
            }
            table.add(AccountTable.Group(name: group.name, group: group.group))
        }
        try checkRepeats(declared)
        for user in declared.users { try add(user, to: &table) }
        for group in declared.groups {
            for member in group.members { table.add(member, to: group.name) }
        }
    }

    private static func add(_ user: DeclaredAccounts.User, to table: inout AccountTable) throws {
        try check(user.name)
        for text in [user.home, user.shell, user.comment] where !text.utf8.allSatisfy({ isFieldByte($0) }) {
            throw Problem(
                "accounts.name", "A field of an account holds a colon or a control character", at: user.name,
                kind: .usage)
        }
        if user.user == 0, user.name != "root" {
            throw Problem(
                "accounts.root", "Only root may have the number 0", at: user.name,
                hints: ["give the user a number of its own"], kind: .usage)
        }
        if let present = table.user(user.name), present.user != user.user {
            throw duplicate("user", user.name, present.user)
        }
        if let other = table.users.first(where: { $0.user == user.user && $0.name != user.name }) {
            throw duplicate("user number", String(user.user), other.name)
        }
        if !table.hasGroup(user.group) {
            if let present = table.group(user.name) { throw duplicate("group", user.name, present.group) }
            table.add(AccountTable.Group(name: user.name, group: user.group))
        }
        table.replace(
            AccountTable.User(
                name: user.name, user: user.user, group: user.group, comment: user.comment, home: user.home,
                shell: user.shell))
    }

    private static func checkRepeats(_ declared: DeclaredAccounts) throws {
        var seen: Set<String> = []
        for user in declared.users where !seen.insert(user.name).inserted {
            throw duplicate("user", user.name, "the recipe")
        }
        seen = []
        for group in declared.groups where !seen.insert(group.name).inserted {
            throw duplicate("group", group.name, "the recipe")
        }
    }

    private static func duplicate(_ what: String, _ name: String, _ owner: some CustomStringConvertible) -> Problem {
        Problem(
            "accounts.duplicate", "A \(what) is there already", at: name, why: "\(owner) has it",
            hints: ["choose another name or number under accounts:"], kind: .usage)
    }

    /// What `useradd` takes, and upper-case letters too.
    private static func check(_ name: String) throws {
        let bytes = Array(name.utf8)
        let isLetter: (UInt8) -> Bool = { byte in
            (0x61...0x7a).contains(byte) || (0x41...0x5a).contains(byte) || byte == UInt8(ascii: "_")
        }
        let isInner: (UInt8) -> Bool = { byte in
            isLetter(byte) || (0x30...0x39).contains(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
        }
        guard let first = bytes.first, isLetter(first), bytes.count <= 32, bytes.allSatisfy(isInner) else {
            throw Problem(
                "accounts.name", "Not a name for an account", at: name,
                hints: ["begin with a letter; go on with letters, digits, `-`, `_` or `.`"], kind: .usage)
        }
    }

    private static func isFieldByte(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte != 0x7f && byte != UInt8(ascii: ":")
    }
}
