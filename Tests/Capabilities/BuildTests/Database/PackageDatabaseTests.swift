// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthDebian
import PlinthImage
import PlinthTestSupport
import SystemPackage
import Testing

@testable import PlinthBuild

struct PackageDatabaseTests {
    static let packages = [
        TestPackage(
            "alpha", "1.0-1", architecture: "amd64", fields: ["Depends": "beta (>= 1), libc6", "Multi-Arch": "same"],
            files: [
                .file("etc/alpha.conf", "a\n"), .file("lib/alpha/data", "data"), .file("usr/share/shared", "alpha's"),
                .file("usr/share/doc/alpha/copyright", "MIT"), .file("usr/share/doc/alpha/README", "readme"),
                .file("var/run/alpha.pid", "1"),
            ],
            scripts: ["postinst": "#!/bin/sh\nset -e\n"], conffiles: ["/etc/alpha.conf"],
            controlFiles: ["triggers": "interest-noawait /usr/lib/alpha\nactivate ldconfig\n"]),
        TestPackage(
            "beta", "2:2.0", fields: ["Replaces": "alpha (<< 2)", "Essential": "yes"],
            files: [.file("usr/share/shared", "beta's"), .symlink("usr/bin/beta", to: "../share/shared")],
            controlFiles: ["triggers": "# waits\ninterest beta-trigger\ninterest-await /etc/beta\n"]),
        TestPackage(
            "libc6", "2.41",
            files: [
                .symlink("var/run", to: "/run"), .directory("run"), .symlink("lib", to: "usr/lib"),
                .directory("usr/lib"),
            ]),
    ]

    static func tree(
        _ bench: PackageBench, _ form: PackageDatabase.Form, _ packages: [TestPackage] = packages
    ) throws -> FileTree {
        let segments = try bench.segments(packages, .undocumented)
        let merge = try TreeMerge(segments, rules: DebianMergeRules(segments), epoch: 42)
        var tree = PlatformBuilder.tree(of: merge, segments, epoch: 42)
        try PackageDatabase(form: form).write(segments, into: &tree)
        return tree
    }

    static func text(_ path: String, in tree: FileTree) throws -> String {
        String(decoding: try tree.contents(try #require(TreePath(text: path))), as: UTF8.self)
    }

    static func names(below path: String, in tree: FileTree) throws -> [String] {
        let directory = try #require(TreePath(text: path))
        return tree.descendants(of: directory).map { String($0.description.dropFirst(path.count + 1)) }
    }

    @Test func statusDirectory() throws {
        try PackageBench.with { bench in
            let tree = try Self.tree(bench, .statusDirectory)
            #expect(
                try Self.names(below: "var/lib/dpkg", in: tree) == [
                    "status.d", "status.d/alpha", "status.d/alpha.md5sums", "status.d/beta", "status.d/beta.md5sums",
                    "status.d/libc6", "status.d/libc6.md5sums",
                ])
            #expect(
                try Self.text("var/lib/dpkg/status.d/alpha", in: tree) == """
                    Package: alpha
                    Version: 1.0-1
                    Architecture: amd64
                    Maintainer: Nobody <nobody@example.org>
                    Installed-Size: 6
                    Section: misc
                    Priority: optional
                    Depends: beta (>= 1), libc6
                    Multi-Arch: same
                    Description: package alpha of a test
                     It has a second line.

                    """)
            // Neither documentation that stayed out nor the file that beta took; behind links all the same.
            #expect(
                try Self.text("var/lib/dpkg/status.d/alpha.md5sums", in: tree)
                    == """
                    60b725f10c9c85c70d97880dfe8191b3  etc/alpha.conf
                    8d777f385d3dfec8815d20f7496026dc  lib/alpha/data
                    b5e541f6cce0ec4ee0dc55ae1b6e8e1e  usr/share/doc/alpha/copyright
                    c4ca4238a0b923820dcc509a6f75849b  var/run/alpha.pid

                    """.replacing("b5e541f6cce0ec4ee0dc55ae1b6e8e1e", with: MD5.hex(of: Array("MIT".utf8))))
        }
    }

    @Test func fullDatabase() throws {
        try PackageBench.with { bench in
            let tree = try Self.tree(bench, .full)
            #expect(
                try Self.names(below: "var/lib/dpkg", in: tree) == [
                    "alternatives", "available", "diversions", "info", "info/alpha:amd64.conffiles",
                    "info/alpha:amd64.list", "info/alpha:amd64.md5sums", "info/alpha:amd64.postinst",
                    "info/alpha:amd64.triggers", "info/beta.list", "info/beta.md5sums", "info/beta.triggers",
                    "info/format", "info/libc6.list", "info/libc6.md5sums", "parts", "statoverride", "status",
                    "triggers", "triggers/File",
                    "triggers/Unincorp", "triggers/beta-trigger", "updates",
                ])
            #expect(tree[TreePath("var/lib/dpkg/info/alpha:amd64.postinst")]?.mode == 0o755)
            #expect(tree[TreePath("var/lib/dpkg/info/alpha:amd64.list")]?.mode == 0o644)
            #expect(
                try Self.text("var/lib/dpkg/info/alpha:amd64.list", in: tree) == """
                    /.
                    /etc
                    /etc/alpha.conf
                    /lib
                    /lib/alpha
                    /lib/alpha/data
                    /usr
                    /usr/share
                    /usr/share/doc
                    /usr/share/doc/alpha
                    /usr/share/doc/alpha/copyright
                    /var
                    /var/run
                    /var/run/alpha.pid

                    """)
            #expect(
                try Self.text("var/lib/dpkg/status", in: tree).split(separator: "\n\n").map(String.init)[0] == """
                    Package: alpha
                    Status: install ok installed
                    Priority: optional
                    Section: misc
                    Installed-Size: 6
                    Maintainer: Nobody <nobody@example.org>
                    Architecture: amd64
                    Multi-Arch: same
                    Version: 1.0-1
                    Depends: beta (>= 1), libc6
                    Conffiles:
                     /etc/alpha.conf 60b725f10c9c85c70d97880dfe8191b3
                    Description: package alpha of a test
                     It has a second line.
                    """)
        }
    }

    /// bookworm's base-files has directories where a merged `/usr` has links; trixie's has the links.
    @Test(arguments: [
        ([TestFile.directory("bin"), .directory("usr/bin")], "/.\n/bin\n/usr\n/usr/bin\n"),
        ([TestFile.symlink("bin", to: "usr/bin"), .directory("usr/bin")], "/.\n/bin\n/usr\n/usr/bin\n"),
    ])
    func directoriesThatBecameLinks(_ files: [TestFile], _ expected: String) throws {
        try PackageBench.with { bench in
            let segments = try bench.segments([TestPackage("base-files", files: files)], .undocumented)
            let merge = try TreeMerge(segments, rules: DebianMergeRules(segments), epoch: 42)
            var tree = PlatformBuilder.tree(of: merge, segments, epoch: 42)
            if tree[TreePath("bin")] == nil { tree.link(TreePath("bin"), to: "usr/bin", origin: .effect("skeleton")) }
            try PackageDatabase(form: .full).write(segments, into: &tree)
            #expect(try Self.text("var/lib/dpkg/info/base-files.list", in: tree) == expected)
        }
    }

    @Test func triggers() throws {
        try PackageBench.with { bench in
            let tree = try Self.tree(bench, .full)
            #expect(
                try Self.text("var/lib/dpkg/triggers/File", in: tree)
                    == "/usr/lib/alpha alpha:amd64/noawait\n/etc/beta beta\n")
            #expect(try Self.text("var/lib/dpkg/triggers/beta-trigger", in: tree) == "beta\n")
            #expect(try Self.text("var/lib/dpkg/triggers/Unincorp", in: tree).isEmpty)
        }
    }

    @Test(arguments: ["../../../etc/x", "a/b", "..", "File", "Unincorp", "Lock"])
    func hostileTrigger(_ name: String) throws {
        let package = TestPackage("evil", controlFiles: ["triggers": "interest \(name)\ninterest /usr/lib\n"])
        try PackageBench.with { bench in
            let tree = try Self.tree(bench, .full, [package])
            #expect(try Self.names(below: "var/lib/dpkg/triggers", in: tree) == ["File", "Unincorp"])
            #expect(try Self.text("var/lib/dpkg/triggers/File", in: tree) == "/usr/lib evil\n")
        }
    }

    /// dpkg reads what was written, and finds nothing wrong with it.
    @Test(.enabled(if: hasProgram("dpkg-query", "dpkg")))
    func dpkgReadsIt() throws {
        try PackageBench.with { bench in
            let tree = try Self.tree(bench, .full)
            let root = bench.scratch.appending("root")
            try Self.write(tree, to: root)
            let home = "--admindir=" + root.appending("var/lib/dpkg").string
            func query(_ words: String...) throws -> String {
                String(decoding: try outputOf("dpkg-query", [home] + words), as: UTF8.self)
            }
            #expect(
                try query("-W", "-f", "${binary:Package} ${Version} ${db:Status-Status}\\n")
                    == "alpha:amd64 1.0-1 installed\nbeta 2:2.0 installed\nlibc6 2.41 installed\n")
            #expect(try query("-S", "/usr/share/shared") == "beta: /usr/share/shared\n")
            #expect(try query("-L", "beta") == "/.\n/usr\n/usr/bin\n/usr/bin/beta\n/usr/share\n/usr/share/shared\n")
            let conffiles = try query("-f", "${Conffiles}", "-W", "alpha")
            #expect(conffiles.contains("/etc/alpha.conf 60b725f10c9c85c70d97880dfe8191b3"), "\(conffiles)")
            let audit = try runProgram("dpkg", [home, "--root=" + root.string, "--audit"])
            #expect(audit.status == 0, "\(audit.errorText)")
            #expect(audit.text.isEmpty, "\(audit.text)")
            let verify = try runProgram("dpkg", [home, "--root=" + root.string, "--verify"])
            #expect(verify.status == 0, "\(verify.errorText)")
            #expect(verify.text.isEmpty, "\(verify.text)")
        }
    }

    /// Files, directories and links of a tree, on this machine's disk.
    static func write(_ tree: FileTree, to root: FilePath) throws {
        for path in tree.sortedPaths {
            let place = root.appending(path.description)
            switch tree[path]?.kind {
            case .directory: try makeDirectories(place)
            case .file: try writeFile(place, try tree.contents(path))
            case .symlink(let target):
                // Within the root: absolute targets would leave it.
                let text = String(decoding: target, as: UTF8.self)
                try outputOf("ln", ["-s", text.hasPrefix("/") ? root.string + text : text, place.string])
            default: break
            }
        }
    }
}
