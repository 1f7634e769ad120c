// SPDX-License-Identifier: Apache-2.0

/// `adduser`, `useradd` and their kin, as maintainer scripts call them.
struct AccountCommands {
    /// Before adduser 3.136 the full name got three commas, for room, work and home phone.
    var padsComments = false

    /// A home directory to be made.
    struct Home {
        var path: String
        var user: UInt32
        var group: UInt32
    }

    /// Does a command; nil when it is none of these, or says what cannot be followed.
    func run(_ call: ShellCall, on table: inout AccountTable) -> (outcome: ShellOutcome, home: Home?)? {
        let words = call.arguments.compactMap { $0 }
        guard words.count == call.arguments.count else { return nil }
        let options = Options(words, call.name == "gpasswd" ? Self.withValue.union(["-a"]) : Self.withValue)
        switch call.name {
        case "adduser", "addgroup", "useradd", "groupadd":
            guard options.names.allSatisfy(Self.isName) else { return nil }
            return call.name.hasSuffix("user") || call.name == "useradd"
                ? addUser(call.name, options, &table) : addGroup(options, &table)
        case "usermod": return modify(options, &table)
        case "gpasswd":
            guard let user = options["-a"], let group = options.names.first else { return nil }
            table.add(user, to: group)
            return (.done, nil)
        default: return nil
        }
    }

    private static let withValue: Set<String> = [
        "--home", "--shell", "--gecos", "--comment", "--ingroup", "--uid", "--gid", "--firstuid", "--lastuid",
        "--home-dir", "--groups", "--conf", "--firstgid", "--lastgid", "--append", "-d", "-s", "-c", "-g", "-u", "-G",
        "-K", "-k", "-f", "-e", "-aG", "--base-dir", "-b",
    ]

    /// Flags, values and plain words of a call.
    struct Options {
        private(set) var values: [String: String] = [:]
        private(set) var flags: Set<String> = []
        private(set) var names: [String] = []

        init(_ words: [String], _ withValue: Set<String>) {
            var index = 0
            while index < words.count {
                let word = words[index]
                index += 1
                if word == "--" { continue }
                guard word.hasPrefix("-"), word.count > 1 else {
                    names.append(word)
                    continue
                }
                if let equals = word.firstIndex(of: "="), word.hasPrefix("--") {
                    values[String(word[..<equals])] = String(word[word.index(after: equals)...])
                } else if withValue.contains(word), index < words.count, word != "--append" {
                    values[word] = words[index]
                    index += 1
                } else {
                    flags.insert(word)
                }
            }
        }

        subscript(names: String...) -> String? { names.compactMap { values[$0] }.first }
        func has(_ names: String...) -> Bool { names.contains { flags.contains($0) } }
    }

    private func addUser(
        _ program: String, _ options: Options, _ table: inout AccountTable
    ) -> (outcome: ShellOutcome, home: Home?)? {
        guard let name = options.names.first else { return nil }
        if options.names.count == 2 {
            guard table.user(name) != nil, table.group(options.names[1]) != nil else { return (.failed, nil) }
            table.add(name, to: options.names[1])
            return (.done, nil)
        }
        if table.user(name) != nil { return (program == "adduser" ? .done : .failed, nil) }
        guard let number = options["--uid", "-u"].flatMap({ UInt32($0) }) ?? table.freeUser(),
            !table.hasUser(number)
        else { return (.failed, nil) }
        let isDebian = program == "adduser"
        guard let group = group(for: name, number, options, isDebian, &table) else { return (.failed, nil) }
        let comment = options["--gecos", "--comment", "-c"] ?? ""
        var user = AccountTable.User(name: name, user: number, group: group)
        user.comment = padsComments && isDebian ? Self.padded(comment) : comment
        user.home = options["--home", "--home-dir", "-d"] ?? (isDebian ? "/nonexistent" : "/home/\(name)")
        user.shell = options["--shell", "-s"] ?? (isDebian ? "/usr/sbin/nologin" : "/bin/sh")
        guard [user.comment, user.home, user.shell].allSatisfy({ !$0.contains(":") && !$0.contains("\n") }) else {
            return nil
        }
        table.add(user)
        for other in (options["-G", "--groups"] ?? "").split(separator: ",") { table.add(name, to: String(other)) }
        let makesHome =
            isDebian
            ? !options.has("--no-create-home") && user.home != "/nonexistent" : options.has("-m", "--create-home")
        return (.done, makesHome ? Home(path: user.home, user: number, group: group) : nil)
    }

    /// The primary group: the one named, one of the user's own name, or `nogroup`.
    private func group(
        for name: String, _ number: UInt32, _ options: Options, _ isDebian: Bool, _ table: inout AccountTable
    ) -> UInt32? {
        if let text = options["--ingroup", "--gid", "-g"] {
            return UInt32(text) ?? table.group(text)?.group
        }
        let wantsOwn = isDebian ? options.has("--group") : !options.has("-N", "--no-user-group")
        guard wantsOwn else { return 65534 }
        if let present = table.group(name) { return present.group }
        let free = isDebian || table.hasGroup(number) ? table.freeGroup() : number
        guard let group = free else { return nil }
        table.add(AccountTable.Group(name: name, group: group))
        return group
    }

    private func addGroup(_ options: Options, _ table: inout AccountTable) -> (outcome: ShellOutcome, home: Home?)? {
        guard let name = options.names.first, options.names.count == 1 else { return nil }
        if table.group(name) != nil { return (.done, nil) }
        let number = options["--gid", "-g"].flatMap { UInt32($0) } ?? table.freeGroup()
        guard let number, !table.hasGroup(number) else { return (.failed, nil) }
        table.add(AccountTable.Group(name: name, group: number))
        return (.done, nil)
    }

    private func modify(_ options: Options, _ table: inout AccountTable) -> (outcome: ShellOutcome, home: Home?)? {
        guard let name = options.names.first, var user = table.user(name) else { return (.failed, nil) }
        user.home = options["-d", "--home"] ?? user.home
        user.shell = options["-s", "--shell"] ?? user.shell
        user.comment = options["-c", "--comment"] ?? user.comment
        guard [user.comment, user.home, user.shell].allSatisfy({ !$0.contains(":") && !$0.contains("\n") }) else {
            return nil
        }
        table.replace(user)
        for other in (options["-G", "--groups", "-aG"] ?? "").split(separator: ",") {
            table.add(name, to: String(other))
        }
        return (.done, nil)
    }

    private static func padded(_ comment: String) -> String {
        guard !comment.isEmpty else { return "" }
        let commas = comment.filter { $0 == "," }.count
        return comment + String(repeating: ",", count: max(0, 3 - commas))
    }

    /// A name that cannot break the files it is written to.
    static func isName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 64
            && name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && !":,/".utf8.contains($0) }
    }
}
