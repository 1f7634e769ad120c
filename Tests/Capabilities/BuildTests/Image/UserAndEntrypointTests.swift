// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage
import PlinthTestSupport
import Testing

@testable import PlinthBuild

struct UserReferenceTests {
    static var tree: FileTree {
        var tree = FileTree(epoch: 0)
        let passwd = "root:x:0:0::/root:/bin/sh\nnonroot:x:65532:65532::/home/nonroot:\nbad:x:-5:0::/:\nshort:x\n"
        tree.write(TreePath("etc/passwd"), Array(passwd.utf8), origin: .effect("test"))
        tree.write(TreePath("etc/group"), Array("root:x:0:\nadm:x:4:a,b\n".utf8), origin: .effect("test"))
        return tree
    }

    @Test(arguments: [
        ("nonroot", "65532"), ("root", "0"), ("nonroot:adm", "65532:4"), ("nonroot:7", "65532:7"), ("7", "7"),
        ("7:adm", "7:4"), ("1000:1000", "1000:1000"), ("007", "7"), ("4294967295", "4294967295"),
    ])
    func numbers(_ user: String, _ expected: String) throws {
        #expect(try UserReference.numeric(user, in: Self.tree) == expected)
    }

    @Test(arguments: [
        "nobody", "", ":", "root:", ":root", "root:wheel", "bad", "short", "-1", "+5", "4294967296", "root:adm:x",
        "Root",
    ])
    func unknown(_ user: String) {
        let problem = #expect(throws: Problem.self) { try UserReference.numeric(user, in: Self.tree) }
        #expect(problem?.code == "user.unknown")
        #expect(problem?.kind == .usage)
    }

    @Test func nearestIsTold() {
        let problem = #expect(throws: Problem.self) { try UserReference.numeric("nonrot", in: Self.tree) }
        #expect(problem?.hints.first == "it has nonroot")
        #expect(code { try UserReference.numeric("x", in: FileTree(epoch: 0)) } == "user.unknown")
    }
}

struct DefaultEntrypointTests {
    static let packages = [
        TestPackage(
            "redis-server",
            files: [.symlink("usr/bin/redis-server", to: "redis-check"), .file("usr/bin/redis-check", "", mode: 0o755)]),
        TestPackage(
            "nginx", files: [.file("usr/sbin/nginx", "", mode: 0o755), .file("usr/bin/nginx", "", mode: 0o755)]),
        TestPackage("curl-tools", files: [.file("usr/bin/curl", "", mode: 0o755), .file("usr/bin/README", "")]),
        TestPackage("two", files: [.file("usr/bin/a", "", mode: 0o755), .file("usr/bin/b", "", mode: 0o755)]),
        TestPackage("plain", files: [.file("usr/bin/plain", "not executable")]),
        TestPackage("directory", files: [.directory("usr/bin/directory")]),
        TestPackage("dangling", files: [.symlink("usr/bin/dangling", to: "nowhere")]),
        TestPackage("deep", files: [.file("usr/bin/sub/tool", "", mode: 0o755)]),
        TestPackage(
            "linked", files: [.file("bin/first", "x", mode: 0o755), .hardLink("usr/bin/linked", to: "bin/first")]),
    ]

    @Test(
        arguments: [
            (["redis-server"], ["/usr/bin/redis-server"]), (["nginx"], ["/usr/sbin/nginx"]),
            (["curl-tools"], ["/usr/bin/curl"]),
            (["two"], []), (["plain"], []), (["directory"], []), (["dangling"], []), (["deep"], []), ([], []),
            (["missing"], []), (["two", "nginx", "curl-tools"], ["/usr/sbin/nginx"]), (["linked"], ["/usr/bin/linked"]),
        ] as [([String], [String])])
    func program(_ named: [String], _ expected: [String]) throws {
        try PackageBench.with { bench in
            let segments = try bench.segments(Self.packages)
            let merge = try TreeMerge(segments, rules: DebianMergeRules(segments), epoch: 0)
            let tree = PlatformBuilder.tree(of: merge, segments, epoch: 0)
            #expect(DefaultEntrypoint.find(for: named, in: tree, segments) == expected)
        }
    }

    private static let scripts = [
        TestPackage(
            "ca-certificates", files: [.file("usr/sbin/update-ca-certificates", "#!/bin/sh -e\n", mode: 0o755)]),
        TestPackage("tool", files: [.file("usr/bin/tool", "#! /usr/bin/python3\n", mode: 0o755)]),
        TestPackage(
            "both",
            files: [
                .file("usr/bin/helper", "#!/bin/sh", mode: 0o755), .file("usr/bin/binary", "\u{7f}ELF", mode: 0o755),
            ]),
        TestPackage("bash", files: [.file("usr/bin/bash", "#!/bin/sh\n", mode: 0o755)]),
    ]

    @Test(
        arguments: [
            ("ca-certificates", nil, []), ("ca-certificates", "bin/sh", ["/usr/sbin/update-ca-certificates"]),
            ("tool", "bin/sh", []), ("tool", "usr/bin/python3", ["/usr/bin/tool"]), ("both", nil, ["/usr/bin/binary"]),
            ("both", "bin/sh", []), ("bash", nil, []),
        ] as [(String, String?, [String])])
    func scriptsNeedTheirInterpreter(_ named: String, _ present: String?, _ expected: [String]) throws {
        try PackageBench.with { bench in
            let segments = try bench.segments(Self.scripts)
            let merge = try TreeMerge(segments, rules: DebianMergeRules(segments), epoch: 0)
            var tree = PlatformBuilder.tree(of: merge, segments, epoch: 0)
            if let path = present.flatMap({ TreePath(text: $0) }) {
                tree.write(path, [], mode: 0o755, origin: .effect("test"))
            }
            #expect(DefaultEntrypoint.find(for: [named], in: tree, segments) == expected)
        }
    }

    @Test func shellIsNoScriptWithoutInterpreter() throws {
        var tree = FileTree(epoch: 0)
        tree.write(TreePath("usr/bin/bash"), Array("#!/opt/sh\n".utf8), mode: 0o755, origin: .effect("test"))
        #expect(DefaultEntrypoint.shell(in: tree) == [])
        tree.write(TreePath("usr/bin/sh"), [0x7f], mode: 0o755, origin: .effect("test"))
        #expect(DefaultEntrypoint.shell(in: tree) == ["/usr/bin/sh"])
    }

    /// Of a recipe's large file no more is read than Linux itself reads.
    @Test func onlyTheBeginningIsRead() {
        var tree = FileTree(epoch: 0)
        let path = TreePath("usr/bin/large")
        let node = FileNode(.file(size: 1 << 40), mode: 0o755, origin: .recipe(line: 1))
        tree.makeDirectory(TreePath("usr/bin"), origin: .effect("test"))
        tree.put(path, node) { offset, count in
            #expect(offset == 0 && count <= 256)
            return Array("#!/bin/sh\n".utf8)
        }
        #expect(tree.missingInterpreter(of: path) == "/bin/sh")
    }
}
