// SPDX-License-Identifier: Apache-2.0

/// A sysusers.d(5) file.
struct SysusersFile {
    struct Line {
        var kind: String
        var name: String
        /// `-`, a number, `number:group` or `-:group`.
        var number: String
        var comment: String
        var home: String
        var shell: String
    }

    private(set) var lines: [Line] = []

    init(_ bytes: [UInt8]) {
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
            guard !line.hasPrefix("#") else { continue }
            let fields = Self.fields(line).map { $0 == "-" ? "" : $0 }
            guard fields.count >= 2 else { continue }
            func field(_ index: Int) -> String { fields.count > index ? fields[index] : "" }
            lines.append(
                Line(
                    kind: fields[0], name: fields[1], number: field(2), comment: field(3), home: field(4),
                    shell: field(5)))
        }
    }

    /// Words at blanks; double quotes hold one together.
    private static func fields(_ line: Substring) -> [String] {
        var found: [String] = []
        var open: String?
        var isQuoted = false
        for letter in line {
            if letter == "\"" {
                isQuoted.toggle()
                open = open ?? ""
            } else if !isQuoted, letter == " " || letter == "\t" {
                if let word = open { found.append(word) }
                open = nil
            } else {
                open = (open ?? "") + String(letter)
            }
        }
        if let word = open { found.append(word) }
        return found
    }

    /// Makes the accounts that are missing; groups first, as `systemd-sysusers` does.
    func apply(to table: inout AccountTable) {
        for line in lines where line.kind == "g" { Self.addGroup(line, to: &table) }
        for line in lines where line.kind == "u" || line.kind == "u!" { Self.addUser(line, to: &table) }
        for line in lines where line.kind == "m" { table.add(line.name, to: line.number) }
    }

    private static func addGroup(_ line: Line, to table: inout AccountTable) {
        guard table.group(line.name) == nil, AccountCommands.isName(line.name) else { return }
        let wanted = UInt32(line.number).flatMap { table.hasGroup($0) ? nil : $0 }
        guard let number = wanted ?? table.freeForBoth() else { return }
        table.add(AccountTable.Group(name: line.name, group: number, secret: .service))
    }

    private static func addUser(_ line: Line, to table: inout AccountTable) {
        guard table.user(line.name) == nil, AccountCommands.isName(line.name) else { return }
        let parts = line.number.split(separator: ":", maxSplits: 1).map(String.init)
        let wanted = parts.first.flatMap { UInt32($0) }.flatMap { table.hasUser($0) ? nil : $0 }
        let named = parts.count == 2 ? Self.group(parts[1], in: table) : nil
        let own = named ?? table.group(line.name)?.group
        let isFree = own.map { !table.hasUser($0) && named == nil } ?? false
        guard let number = wanted ?? (isFree ? own : nil) ?? table.freeForBoth() else { return }
        let group = own ?? number
        if own == nil {
            table.add(AccountTable.Group(name: line.name, group: number, secret: .service))
        }
        table.add(
            AccountTable.User(
                name: line.name, user: number, group: group, comment: line.comment,
                home: line.home.isEmpty ? "/" : line.home,
                shell: line.shell.isEmpty ? "/usr/sbin/nologin" : line.shell,
                secret: line.kind == "u!" ? .expired : .service))
    }

    private static func group(_ text: String, in table: AccountTable) -> UInt32? {
        UInt32(text) ?? table.group(text)?.group
    }
}
