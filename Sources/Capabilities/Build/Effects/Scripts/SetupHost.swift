// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage

/// What maintainer scripts meet: the tree, the accounts, and the programs whose work is known.
struct SetupHost: ShellHost {
    var tree: FileTree
    var accounts: AccountTable
    var alternatives = AlternativesTable()
    var edit = TreeEdit("package set-up")
    let context: EffectContext

    var modules = ModuleCommands()
    var diversions = Diversions()
    /// Lines of `dpkg-statoverride`.
    var overrides: [String] = []
    /// The package and script that is looked at.
    var package = EffectPackage(name: "", version: "")
    private(set) var script = ""
    /// Entries looked at and bytes written by all scripts together: a script that never ends its work is not followed.
    private var visits = 0
    private var written = 0
    /// What that script would do and nothing here does.
    private(set) var left: [String] = []
    /// The beginnings of the calls among it.
    private var told: Set<String> = []
    private let accountCommands: AccountCommands
    /// Who a command runs as: root, or the user that `su` names.
    var actor: (user: UInt32, group: UInt32) = (0, 0)
    /// Bits that a new file does not get.
    var mask: UInt16 = 0o022
    /// What `db_set` said; nil where that is not known.
    private var answers: [String: String?] = [:]
    /// Files that scripts make for themselves in `/tmp`; they do not reach the image.
    var scratch: [String: [UInt8]] = [:]

    init(tree: FileTree, context: EffectContext) {
        self.tree = tree
        self.context = context
        accounts = AccountTable(in: tree, style: context.style)
        let version = context.package("adduser")?.version ?? ""
        let parts = version.split(separator: ".")
        let minor = parts.count > 1 ? Int(parts[1].prefix { $0.isNumber }) : nil
        accountCommands = AccountCommands(padsComments: parts.first == "3" && (minor ?? 999) < 136)
    }

    mutating func begin(_ package: EffectPackage, _ script: String) {
        self.script = script
        self.package = package
        left = []
        told = []
        mask = 0o022
        scratch = [:]
    }

    /// The answer to a question; nil when it is not known.
    ///
    /// It is what a script set, or the default in the package's debconf `templates`; empty where none is given.
    func answer(_ question: String) -> String? {
        if let set = answers[question] { return set }
        guard let templates = package.scripts["templates"] else { return nil }
        let heading = Array("Template: \(question)".utf8)
        let mark = Array("Default: ".utf8)
        var isOurs = false
        var found: String?
        for line in templates.split(separator: 0x0a) {
            if line.starts(with: "Template: ".utf8) {
                if isOurs { break }
                isOurs = line.elementsEqual(heading)
                if isOurs { found = "" }
            } else if isOurs, line.starts(with: mark) {
                found = String(decoding: line.dropFirst(mark.count), as: UTF8.self)
            }
        }
        return found
    }

    /// Counts a walk over the tree; false when there were too many.
    mutating func mayWalk() -> Bool {
        visits += tree.nodes.count
        return visits < 500_000_000
    }

    /// Tells the beginning of a call: the program, its options and what comes after them, at most 72 letters.
    ///
    /// Of calls that begin with the same two words the first is told.
    mutating func leave(_ call: ShellCall) {
        let first = call.arguments.first.map { $0 ?? call.source(of: 0) } ?? ""
        guard told.insert("\(call.isCertain) \(call.name) \(first)").inserted else { return }
        var words = call.name.isEmpty ? [] : [call.name]
        for (index, word) in call.arguments.enumerated() where words.count(where: { !$0.hasPrefix("-") }) < 2 {
            words.append(word ?? call.source(of: index))
        }
        let text = words.joined(separator: " ")
        let short = text.count > 72 ? text.prefix(71) + "…" : text
        leave(call.isCertain ? short : "perhaps " + short)
    }

    mutating func leave(_ text: String) {
        if !left.contains(text) { left.append(text) }
    }

    /// What is left of a script in a line; what surely happens first.
    var summary: String? {
        let sorted = left.filter { !$0.hasPrefix("perhaps ") } + left.filter { $0.hasPrefix("perhaps ") }
        guard !sorted.isEmpty else { return nil }
        return sorted.prefix(6).joined(separator: "; ") + (sorted.count > 6 ? "; and \(sorted.count - 6) more" : "")
    }

    /// A path from the root; nil for one that nobody knows from where.
    func absolute(_ path: String) -> String? {
        if path.hasPrefix("/") { return path }
        return context.style == .busyBox && !path.isEmpty ? "/" + path : nil
    }

    // MARK: ShellHost

    mutating func become(_ user: String) -> Bool {
        guard let user = accounts.user(user) else { return false }
        actor = (user.user, user.group)
        return true
    }

    /// Patterns in the last component of an absolute path only.
    mutating func expand(_ pattern: String) -> [String?]? {
        guard mayWalk(), pattern.hasPrefix("/"), let cut = pattern.lastIndex(of: "/") else { return nil }
        let (folder, name) = (pattern[..<cut], String(pattern[pattern.index(after: cut)...]))
        guard !folder.contains(where: { "*?[".contains($0) }), let path = TreePath(text: folder) else { return nil }
        guard let place = tree.resolve(path) else { return [pattern] }
        let names = tree.children(of: place).map { String(decoding: $0.name, as: UTF8.self) }
        let found = names.filter { ShellPattern.matches(name, $0) && (!$0.hasPrefix(".") || name.hasPrefix(".")) }
        return found.isEmpty ? [pattern] : found.map { "\(folder)/\($0)" }
    }

    func script(_ path: String) -> [UInt8]? {
        guard let path = absolute(path), let place = TreePath(text: path), let bytes = try? tree.contents(place),
            bytes.count <= 1 << 18
        else { return nil }
        return bytes
    }

    mutating func run(_ call: ShellCall) -> ShellOutcome {
        let name = call.name.split(separator: "/").last.map(String.init) ?? call.name
        var call = call
        call.name = name
        if Self.membership.contains(name) {
            for case let word? in call.arguments {
                for part in word.split(separator: ",") { addStaticGroup(String(part)) }
            }
        }
        if name == "db_set", let question = call.arguments.first ?? nil {
            answers[question] = .some(call.isCertain ? call.arguments.dropFirst().first ?? nil : nil)
        }
        let done =
            context.style == .busyBox
            ? BusyBoxAccounts.run(call, on: &accounts) : accountCommands.run(call, on: &accounts)
        if let (outcome, home) = done {
            if let home { makeHome(home) }
            return outcome
        }
        if let outcome = query(call) ?? filter(call) ?? search(call) ?? change(call) ?? systemCommand(call)
            ?? alternativesCommand(call) ?? moduleCommand(call)
        {
            return outcome
        }
        if Self.filters.contains(name) || Self.compilesPython(call) { return .unknown }
        if Self.isWithoutTrace(name) { return ShellOutcome(status: true, output: nil) }
        leave(call)
        return .unknown
    }

    private static func isWithoutTrace(_ name: String) -> Bool {
        services.contains(name) || withoutTrace.contains(name) || name.hasPrefix("db_")
    }

    func knows(_ program: String) -> Bool {
        let name = program.split(separator: "/").last.map(String.init) ?? program
        return Self.filters.contains(name) || Self.isWithoutTrace(name) || Self.known.contains(name)
            || Self.changes.contains(name) || ModuleCommands.names.contains(name)
    }

    func program(_ name: String) -> [UInt8]? {
        let folders = name.hasPrefix("/") ? [""] : ["usr/local/sbin/", "usr/local/bin/", "usr/sbin/", "usr/bin/"]
        for folder in folders {
            guard let path = TreePath(text: folder + name), let place = tree.resolve(path),
                case .file(let size)? = tree[place]?.kind
            else { continue }
            guard size <= 65_536, let bytes = try? tree.contents(place), bytes.starts(with: "#!".utf8) else {
                return nil
            }
            let line = String(decoding: bytes.prefix { $0 != 0x0a }, as: UTF8.self)
            return ["/sh", "/dash", "/bash"].contains { line.trimmedMark.hasSuffix($0) } ? bytes : nil
        }
        return nil
    }

    /// They may name groups that Debian gives out for good.
    private static let membership: Set<String> = ["adduser", "useradd", "usermod", "gpasswd"]

    /// What `run` does itself.
    private static let known: Set<String> = [
        "adduser", "addgroup", "useradd", "groupadd", "usermod", "gpasswd", "command -v", "dpkg-divert",
        "dpkg-realpath",
        "dpkg-vendor", "shadowconfig", "systemd-sysusers", "systemd-tmpfiles", "update-shells", "add-shell",
        "remove-shell", "pam-auth-update", "setcap", "update-alternatives",
    ]

    func test(_ operation: String, _ path: String) -> Bool? {
        guard let path = absolute(path), let place = TreePath(text: path) else { return nil }
        let node = tree.resolve(place).map { tree[$0] }
        switch operation {
        case "-e": return node != nil
        case "-f": return node.map { $0?.isDirectory == false } ?? false
        case "-d": return node.map { $0?.isDirectory ?? true } ?? false
        case "-h", "-L":
            if case .symlink? = tree[tree.placeOfEntry(place)]?.kind { return true }
            return false
        case "-x": return node.map { ($0?.mode ?? 0o755) & 0o111 != 0 } ?? false
        case "-r", "-w": return node != nil
        case "-s":
            guard let place = tree.resolve(place), case .file(let size)? = tree[place]?.kind else { return false }
            return size > 0
        case "-b", "-c", "-p", "-S": return node == nil ? false : nil
        case "-O": return node.map { $0?.user == actor.user } ?? false
        case "-G": return node.map { $0?.group == actor.group } ?? false
        default: return nil
        }
    }

    mutating func write(_ path: String, _ content: String?, appends: Bool, isCertain: Bool) {
        guard isCertain, let path = absolute(path), let place = TreePath(text: path) else { return }
        // Appending writes the whole file again.
        let before = appends ? scratch[path]?.count ?? tree.resolve(place).flatMap { tree[$0]?.size } ?? 0 : 0
        written += before + (content?.utf8.count ?? 0)
        guard written <= 2 << 20 else { return leave("writes more than 2 MB") }
        if path.hasPrefix("/tmp/") {
            scratch[path] = content.map { (appends ? scratch[path] ?? [] : []) + Array($0.utf8) }
            return
        }
        // What a container's system mounts over is not written.
        if ["proc", "sys", "dev"].contains(where: { place.isInside(TreePath.root.appending($0)) }) { return }
        guard let content else { return leave("writes \(path)") }
        var bytes = Array(content.utf8)
        if appends {
            if bytes.isEmpty, tree.resolve(place) != nil { return }
            bytes = ((try? tree.contents(place)) ?? []) + bytes
        }
        let node = tree.resolve(place).flatMap { tree[$0] }
        if node?.isDirectory == true { return leave("writes \(path)") }
        edit.write(
            place, bytes, mode: node?.mode ?? 0o666 & ~mask, user: node?.user ?? 0, group: node?.group ?? 0, in: &tree)
    }

    private mutating func makeHome(_ home: AccountCommands.Home) {
        guard home.path.hasPrefix("/"), let path = TreePath(text: home.path), !path.isRoot else { return }
        edit.directory(path, mode: 0o755, user: home.user, group: home.group, in: &tree)
    }

    /// Byte code is not made: it holds times, and Python makes what it needs.
    private static func compilesPython(_ call: ShellCall) -> Bool {
        call.name.hasPrefix("python3") && call.arguments.contains { $0?.contains("compile") == true }
    }

    // MARK: Programs without consequence for an image

    /// They only read, and what they say is not known.
    private static let filters: Set<String> = [
        "grep", "egrep", "fgrep", "sed", "awk", "mawk", "gawk", "cut", "tr", "sort", "uniq", "head", "tail", "wc",
        "cat", "cmp", "diff", "md5sum", "sha256sum", "sha512sum", "sha1sum", "find", "xargs", "ls", "date", "expr",
        "tempfile", "mktemp", "stat", "which", "type", "pidof", "pgrep", "ps", "uname", "hostname", "dpkg-query",
        "ischroot", "runlevel", "seq", "tac", "rev", "od", "file", "env", "su", "printenv", "readlink", "realpath",
        "apt-config", "perl", "python3", "gpg", "basename", "dirname", "id", "getent", "dpkg", "whoami", "ldd",
        "pathfind", "tty", "nproc", "comm", "paste", "join", "test", "systemd-detect-virt", "getconf", "mountpoint",
        "getcap", "ip", "lsb_release", "openssl", "sha384sum", "bc", "tee", "timeout", "lsof", "fuser", "df", "du",
    ]

    /// Services are not started in an image, and nothing there enables them.
    private static let services: Set<String> = [
        "deb-systemd-helper", "deb-systemd-invoke", "systemctl", "invoke-rc.d", "update-rc.d", "service", "kill",
        "killall", "start-stop-daemon", "initctl", "telinit", "init", "udevadm", "modprobe", "dbus-send",
        "systemd-hwdb", "journalctl", "systemd-machine-id-setup", "start", "stop", "restart", "reload", "pkill",
        "nscd", "sysctl", "blockdev", "depmod", "update-initramfs", "dracut", "apparmor_parser", "aa-enabled",
        "needrestart", "setupcon", "udevd", "rmmod", "runit-helper", "update-binfmts", "rcctl", "openrc",
    ]

    /// They change nothing on a first installation, or what they make is made by another effect or is a cache.
    private static let withoutTrace: Set<String> = [
        "dpkg-trigger", "dpkg-maintscript-helper", "update-menus", "ldconfig", "update-ca-certificates", "sleep",
        "logger", "sync", "py3compile", "py3clean", "pycompile", "pyclean", "ucfr", "ucfq", "restorecon", "chcon",
        "deluser", "delgroup", "userdel", "groupdel", "groupmod", "update-passwd", "clear", "stty",
        "rmdir-if-empty", "debconf-show", "install-info", "update-info-dir", "update-mime", "update-desktop-database",
        "gio-querymodules", "logname", "md5", "alias", "unalias", "getopts", "prt_info", "log", "confmodule", "more",
        "pager", "true",
        "selinuxenabled",
    ]
}

extension FileNode {
    /// Of a regular file, in bytes.
    fileprivate var size: Int? { if case .file(let size) = kind { Int(size) } else { nil } }
}
