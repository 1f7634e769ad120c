// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthDebian
import PlinthImage

/// Commands that only ask.
extension SetupHost {
    mutating func query(_ call: ShellCall) -> ShellOutcome? {
        let words = call.arguments.compactMap { $0 }
        let areKnown = words.count == call.arguments.count
        switch call.name {
        case "command -v", "which": return areKnown ? programPath(words.last) : .unknown
        case "getent": return areKnown ? entry(words) : .unknown
        case "id": return areKnown ? identity(words) : .unknown
        case "dpkg": return dpkg(call.arguments)
        case "dpkg-query": return areKnown ? packageQuery(words) : .unknown
        case "dpkg-divert": return divert(call)
        case "readlink" where words.count == 1: return link(words[0])
        case "basename" where words.count == 1:
            return text(words[0].split(separator: "/").last.map(String.init) ?? "/")
        case "dirname" where words.count == 1: return text(Self.directory(words[0]))
        case "dpkg-realpath" where areKnown:
            guard let path = words.last.flatMap({ TreePath(text: $0) }) else { return .unknown }
            return tree.resolve(path).map { text("/\($0)") } ?? .unknown
        case "stat": return areKnown ? status(words) : .unknown
        case "uname": return areKnown ? kernel(words.first) : .unknown
        case "ls" where areKnown && !words.isEmpty:
            let names = words.filter { !$0.hasPrefix("-") }
            guard names.count == 1, let answer = test("-e", names[0]) else { return .unknown }
            return ShellOutcome(status: answer, output: nil)
        case "mktemp":
            let path = "/tmp/scratch-\(scratch.count)"
            scratch[path] = []
            return text(path)
        case "dpkg-vendor": return ShellOutcome(status: nil, output: nil)
        case "cat" where words.count == 1 && areKnown:
            guard let path = TreePath(text: words[0]), let content = try? tree.contents(path) else { return .failed }
            return ShellOutcome(status: true, output: String(decoding: content, as: UTF8.self))
        default: return nil
        }
    }

    private func text(_ value: String) -> ShellOutcome { ShellOutcome(status: true, output: value + "\n") }

    private static func directory(_ path: String) -> String {
        guard let cut = path.lastIndex(of: "/") else { return "." }
        return cut == path.startIndex ? "/" : String(path[..<cut])
    }

    private func programPath(_ name: String?) -> ShellOutcome {
        guard let name, !name.isEmpty else { return .failed }
        if name.hasPrefix("/") { return test("-x", name) == true ? text(name) : .failed }
        for folder in ["usr/local/sbin", "usr/local/bin", "usr/sbin", "usr/bin", "sbin", "bin"] {
            guard let path = TreePath(text: folder + "/" + name), let place = tree.resolve(path),
                tree[place]?.isDirectory == false
            else { continue }
            return text("/\(path)")
        }
        return Self.shellWords.contains(name) ? text(name) : .failed
    }

    private static let shellWords: Set<String> = ["test", "[", "echo", "printf", "true", "false", "command", "read"]

    private func kernel(_ option: String?) -> ShellOutcome {
        switch option {
        case nil, "-s": return text("Linux")
        case "-m":
            let names = ["amd64": "x86_64", "arm64": "aarch64", "ppc64el": "ppc64le", "riscv64": "riscv64"]
            return names[context.architecture].map(text) ?? .unknown
        default: return .unknown
        }
    }

    private func entry(_ words: [String]) -> ShellOutcome {
        guard words.count == 2 else { return .unknown }
        switch words[0] {
        case "passwd":
            let found = accounts.users.first { $0.name == words[1] || String($0.user) == words[1] }
            return found.map { text("\($0.name):x:\($0.user):\($0.group):\($0.comment):\($0.home):\($0.shell)") }
                ?? .failed
        case "group":
            let found = accounts.groups.first { $0.name == words[1] || String($0.group) == words[1] }
            return found.map { text("\($0.name):x:\($0.group):\($0.members.joined(separator: ","))") } ?? .failed
        default: return .unknown
        }
    }

    private func identity(_ words: [String]) -> ShellOutcome {
        guard let name = words.last, !name.hasPrefix("-") else { return words == ["-u"] ? text("0") : .unknown }
        guard let user = accounts.user(name) else { return .failed }
        let group = accounts.groups.first { $0.group == user.group }
        switch words.dropLast().joined(separator: " ") {
        case "-u": return text(String(user.user))
        case "-g": return text(String(user.group))
        case "-un", "-u -n": return text(user.name)
        case "-gn", "-g -n": return group.map { text($0.name) } ?? .unknown
        case "-Gn", "-G -n", "-nG":
            let others = accounts.groups.filter { $0.members.contains(name) }.map(\.name)
            return text(([group?.name].compactMap { $0 } + others).joined(separator: " "))
        default: return ShellOutcome(status: true, output: nil)
        }
    }

    /// On a first installation the version configured last is empty: earlier than any other, except for the
    /// operators in `-nl`, to which it is later.
    private func dpkg(_ arguments: [String?]) -> ShellOutcome {
        guard let first = arguments.first.flatMap({ $0 }) else { return .unknown }
        if first == "--print-architecture" { return text(context.architecture) }
        let known = arguments.compactMap { $0 }
        guard first == "--compare-versions" else { return known == arguments ? packageQuery(known) : .unknown }
        let words = known.dropFirst().filter { $0 != "--" }
        guard words.count == 3, known.count == arguments.count, !words[2].isEmpty else { return .unknown }
        return Self.compares(words[0], words[1], words[2]) ? .done : .failed
    }

    private static func compares(_ left: String, _ operation: String, _ right: String) -> Bool {
        if left.isEmpty { return ["lt", "le", "ne", "<<", "<=", "<", "gt-nl", "ge-nl"].contains(operation) }
        let order = DebianVersion.compare(left, right)
        return switch operation {
        case "lt", "lt-nl", "<<": order < 0
        case "le", "le-nl", "<=", "<": order <= 0
        case "eq", "=": order == 0
        case "ne": order != 0
        case "ge", "ge-nl", ">=", ">": order >= 0
        case "gt", "gt-nl", ">>": order > 0
        default: false
        }
    }

    /// `-L NAME` and `-W -f '${Version}' NAME`, of one package.
    private func packageQuery(_ words: [String]) -> ShellOutcome {
        var rest = words[...]
        var action = ""
        var form: String?
        var names: [String] = []
        while let word = rest.popFirst() {
            switch word {
            case "-L", "--listfiles", "-W", "--show", "-s", "--status": action = word
            case "-f": form = rest.popFirst()
            case _ where word.hasPrefix("-f="): form = String(word.dropFirst(3))
            case _ where word.hasPrefix("--showformat="): form = String(word.dropFirst(13))
            case _ where word.hasPrefix("-"): return .unknown
            default: names.append(word)
            }
        }
        guard names.count == 1, let name = names.first?.split(separator: ":").first, !name.contains("*") else {
            return .unknown
        }
        guard let package = context.package(String(name)) else { return action.isEmpty ? .unknown : .failed }
        switch action {
        case "-L", "--listfiles":
            let list = package.paths.map { String(decoding: DpkgInfo.list(Set($0)), as: UTF8.self) }
            return ShellOutcome(status: true, output: list)
        case "-W", "--show":
            return ShellOutcome(status: true, output: form == "${Version}" ? package.version : nil)
        case "-s", "--status": return ShellOutcome(status: true, output: nil)
        default: return .unknown
        }
    }

    private mutating func divert(_ call: ShellCall) -> ShellOutcome {
        let words = call.arguments.compactMap { $0 }
        let asks = words.contains { ["--truename", "--listpackage", "--list"].contains($0) }
        guard words.count == call.arguments.count, call.isCertain || asks,
            let outcome = diversions.run(words, for: package.name)
        else {
            // Without a package manager nothing is installed that could be diverted.
            if context.isWholeSystem { leave(call) }
            return .unknown
        }
        return outcome
    }

    private func link(_ path: String) -> ShellOutcome {
        guard let place = TreePath(text: path), case .symlink(let target)? = tree[tree.placeOfEntry(place)]?.kind else {
            return .failed
        }
        return text(String(decoding: target, as: UTF8.self))
    }

    /// `stat -c FORMAT path` for one field.
    private func status(_ words: [String]) -> ShellOutcome {
        var rest = words.filter { $0 != "-L" }
        if let first = rest.first, first.hasPrefix("-c"), first.count > 2 {
            rest = ["-c", String(first.dropFirst(2))] + rest.dropFirst()
        }
        guard rest.count == 3, rest[0] == "-c", let path = TreePath(text: rest[2]),
            let place = tree.resolve(path), let node = tree[place]
        else { return .unknown }
        switch rest[1] {
        case "%a": return text(String(node.mode, radix: 8))
        case "%u": return text(String(node.user))
        case "%g": return text(String(node.group))
        case "%U": return accounts.users.first { $0.user == node.user }.map { text($0.name) } ?? .unknown
        case "%G": return accounts.groups.first { $0.group == node.group }.map { text($0.name) } ?? .unknown
        default: return .unknown
        }
    }
}
