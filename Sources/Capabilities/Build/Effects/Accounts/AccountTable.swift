// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage

/// The users and groups of an image: `passwd`, `group`, and their shadow files where the image has them.
struct AccountTable {
    struct User {
        var name: String
        var user: UInt32
        var group: UInt32
        var comment = ""
        var home = "/nonexistent"
        var shell = "/usr/sbin/nologin"
        /// The second field of `passwd`: `x` sends to the shadow file.
        var password = "x"
        var secret = Secret.locked
    }

    struct Group {
        var name: String
        var group: UInt32
        var members: [String] = []
        var password = "x"
        var secret = Secret.locked
    }

    /// What stands in the shadow file, which tells who made the account.
    enum Secret {
        /// `*` and password ageing: one of the distribution's own.
        case none
        /// `!`: made by `useradd`.
        case locked
        /// `!*`: made by `systemd-sysusers`.
        case service
        /// `!*` and expired: `u!` in sysusers.d.
        case expired

        var text: String {
            switch self {
            case .none: "*"
            case .locked: "!"
            case .service, .expired: "!*"
            }
        }
    }

    private(set) var users: [User] = []
    private(set) var groups: [Group] = []
    var hasShadow = false
    /// BusyBox appends to the files and leaves lines as they are; nobody there has a `gshadow`.
    var style = ScriptStyle.debian
    /// The lines of the shadow files by name, as they were found.
    private var shadowLines: [String: ShadowLine] = [:]
    private var groupShadowLines: [String: ShadowLine] = [:]

    /// A line that stays as long as nothing that it says changes.
    private struct ShadowLine {
        var text: String
        var secret: Secret
        var members: [String] = []
    }

    func user(_ name: some StringProtocol) -> User? { users.first { $0.name == name } }
    func group(_ name: some StringProtocol) -> Group? { groups.first { $0.name == name } }
    func hasUser(_ id: UInt32) -> Bool { users.contains { $0.user == id } }
    func hasGroup(_ id: UInt32) -> Bool { groups.contains { $0.group == id } }

    mutating func add(_ user: User) {
        if self.user(user.name) == nil { users.append(user) }
    }

    mutating func add(_ group: Group) {
        if self.group(group.name) == nil { groups.append(group) }
    }

    mutating func replace(_ user: User) {
        if let index = users.firstIndex(where: { $0.name == user.name }) { users[index] = user } else { add(user) }
    }

    mutating func removeUser(_ name: String) { users.removeAll { $0.name == name } }
    mutating func removeGroup(_ name: String) { groups.removeAll { $0.name == name } }

    /// Makes a user a member, unless the group is the user's own.
    mutating func add(_ member: String, to group: String) {
        guard let index = groups.firstIndex(where: { $0.name == group }), user(member)?.group != groups[index].group,
            !groups[index].members.contains(member)
        else { return }
        groups[index].members.append(member)
    }

    /// Makes a user a member even of its own group.
    mutating func join(_ member: String, to group: String) {
        guard let index = groups.firstIndex(where: { $0.name == group }), !groups[index].members.contains(member) else {
            return
        }
        groups[index].members.append(member)
    }

    // MARK: Free numbers

    /// The first free number from 100, as `adduser` looks for it.
    func freeUser() -> UInt32? { (100...999).first { !hasUser($0) } }
    func freeGroup() -> UInt32? { (100...999).first { !hasGroup($0) } }
    /// The first number from 999 down that neither a user nor a group has, as `systemd-sysusers` looks for it.
    func freeForBoth() -> UInt32? { (100...999).reversed().first { !hasUser($0) && !hasGroup($0) } }
}

// MARK: - Files

extension AccountTable {
    /// Reads what the tree has; lines that are no accounts are passed over.
    /// - Parameter isMaster: whether these are the distribution's lists, whose passwords say nothing.
    init(in tree: FileTree, style: ScriptStyle = .debian, isMaster: Bool = false) {
        self.style = style
        var userPlaces: [String: Int] = [:]
        var groupPlaces: [String: Int] = [:]
        for line in Self.lines(of: TreePath("etc/passwd"), in: tree) {
            guard line.count >= 7, let user = UInt32(line[2]), let group = UInt32(line[3]),
                userPlaces[line[0]] == nil
            else { continue }
            userPlaces[line[0]] = users.count
            users.append(
                User(
                    name: line[0], user: user, group: group, comment: line[4], home: line[5], shell: line[6],
                    password: isMaster ? "x" : line[1], secret: .none))
        }
        for line in Self.lines(of: TreePath("etc/group"), in: tree) {
            guard line.count >= 4, let group = UInt32(line[2]), groupPlaces[line[0]] == nil else { continue }
            groupPlaces[line[0]] = groups.count
            let members = line[3].split(separator: ",").map(String.init)
            groups.append(
                Group(name: line[0], group: group, members: members, password: isMaster ? "x" : line[1], secret: .none))
        }
        readShadow(in: tree, userPlaces, groupPlaces)
    }

    private mutating func readShadow(in tree: FileTree, _ userPlaces: [String: Int], _ groupPlaces: [String: Int]) {
        hasShadow = tree[TreePath("etc/shadow")] != nil
        for line in Self.lines(of: TreePath("etc/shadow"), in: tree) where line.count >= 8 {
            guard let index = userPlaces[line[0]] else { continue }
            users[index].secret = Self.secret(line[1], isExpired: line[7] == "1")
            shadowLines[line[0]] = ShadowLine(text: line.joined(separator: ":"), secret: users[index].secret)
        }
        for line in Self.lines(of: TreePath("etc/gshadow"), in: tree) where line.count >= 2 {
            guard let index = groupPlaces[line[0]] else { continue }
            groups[index].secret = Self.secret(line[1], isExpired: false)
            groupShadowLines[line[0]] = ShadowLine(
                text: line.joined(separator: ":"), secret: groups[index].secret, members: groups[index].members)
        }
    }

    private static func secret(_ text: String, isExpired: Bool) -> Secret {
        switch text {
        case "!": .locked
        case "!*": isExpired ? .expired : .service
        default: .none
        }
    }

    private static func lines(of path: TreePath, in tree: FileTree) -> [[String]] {
        let text = String(decoding: (try? tree.contents(path)) ?? [], as: UTF8.self)
        return text.split(separator: "\n").map { line in
            line.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        }
    }

    /// Writes the files. The day on which a password was set is the day of the tree's time.
    func write(to tree: inout FileTree, _ edit: inout TreeEdit) {
        let passwd = users.map { user in
            "\(user.name):\(user.password):\(user.user):\(user.group):\(user.comment):\(user.home):\(user.shell)\n"
        }
        let group = groups.map { "\($0.name):\($0.password):\($0.group):\($0.members.joined(separator: ","))\n" }
        edit.write(TreePath("etc/passwd"), passwd.joined(), in: &tree)
        // An image of apk without a base layout has nobody in it.
        if !groups.isEmpty || style == .debian { edit.write(TreePath("etc/group"), group.joined(), in: &tree) }
        guard hasShadow else { return }
        let owner = self.group("shadow")?.group ?? 42
        func write(_ name: String, _ lines: [String]) {
            let path = TreePath("etc").appending(name)
            edit.write(path, Array(lines.joined().utf8), mode: 0o640, group: owner, in: &tree)
        }
        write("shadow", users.map { shadowLine(of: $0, tree.epoch) })
        guard style == .debian else { return }
        write("gshadow", groups.map(groupShadowLine))
    }

    private func groupShadowLine(of group: Group) -> String {
        if let found = groupShadowLines[group.name], found.secret == group.secret, found.members == group.members {
            return found.text + "\n"
        }
        return "\(group.name):\(group.secret.text)::\(group.members.joined(separator: ","))\n"
    }

    private func shadowLine(of user: User, _ epoch: Int64) -> String {
        // Day 0 would ask for a new password.
        let day = epoch >= 86_400 ? String(epoch / 86_400) : ""
        if let found = shadowLines[user.name], style == .busyBox || found.secret == user.secret {
            return found.text + "\n"
        }
        if style == .busyBox { return "\(user.name):!:\(day):0:99999:7:::\n" }
        let ageing = user.secret == .none ? "0:99999:7:::" : user.secret == .expired ? "::::1:" : ":::::"
        return "\(user.name):\(user.secret.text):\(day):\(ageing)\n"
    }
}
