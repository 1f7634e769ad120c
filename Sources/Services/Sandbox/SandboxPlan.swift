// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import SystemPackage

/// What bubblewrap is told, bwrap(1).
struct SandboxPlan {
    var root: FilePath
    var command: [String]
    var environment: [String: String] = [:]
    var network = false
    var writable = false
    var binds: [SandboxBind] = []
    var workingDirectory = "/"
    /// Whether this machine's root runs it.
    var isRoot = false

    /// What maintainer scripts and servers need: to change owners and identity, never the machine.
    private static let capabilities = [
        "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL", "CAP_NET_BIND_SERVICE", "CAP_SETFCAP",
        "CAP_SETGID", "CAP_SETPCAP", "CAP_SETUID", "CAP_SYS_CHROOT",
    ]

    private static let path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

    /// - Throws: `Problem` with code `sandbox.failed`.
    func arguments() throws -> [String] {
        guard !command.isEmpty else { throw failed("There is nothing to run", at: root.string) }
        let texts =
            command + [root.string, workingDirectory] + environment.flatMap { [$0.key, $0.value] }
            + binds.flatMap { [$0.host.string, $0.inside] }
        guard texts.allSatisfy({ !$0.utf8.contains(0) }) else {
            throw failed("A program, variable or path has a NUL byte", at: root.string)
        }
        return try separation() + (writable ? writableRoot() : readOnlyRoot()) + ["--chdir", workingDirectory]
            + variables() + ["--"] + command
    }

    private func separation() -> [String] {
        var result = [
            "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try", "--hostname", "sandbox",
            "--die-with-parent",
        ]
        if !network { result.append("--unshare-net") }
        if !isRoot { result += ["--unshare-user", "--uid", "0", "--gid", "0"] }
        return result + ["--cap-drop", "ALL"] + Self.capabilities.flatMap { ["--cap-add", $0] }
    }

    private func variables() throws -> [String] {
        var all = environment
        if all["PATH"] == nil { all["PATH"] = Self.path }
        return try ["--clearenv"]
            + all.sorted { $0.key < $1.key }.flatMap { name, value in
                guard !name.isEmpty, !name.contains("=") else {
                    throw failed("This is not the name of a variable", at: name)
                }
                return ["--setenv", name, value]
            }
    }

    // MARK: Mounts

    private static let fresh = ["dev", "proc", "tmp"]
    /// Root without capabilities may still set the kernel's variables, so they are covered.
    private static let freshMounts = [
        "--dev", "/dev", "--proc", "/proc", "--ro-bind-try", "/proc/sys", "/proc/sys", "--ro-bind-try",
        "/proc/sysrq-trigger", "/proc/sysrq-trigger", "--perms", "1777", "--tmpfs", "/tmp",
    ]

    private func writableRoot() throws -> [String] {
        for name in Self.fresh {
            let kind = SandboxHost.kind(root.appending(name))
            guard kind == .missing || kind == .folder else {
                throw failed("The tree has something else where a folder must be", at: "/" + name)
            }
        }
        return try ["--bind", root.string, "/"] + Self.freshMounts + mounts()
    }

    /// An empty `/` with each of the tree's entries in it, so that a tree without `dev` or `proc` works as it is.
    private func readOnlyRoot() throws -> [String] {
        var result: [String] = []
        for name in try SandboxHost.names(in: root) where !Self.fresh.contains(name) {
            let path = root.appending(name)
            switch SandboxHost.kind(path) {
            case .link(let target): result += ["--symlink", target, "/" + name]
            case .folder, .file: result += ["--ro-bind", path.string, "/" + name]
            case .missing, .other: continue
            }
        }
        return try result + Self.freshMounts + mounts() + ["--remount-ro", "/"]
    }

    private func mounts() throws -> [String] {
        try binds.flatMap { bind in
            guard let path = normal(bind.inside) else {
                throw failed("A place inside must be an absolute path", at: bind.inside)
            }
            try refuseLinks(path)
            return [bind.isWritable ? "--bind" : "--ro-bind", bind.host.string, "/" + path.joined(separator: "/")]
        }
    }

    private func normal(_ text: String) -> [String]? {
        let parts = text.split(separator: "/").map(String.init)
        guard text.hasPrefix("/"), !parts.isEmpty, !parts.contains(".."), !parts.contains(".") else { return nil }
        return parts
    }

    /// bubblewrap would follow a link of the tree while this machine is still in reach.
    private func refuseLinks(_ path: [String]) throws {
        var place = root
        for part in path {
            place = place.appending(part)
            if case .link = SandboxHost.kind(place) {
                throw failed(
                    "A place inside leads over a symbolic link of the tree", at: "/" + path.joined(separator: "/"))
            }
        }
    }

    private func failed(_ what: String, at place: String) -> Problem { Problem("sandbox.failed", what, at: place) }
}
