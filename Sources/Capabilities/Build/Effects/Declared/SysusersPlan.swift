// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthSystemd

/// Gives numbers to the accounts that are missing, in the order in which `systemd-sysusers` does it: groups, users, and
/// then whoever is only named as a member.
struct SysusersPlan {
    private var table: AccountTable
    private let owners: [TreePath: Owner]
    /// Of what is added.
    private(set) var users: [AccountTable.User] = []
    private(set) var groups: [AccountTable.Group] = []
    /// New members by group, in the order of their lines.
    private(set) var members: [String: [String]] = [:]
    private(set) var notes: [String] = []
    private var ranges: [ClosedRange<UInt32>] = []
    /// The number tried last: the search goes down only.
    private var last: UInt32?

    /// Whom a file belongs to.
    struct Owner {
        var user: UInt32
        var group: UInt32
    }

    /// - Parameter owners: of the files that lines name.
    init(_ table: AccountTable, owners: [TreePath: Owner]) {
        self.table = table
        self.owners = owners
    }

    mutating func apply(_ lines: [SysusersLine]) {
        var (wantedUsers, wantedGroups): ([SysusersLine], [SysusersLine]) = ([], [])
        // Groups that somebody joins, in the order of their first lines.
        var joined: [String] = []
        var (userNames, groupNames): (Set<String>, Set<String>) = ([], [])
        for line in lines {
            switch line.action {
            case .range(let range): ranges.append(range)
            // Of several lines for one name the first counts.
            case .user: if userNames.insert(line.name).inserted { wantedUsers.append(line) }
            case .group: if groupNames.insert(line.name).inserted { wantedGroups.append(line) }
            case .member(let group):
                if members[group] == nil { joined.append(group) }
                if members[group]?.contains(line.name) != true { members[group, default: []].append(line.name) }
            }
        }
        for group in joined where !userNames.contains(group) && groupNames.insert(group).inserted {
            wantedGroups.append(SysusersLine(group: group))
        }
        for name in joined.flatMap({ members[$0] ?? [] }) where userNames.insert(name).inserted {
            wantedUsers.append(SysusersLine(user: name))
        }
        for line in wantedGroups { _ = addGroup(line) }
        for line in wantedUsers { addUser(line) }
    }

    /// The group's number; nil when there is none to be had.
    private mutating func addGroup(_ line: SysusersLine) -> UInt32? {
        if let present = table.group(line.name) { return present.group }
        let wanted = [line.number, line.file.flatMap { owners[$0]?.group }].compactMap { $0 }
        let found = wanted.first { isFree(group: $0, for: line.name) }
        guard let number = found ?? next(where: { $0.isFree(group: $1, for: line.name) }) else {
            notes.append("no number is free for the group \(line.name)")
            return nil
        }
        add(AccountTable.Group(name: line.name, group: number, secret: .service))
        return number
    }

    private mutating func addUser(_ line: SysusersLine) {
        guard table.user(line.name) == nil else { return }
        guard let (group, isOther) = mainGroup(line) else { return }
        let ownNumber = isOther ? nil : group
        let wanted = [line.number, line.file.flatMap { owners[$0]?.user }, ownNumber].compactMap { $0 }
        let found = wanted.first { isFree(user: $0, for: line.name, isAlone: isOther) }
        guard let number = found ?? next(where: { $0.isFree(user: $1, for: line.name, isAlone: false) }) else {
            return notes.append("no number is free for the user \(line.name)")
        }
        guard number != 0 || line.name == "root" else {
            return notes.append("the user \(line.name) was not made: only root may have the number 0")
        }
        var user = AccountTable.User(
            name: line.name, user: number, group: group, comment: line.comment, home: line.home)
        user.shell = line.shell ?? (number == 0 ? "/bin/sh" : "/usr/sbin/nologin")
        user.secret = line.action == .user(isExpired: true) ? .expired : .service
        table.add(user)
        users.append(user)
    }

    /// The number of the user's main group, and whether the line gives another than the user's own.
    private mutating func mainGroup(_ line: SysusersLine) -> (UInt32, isOther: Bool)? {
        switch line.group {
        case .number(let number)?:
            guard table.hasGroup(number) else {
                notes.append("the user \(line.name) was not made: there is no group \(number)")
                return nil
            }
            return (number, true)
        case .name(let name)?:
            guard let group = table.group(name) else {
                notes.append("the user \(line.name) was not made: there is no group \(name)")
                return nil
            }
            return (group.group, true)
        case nil: return addGroup(line).map { ($0, false) }
        }
    }

    private mutating func add(_ group: AccountTable.Group) {
        table.add(group)
        groups.append(group)
    }

    private func isFree(group number: UInt32, for name: String) -> Bool {
        !table.hasGroup(number) && !table.users.contains { $0.user == number && $0.name != name }
    }

    /// - Parameter isAlone: whether a group of that number does not matter.
    private func isFree(user number: UInt32, for name: String, isAlone: Bool) -> Bool {
        !table.hasUser(number) && (isAlone || !table.groups.contains { $0.group == number && $0.name != name })
    }

    /// The next number of the ranges, going down.
    private mutating func next(where isFree: (SysusersPlan, UInt32) -> Bool) -> UInt32? {
        let ranges = ranges.isEmpty ? [1...999] : ranges
        var tries = 0
        while tries < 100_000 {
            let below = last ?? .max
            guard let number = ranges.compactMap({ $0.lowerBound < below ? min($0.upperBound, below - 1) : nil }).max()
            else { return nil }
            last = number
            tries += 1
            if isFree(self, number) { return number }
        }
        return nil
    }
}

extension SysusersLine {
    /// Nothing but a name.
    fileprivate init(user name: String) { self.init(action: .user(isExpired: false), name: name) }
    fileprivate init(group name: String) { self.init(action: .group, name: name) }
}
