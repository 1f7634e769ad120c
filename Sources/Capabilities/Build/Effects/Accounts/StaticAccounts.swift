// SPDX-License-Identifier: Apache-2.0

/// The numbers that Debian gives out for good (Debian Policy, section 9.2.2; base-passwd's master files).
///
/// An image without base-passwd gets those of them that something in it asks for.
enum StaticAccounts {
    static let root = AccountTable.User(
        name: "root", user: 0, group: 0, comment: "root", home: "/root", shell: "/bin/bash", secret: .none)
    static let nobody = AccountTable.User(name: "nobody", user: 65534, group: 65534, comment: "nobody", secret: .none)
    static let nonroot = AccountTable.User(
        name: "nonroot", user: 65532, group: 65532, comment: "nonroot", home: "/home/nonroot", secret: .none)

    static let groups: [(name: String, group: UInt32)] = [
        ("root", 0), ("daemon", 1), ("bin", 2), ("sys", 3), ("adm", 4), ("tty", 5), ("disk", 6), ("lp", 7),
        ("mail", 8), ("news", 9), ("uucp", 10), ("man", 12), ("proxy", 13), ("kmem", 15), ("dialout", 20),
        ("fax", 21), ("voice", 22), ("cdrom", 24), ("floppy", 25), ("tape", 26), ("sudo", 27), ("audio", 29),
        ("dip", 30), ("www-data", 33), ("backup", 34), ("operator", 37), ("list", 38), ("irc", 39), ("src", 40),
        ("shadow", 42), ("utmp", 43), ("video", 44), ("sasl", 45), ("plugdev", 46), ("staff", 50), ("games", 60),
        ("users", 100), ("nogroup", 65534),
    ]

    static let users: [AccountTable.User] = [
        user("daemon", 1, "/usr/sbin"), user("bin", 2, "/bin"), user("sys", 3, "/dev"),
        user("games", 5, group: 60, "/usr/games"), user("man", 6, group: 12, "/var/cache/man"),
        user("lp", 7, "/var/spool/lpd"), user("mail", 8, "/var/mail"), user("news", 9, "/var/spool/news"),
        user("uucp", 10, "/var/spool/uucp"), user("proxy", 13, "/bin"), user("www-data", 33, "/var/www"),
        user("backup", 34, "/var/backups"), user("list", 38, "/var/list", "Mailing List Manager"),
        user("irc", 39, "/run/ircd", "ircd"), user("_apt", 42, group: 65534, "/nonexistent", ""),
    ]

    /// Programs that switch to one of these users by their configuration.
    static func users(for package: String) -> [String] {
        let servers = ["nginx", "apache2", "lighttpd", "libapache2-mod", "uwsgi"]
        if servers.contains(where: package.hasPrefix) || (package.hasPrefix("php") && package.hasSuffix("fpm")) {
            return ["www-data"]
        }
        switch package {
        case "squid", "squid-openssl", "pdnsd", "tinyproxy": return ["proxy"]
        case "apt": return ["_apt"]
        case "man-db": return ["man"]
        case "cups", "cups-daemon": return ["lp"]
        case "mailman3", "mailman": return ["list"]
        default: return []
        }
    }

    private static func user(
        _ name: String, _ number: UInt32, group: UInt32? = nil, _ home: String, _ comment: String? = nil
    ) -> AccountTable.User {
        AccountTable.User(
            name: name, user: number, group: group ?? number, comment: comment ?? name, home: home, secret: .none)
    }
}
