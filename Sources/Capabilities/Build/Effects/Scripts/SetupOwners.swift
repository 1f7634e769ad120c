// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage

/// Owners and permission bits.
extension SetupHost {
    /// A user's number; one that Debian gives out for good is added where it is asked for.
    mutating func owner(_ text: String) -> UInt32? {
        if accounts.user(text) == nil, let user = StaticAccounts.users.first(where: { $0.name == text }) {
            accounts.add(user)
            if let group = StaticAccounts.groups.first(where: { $0.group == user.group }) { addStaticGroup(group.name) }
        }
        return accounts.user(text)?.user ?? UInt32(text)
    }

    mutating func groupNumber(_ text: String) -> UInt32? {
        addStaticGroup(text)
        return accounts.group(text)?.group ?? UInt32(text)
    }

    mutating func addStaticGroup(_ name: String) {
        guard accounts.group(name) == nil, let group = StaticAccounts.groups.first(where: { $0.name == name }),
            !accounts.hasGroup(group.group)
        else { return }
        accounts.add(AccountTable.Group(name: name, group: group.group, secret: .none))
    }

    /// The entries a command is about, those below when it goes into directories; nil when one is not known.
    private mutating func targets(_ names: ArraySlice<String>, _ options: SetupOptions) -> [TreePath]? {
        var found: [TreePath] = []
        for name in names {
            guard let path = place(name) else { return nil }
            guard let real = tree.resolve(path) else { continue }
            found.append(real)
            if options.has("-R", "--recursive") {
                guard mayWalk() else { return nil }
                // Links are neither followed nor changed.
                found += tree.descendants(of: real).filter { path in
                    if case .symlink? = tree[path]?.kind { false } else { true }
                }
            }
        }
        return found
    }

    mutating func changeOwner(_ options: SetupOptions) -> Bool? {
        guard let text = options.names.first else { return nil }
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let pieces =
            parts.count == 1 && parts[0].contains(".") && accounts.user(parts[0]) == nil
            ? parts[0].split(separator: ".", maxSplits: 1).map(String.init) : parts
        guard let name = pieces.first, let targets = targets(options.names.dropFirst(), options) else { return nil }
        var user: UInt32?
        var group: UInt32?
        if !name.isEmpty {
            guard let number = owner(name) else { return nil }
            user = number
        }
        if pieces.count == 2 {
            let own = accounts.user(name)?.group
            guard let number = pieces[1].isEmpty ? own : groupNumber(pieces[1]) else { return nil }
            group = number
        }
        for path in targets { give(path, user: user, group: group) }
        return true
    }

    /// The kernel takes setuid and setgid from a file that changes hands.
    private mutating func give(_ path: TreePath, user: UInt32?, group: UInt32?) {
        guard let node = tree[path] else { return }
        var mode = node.mode
        if node.isFile {
            mode &= ~0o4000
            if mode & 0o010 != 0 { mode &= ~0o2000 }
        }
        edit.permissions(path, mode: mode, user: user, group: group, in: &tree)
    }

    mutating func changeGroup(_ options: SetupOptions) -> Bool? {
        guard let text = options.names.first, let group = groupNumber(text),
            let targets = targets(options.names.dropFirst(), options)
        else { return nil }
        for path in targets { give(path, user: nil, group: group) }
        return true
    }

    mutating func changeMode(_ options: SetupOptions) -> Bool? {
        guard let text = options.names.first, let targets = targets(options.names.dropFirst(), options) else {
            return nil
        }
        for path in targets {
            guard let node = tree[path], let mode = Self.mode(text, of: node) else { return nil }
            edit.permissions(path, mode: mode, in: &tree)
        }
        return true
    }

    /// `755`, or symbolic changes as `chmod` takes them.
    static func mode(_ text: String, of node: FileNode) -> UInt16? {
        if let number = UInt16(text, radix: 8) {
            guard number <= 0o7777 else { return nil }
            // Short numbers leave a directory's setuid and setgid bits.
            return node.isDirectory && text.count < 5 && number & 0o6000 == 0 ? number | node.mode & 0o6000 : number
        }
        var mode = node.mode
        for clause in text.split(separator: ",") {
            guard let next = apply(clause, to: mode, isDirectory: node.isDirectory) else { return nil }
            mode = next
        }
        return mode
    }

    private static func apply(_ clause: Substring, to mode: UInt16, isDirectory: Bool) -> UInt16? {
        guard let mark = clause.firstIndex(where: { "+-=".contains($0) }) else { return nil }
        let who = clause[..<mark]
        let everyone = who.isEmpty || who.contains("a")
        guard who.allSatisfy({ "ugoa".contains($0) }) else { return nil }
        let classes: [(Character, UInt16)] = [("u", 6), ("g", 3), ("o", 0)]
        var bits: UInt16 = 0
        var mask: UInt16 = 0
        for (letter, shift) in classes where everyone || who.contains(letter) {
            mask |= 7 << shift | (letter == "u" ? 0o4000 : letter == "g" ? 0o2000 : 0)
            for permission in clause[clause.index(after: mark)...] {
                switch permission {
                case "r": bits |= 4 << shift
                case "w": bits |= 2 << shift
                case "x": bits |= 1 << shift
                case "X": if isDirectory || mode & 0o111 != 0 { bits |= 1 << shift }
                case "s": bits |= letter == "u" ? 0o4000 : letter == "g" ? 0o2000 : 0
                case "t": bits |= 0o1000
                default: return nil
                }
            }
        }
        switch clause[mark] {
        case "+": return mode | bits
        case "-": return mode & ~bits
        default: return mode & ~mask | bits
        }
    }

    /// `dpkg-statoverride --list pattern`: fails when there is none.
    func listOverrides(_ words: [String]) -> ShellOutcome {
        let pattern = words.last { !$0.hasPrefix("-") } ?? "*"
        let found = overrides.filter { line in
            ShellPattern.matches(pattern, line.split(separator: " ", maxSplits: 3).last.map(String.init) ?? "")
        }
        return ShellOutcome(status: !found.isEmpty, output: found.map { $0 + "\n" }.joined())
    }

    /// `dpkg-statoverride --add user group mode path`.
    mutating func override(_ options: SetupOptions) -> Bool? {
        guard options.has("--add"), options.names.count == 4, let user = owner(options.names[0]),
            let group = groupNumber(options.names[1]), let mode = UInt16(options.names[2], radix: 8),
            let path = place(options.names[3])
        else { return options.has("--remove") ? true : nil }
        let isForced = options.has("--force", "--force-all", "--force-statoverride-add")
        if !isForced, listOverrides(["/\(path)"]).status == true { return false }
        overrides.removeAll { $0.hasSuffix(" /\(path)") }
        overrides.append("\(options.names[0]) \(options.names[1]) \(String(mode & 0o7777, radix: 8)) /\(path)")
        guard options.has("--update") else { return true }
        edit.permissions(path, mode: mode & 0o7777, user: user, group: group, in: &tree)
        return true
    }
}
