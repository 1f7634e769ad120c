// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthDebian
import PlinthPackages
import PlinthTestSupport
import SystemPackage
import Testing

private func control(_ text: String) throws -> DebControl {
    try DebControl(files: ["control": Array(text.utf8)], place: "a.deb")
}

@Suite struct DpkgStatusTests {
    private let text = """
        Package: hello
        Version: 2:1.0-1+b1
        architecture: amd64
        Source: hello-src (2:1.0-1)
        Maintainer: Nobody <nobody@example.org>
        Installed-Size: 12
        Depends: libc6 (>= 2.36),
          a|b:any (<1)
        Pre-Depends: init
        Recommends:
        Section: misc
        Priority: optional
        Multi-Arch: same
        Homepage: https://example.org/
        Description: one
         two
         .
         three
        Built-Using: x (= 1)

        """

    /// dpkg keeps the names of those that are to go, in place of their digest.
    @Test func conffilesToRemove() throws {
        let files = [
            "control": Array(text.utf8), "conffiles": Array("/etc/b\nremove-on-upgrade /etc/a\n/etc/c\n".utf8),
        ]
        let package = try DebControl(files: files, place: "test")
        let conffile = DebControl.Checksum(path: TreePath("etc/b"), md5: "d41d8cd98f00b204e9800998ecf8427e")
        #expect(
            try DpkgStatus.paragraph(package, conffiles: [conffile])["Conffiles"]
                == "\n /etc/a newconffile remove-on-upgrade\n /etc/b d41d8cd98f00b204e9800998ecf8427e")
    }

    @Test func fieldsInDpkgOrder() throws {
        let conffile = DebControl.Checksum(path: TreePath("etc/hello"), md5: "d41d8cd98f00b204e9800998ecf8427e")
        let paragraph = try DpkgStatus.paragraph(try control(text), conffiles: [conffile])
        let expected = """
            Package: hello
            Status: install ok installed
            Priority: optional
            Section: misc
            Installed-Size: 12
            Maintainer: Nobody <nobody@example.org>
            Architecture: amd64
            Multi-Arch: same
            Source: hello-src (2:1.0-1)
            Version: 2:1.0-1+b1
            Depends: libc6 (>= 2.36), a | b:any (<= 1)
            Pre-Depends: init
            Conffiles:
             /etc/hello d41d8cd98f00b204e9800998ecf8427e
            Description: one
             two
             .
             three
            Homepage: https://example.org/
            Built-Using: x (= 1)

            """
        #expect(paragraph.description == expected)
    }

    @Test func badRelation() throws {
        let bad = try control("Package: a\nVersion: 1\nArchitecture: all\nDepends: b c\n")
        let problem = #expect(throws: Problem.self) { try DpkgStatus.paragraph(bad) }
        #expect(problem?.code == "deb.control")
    }

    @Test func roundTrip() throws {
        let paragraph = try DpkgStatus.paragraph(try control(text))
        let packages = try InstalledPackage.parse(status: DpkgStatus.file([paragraph, paragraph]), place: "status")
        #expect(packages.count == 2)
        let package = try #require(packages.first)
        #expect(package.name == "hello")
        #expect(package.version == "2:1.0-1+b1")
        #expect(package.architecture == "amd64")
        #expect(package.source == "hello-src")
        #expect(package.sourceVersion == "2:1.0-1")
        #expect(package.multiArch == .same)
        #expect(package.paragraph == paragraph)
    }

    @Test func statusFiles() throws {
        let file = DpkgStatus.statusFile(try control(text))
        #expect(file.name == "hello")
        #expect(!String(decoding: file.content, as: UTF8.self).contains("Status:"))
        #expect(try InstalledPackage.parse(statusFile: file.content, place: "x").map(\.name) == ["hello"])
        // The same bytes are no database of dpkg itself.
        #expect(throws: Problem.self) { try InstalledPackage.parse(status: file.content, place: "x") }
    }

    @Test(arguments: [
        ("install ok installed", true), ("hold ok installed", true), ("deinstall ok config-files", false),
        ("install ok half-configured", false), ("install reinstreq installed", true), ("purge ok not-installed", false),
    ])
    func states(status: String, isThere: Bool) throws {
        let bytes = Array("Package: a\nStatus: \(status)\nVersion: 1\nArchitecture: all\n".utf8)
        #expect(try InstalledPackage.parse(status: bytes, place: "x").isEmpty != isThere)
    }

    @Test func installedConffiles() throws {
        let bytes = Array(
            """
            Package: a
            Status: install ok installed
            Version: 1
            Architecture: all
            Conffiles:
             /etc/a d41d8cd98f00b204e9800998ecf8427e
             /etc/b d41d8cd98f00b204e9800998ecf8427f obsolete
             /etc/../../c x
            """.utf8)
        let package = try #require(try InstalledPackage.parse(status: bytes, place: "x").first)
        #expect(package.conffiles.map { "\($0.path) \($0.isObsolete)" } == ["etc/a false", "etc/b true"])
    }

    /// dpkg understands the database that is written.
    @Test(.enabled(if: hasProgram("dpkg-query")))
    func dpkgReads() throws {
        try withScratchDirectory { scratch in
            let database = scratch.appending("dpkg")
            let hello = try control(text)
            let other = try control(TestPackage("other", "3", fields: ["Depends": "hello"]).control)
            let paragraphs = [try DpkgStatus.paragraph(hello), try DpkgStatus.paragraph(other)]
            try writeFile(database.appending("status"), DpkgStatus.file(paragraphs))
            try writeFile(database.appending("info/format"), DpkgInfo.format)
            let stem = DpkgInfo.stem(name: hello.name, architecture: hello.architecture, multiArch: .same)
            let list = DpkgInfo.list([TreePath("usr/bin/hello"), TreePath("etc/hello")])
            try writeFile(database.appending("info").appending(stem + ".list"), list)
            try writeFile(database.appending("info/other.list"), DpkgInfo.list([]))
            let common = ["--admindir", database.string]
            let shown = try runProgram(
                "dpkg-query", common + ["-W", "-f", "${db:Status-Abbrev}${Package} ${Version}\\n"])
            #expect(shown.text == "ii hello 2:1.0-1+b1\nii other 3\n", "\(shown.errorText)")
            #expect(
                try runProgram("dpkg-query", common + ["-L", "hello:amd64"]).text
                    == "/.\n/etc\n/etc/hello\n/usr\n/usr/bin\n/usr/bin/hello\n")
            let status = try runProgram("dpkg-query", common + ["-s", "hello:amd64"])
            #expect(status.text == paragraphs[0].description, "\(status.errorText)")
        }
    }

    /// The database of this machine, written again from itself, is the same: our order is dpkg's.
    @Test(.enabled(if: hasProgram("dpkg-query")))
    func orderOfThisMachine() throws {
        guard let bytes = try? readFile("/var/lib/dpkg/status") else { return }
        for package in try InstalledPackage.parse(status: bytes, place: "status") {
            var plain = package.paragraph
            let status = try #require(plain["Status"])
            plain["Status"] = nil
            guard let control = try? DebControl(files: ["control": plain.bytes], place: "x") else { continue }
            let again = try DpkgStatus.paragraph(control, status: status)
            #expect(again.description == package.paragraph.description)
        }
    }
}

@Suite struct DpkgInfoTests {
    @Test func lists() throws {
        let paths = [TreePath("usr/bin/b"), TreePath("usr/bin/a"), TreePath("usr"), TreePath("usr-x/y"), .root]
        let bytes = DpkgInfo.list(paths)
        #expect(
            String(decoding: bytes, as: UTF8.self) == "/.\n/usr\n/usr/bin\n/usr/bin/a\n/usr/bin/b\n/usr-x\n/usr-x/y\n")
        let read = try DpkgInfo.paths(ofList: bytes, place: "x")
        #expect(read.count == 6)
        #expect(DpkgInfo.list(read) == bytes)
        #expect(DpkgInfo.list([]) == Array("/.\n".utf8))
    }

    @Test(arguments: ["usr/bin\n", "/../x\n", "/a\u{1}b\n"])
    func badLists(text: String) {
        #expect(throws: Problem.self) { try DpkgInfo.paths(ofList: Array(text.utf8), place: "x") }
    }

    @Test func digests() throws {
        let text = "d41d8cd98f00b204e9800998ecf8427e  usr/bin/a\nd41d8cd98f00b204e9800998ecf8427f  etc/with space\n"
        let sums = try DpkgInfo.checksums(ofMD5Sums: Array(text.utf8), place: "x")
        #expect(sums.map(\.path.description) == ["usr/bin/a", "etc/with space"])
        #expect(DpkgInfo.md5sums(sums) == Array(text.utf8))
    }

    @Test(arguments: [(MultiArch.same, "a:amd64"), (.foreign, "a"), (.no, "a"), (.allowed, "a")])
    func stems(multiArch: MultiArch, expected: String) {
        #expect(DpkgInfo.stem(name: "a", architecture: "amd64", multiArch: multiArch) == expected)
    }
}

@Suite struct AlternativeTests {
    private let vim = [
        "--install", "/usr/bin/editor", "editor", "/usr/bin/vim", "30", "--slave", "/usr/share/man/man1/editor.1.gz",
        "editor.1.gz", "/usr/share/man/man1/vim.1.gz",
    ]
    private let nano = ["--quiet", "--install", "/usr/bin/editor", "editor", "/bin/nano", "40"]

    @Test func arguments() throws {
        let installation = try #require(try AlternativeInstallation(arguments: vim))
        #expect(installation.link == "/usr/bin/editor")
        #expect(installation.name == "editor")
        #expect(installation.path == "/usr/bin/vim")
        #expect(installation.priority == 30)
        #expect(installation.followers.map(\.name) == ["editor.1.gz"])
        #expect(try AlternativeInstallation(arguments: ["--remove", "editor", "/usr/bin/vim"]) == nil)
    }

    @Test(arguments: [
        "--install", "--install /a b /c", "--install a b /c 1", "--install /a b/x /c 1", "--install /a b c 1",
        "--install /a b /c x", "--install /a b /c 1 --slave /d e", "--install /a b /c 1 stray",
    ])
    func badArguments(text: String) {
        #expect(throws: Problem.self) {
            try AlternativeInstallation(arguments: text.split(separator: " ").map(String.init))
        }
    }

    private func editor() throws -> Alternative {
        var editor = Alternative(name: "editor", link: "/usr/bin/editor")
        try editor.add(try #require(try AlternativeInstallation(arguments: vim)))
        try editor.add(try #require(try AlternativeInstallation(arguments: nano)))
        return editor
    }

    @Test func file() throws {
        let expected = """
            auto
            /usr/bin/editor
            editor.1.gz
            /usr/share/man/man1/editor.1.gz

            /bin/nano
            40

            /usr/bin/vim
            30
            /usr/share/man/man1/vim.1.gz


            """
        let editor = try editor()
        #expect(String(decoding: editor.bytes, as: UTF8.self) == expected)
        #expect(try Alternative(name: "editor", parsing: editor.bytes) == editor)
        #expect(editor.best?.path == "/bin/nano")
        #expect(editor.links(to: try #require(editor.best)).map(\.target) == ["/bin/nano"])
        #expect(
            editor.links(to: try #require(editor.candidates.last)).map(\.link) == [
                "/usr/bin/editor", "/usr/share/man/man1/editor.1.gz",
            ])
    }

    @Test func conflictingLinks() throws {
        var editor = try editor()
        let other = try #require(
            try AlternativeInstallation(arguments: ["--install", "/bin/editor", "editor", "/x", "1"]))
        #expect(throws: Problem.self) { try editor.add(other) }
    }

    @Test(arguments: ["", "auto\n", "odd\n/x\n\n\n", "auto\nx\n\n\n", "auto\n/x\na\n", "auto\n/x\n\n/c\nfive\n\n"])
    func badFiles(text: String) {
        #expect(throws: Problem.self) { try Alternative(name: "x", parsing: Array(text.utf8)) }
    }

    /// update-alternatives writes the same file and chooses the same candidate.
    @Test(.enabled(if: hasProgram("update-alternatives")))
    func updateAlternativesAgrees() throws {
        try withScratchDirectory { scratch in
            let place = { (name: String) in scratch.appending(name).string }
            for directory in ["db", "etc", "links"] { try makeDirectories(scratch.appending(directory)) }
            for file in ["one", "two", "one.1", "other.1"] {
                try writeFile(scratch.appending("bin").appending(file), "x")
            }
            let calls = [
                ["--install", place("links/tool"), "tool", place("bin/two"), "10"],
                [
                    "--install", place("links/tool"), "tool", place("bin/one"), "20", "--slave", place("links/z.1"),
                    "z.1",
                    place("bin/one.1"), "--slave", place("links/b.1"), "b.1", place("bin/other.1"),
                ],
            ]
            var tool = Alternative(name: "tool", link: place("links/tool"))
            for call in calls {
                let options = ["--altdir", place("etc"), "--admindir", place("db"), "--log", place("log"), "--quiet"]
                try outputOf("update-alternatives", options + call)
                try tool.add(try #require(try AlternativeInstallation(arguments: call)))
            }
            let written = try readFile(scratch.appending("db/tool"))
            #expect(String(decoding: tool.bytes, as: UTF8.self) == String(decoding: written, as: UTF8.self))
            let target = try outputOf("readlink", [place("etc/tool")])
            #expect(tool.best.map { $0.path + "\n" } == String(decoding: target, as: UTF8.self))
        }
    }
}
