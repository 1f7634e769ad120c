// SPDX-License-Identifier: Apache-2.0

/// BusyBox's `adduser` and `addgroup`, as scripts of Alpine's packages call them.
enum BusyBoxAccounts {
    /// Does a command; nil when it is none of these, or says what cannot be followed.
    static func run(
        _ call: ShellCall, on table: inout AccountTable
    ) -> (outcome: ShellOutcome, home: AccountCommands.Home?)? {
        guard call.name == "adduser" || call.name == "addgroup" else { return nil }
        let words = call.arguments.compactMap { $0 }
        guard words.count == call.arguments.count, let options = Options(words),
            options.names.allSatisfy(AccountCommands.isName), (1...2).contains(options.names.count)
        else { return nil }
        if options.names.count == 2 { return (join(options.names[0], options.names[1], &table), nil) }
        return call.name == "adduser" ? addUser(options, &table) : (addGroup(options, &table), nil)
    }

    /// Letters may stand together, as in `-SDH`.
    private struct Options {
        private(set) var values: [Character: String] = [:]
        private(set) var flags: Set<Character> = []
        private(set) var names: [String] = []

        private static let long: [String: Character] = [
            "--home": "h", "--gecos": "g", "--gid": "g", "--shell": "s", "--ingroup": "G", "--system": "S",
            "--disabled-password": "D", "--empty-password": "D", "--no-create-home": "H", "--uid": "u",
        ]

        init?(_ words: [String]) {
            var rest = words[...]
            while let word = rest.popFirst() {
                if word == "--" { continue }
                guard word.hasPrefix("-"), word.count > 1 else {
                    names.append(word)
                    continue
                }
                if word.hasPrefix("--") {
                    guard let letter = Self.long[word] else { return nil }
                    if "hgsGu".contains(letter) { values[letter] = rest.popFirst() } else { flags.insert(letter) }
                    continue
                }
                var letters = word.dropFirst()
                while let letter = letters.popFirst() {
                    guard "hgsGuk".contains(letter) else {
                        flags.insert(letter)
                        continue
                    }
                    values[letter] = letters.isEmpty ? rest.popFirst() : String(letters)
                    letters = ""
                }
            }
        }
    }

    private static func join(_ user: String, _ group: String, _ table: inout AccountTable) -> ShellOutcome {
        guard table.user(user) != nil, table.group(group) != nil else { return .failed }
        table.join(user, to: group)
        return .done
    }

    private static func addGroup(_ options: Options, _ table: inout AccountTable) -> ShellOutcome {
        let name = options.names[0]
        guard table.group(name) == nil else { return .failed }
        let range: ClosedRange<UInt32> = options.flags.contains("S") ? 100...999 : 1000...60000
        let number = options.values["g"].map { UInt32($0) } ?? range.first { !table.hasGroup($0) }
        guard let number, !table.hasGroup(number) else { return .failed }
        table.add(AccountTable.Group(name: name, group: number))
        return .done
    }

    private static func addUser(
        _ options: Options, _ table: inout AccountTable
    ) -> (outcome: ShellOutcome, home: AccountCommands.Home?)? {
        let name = options.names[0]
        guard table.user(name) == nil else { return (.failed, nil) }
        let isSystem = options.flags.contains("S")
        let named = options.values["G"] ?? (isSystem ? "nogroup" : nil)
        var group: UInt32?
        if let named {
            guard let found = table.group(named) else { return (.failed, nil) }
            group = found.group
        }
        let range: ClosedRange<UInt32> = isSystem ? 100...999 : 1000...60000
        let free = range.first { !table.hasUser($0) && (group != nil || !table.hasGroup($0)) }
        guard let number = options.values["u"].map({ UInt32($0) }) ?? free, !table.hasUser(number) else {
            return (.failed, nil)
        }
        var user = AccountTable.User(name: name, user: number, group: group ?? number)
        user.comment = options.values["g"] ?? (isSystem ? "" : "Linux User,,,")
        user.home = options.values["h"] ?? "/home/\(name)"
        user.shell = options.values["s"] ?? (isSystem ? "/bin/false" : "/bin/sh")
        guard [user.comment, user.home, user.shell].allSatisfy({ !$0.contains(":") && !$0.contains("\n") }) else {
            return nil
        }
        table.add(user)
        if let named {
            // It stands among the members even of its own group.
            if options.values["G"] != nil { table.join(name, to: named) }
        } else {
            table.add(AccountTable.Group(name: name, group: number))
        }
        let home = AccountCommands.Home(path: user.home, user: number, group: user.group)
        return (.done, options.flags.contains("H") ? nil : home)
    }
}
