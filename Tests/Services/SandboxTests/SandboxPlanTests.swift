// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import SystemPackage
import Testing

@testable import PlinthSandbox

@Suite struct SandboxPlanTests {
    private static let before = [
        "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try", "--hostname", "sandbox",
        "--die-with-parent",
    ]
    private static let capabilities = [
        "--cap-drop", "ALL", "--cap-add", "CAP_CHOWN", "--cap-add", "CAP_DAC_OVERRIDE", "--cap-add", "CAP_FOWNER",
        "--cap-add", "CAP_FSETID", "--cap-add", "CAP_KILL", "--cap-add", "CAP_NET_BIND_SERVICE", "--cap-add",
        "CAP_SETFCAP", "--cap-add", "CAP_SETGID", "--cap-add", "CAP_SETPCAP", "--cap-add", "CAP_SETUID", "--cap-add",
        "CAP_SYS_CHROOT",
    ]
    private static let fresh = [
        "--dev", "/dev", "--proc", "/proc", "--ro-bind-try", "/proc/sys", "/proc/sys", "--ro-bind-try",
        "/proc/sysrq-trigger", "/proc/sysrq-trigger", "--perms", "1777", "--tmpfs", "/tmp",
    ]

    @Test func aReadOnlyTreeIsPutTogetherFromItsEntries() throws {
        let tree = try ScratchTree()
        for name in ["usr", "etc", "dev", "tmp"] { tree.folder(name) }
        tree.link("bin", to: "usr/bin")
        try tree.file("version", "1")
        var plan = SandboxPlan(root: tree.path, command: ["sh", "-c", "--x"])
        plan.environment = ["B": "2 3", "A": "1", "PATH": "/bin"]
        plan.binds = [SandboxBind(host: "/srv/x", inside: "/work//x/", isWritable: true)]
        plan.workingDirectory = "/work"
        let root = tree.path.string
        let namespaces = ["--unshare-net", "--unshare-user", "--uid", "0", "--gid", "0"]
        let mounts =
            [
                "--symlink", "usr/bin", "/bin", "--ro-bind", root + "/etc", "/etc", "--ro-bind", root + "/usr", "/usr",
                "--ro-bind", root + "/version", "/version",
            ] + Self.fresh + ["--bind", "/srv/x", "/work/x", "--remount-ro", "/", "--chdir", "/work"]
        let variables = [
            "--clearenv", "--setenv", "A", "1", "--setenv", "B", "2 3", "--setenv", "PATH", "/bin",
        ]
        let expected =
            Self.before + namespaces + Self.capabilities + mounts + variables + ["--", "sh", "-c", "--x"]
        #expect(try plan.arguments() == expected)
    }

    @Test func aWritableTreeIsMountedAsAWhole() throws {
        let tree = try ScratchTree()
        let plan = SandboxPlan(root: tree.path, command: ["true"], network: true, writable: true, isRoot: true)
        let variables = [
            "--chdir", "/", "--clearenv", "--setenv", "PATH",
            "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        ]
        let expected =
            Self.before + Self.capabilities + ["--bind", tree.path.string, "/"] + Self.fresh + variables
            + ["--", "true"]
        #expect(try plan.arguments() == expected)
    }

    @Test func whatCannotBeToldIsRefused() throws {
        let tree = try ScratchTree()
        tree.link("srv", to: "/etc")
        tree.link("proc", to: "/etc")
        let plain = SandboxPlan(root: tree.path, command: ["true"])
        func refuses(_ change: (inout SandboxPlan) -> Void) {
            var plan = plain
            change(&plan)
            let found = #expect(throws: Problem.self) { try plan.arguments() }
            #expect(found?.code == "sandbox.failed")
        }
        refuses { $0.command = [] }
        refuses { $0.command = ["a\0b"] }
        refuses { $0.environment = ["A=B": "1"] }
        refuses { $0.environment = ["": "1"] }
        refuses { $0.environment = ["A": "\0"] }
        refuses { $0.root = "/nonexistent/tree" }
        refuses { $0.writable = true }
        for inside in ["", "/", "work", "/a/../b", "/./a", "/srv/x", "/srv"] {
            refuses { $0.binds = [SandboxBind(host: "/etc", inside: inside)] }
        }
    }
}
