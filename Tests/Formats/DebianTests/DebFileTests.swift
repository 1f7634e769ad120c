// SPDX-License-Identifier: Apache-2.0
import PlinthArchive
import PlinthCore
import PlinthDebian
import PlinthTestSupport
import SystemPackage
import Testing

private func control(of bytes: [UInt8]) throws -> DebControl {
    let file = try DebFile(bytes, place: "a.deb")
    return try DebControl(source(file.control, bytes), file.control.compression, place: "a.deb")
}

private func source(_ part: DebFile.Part, _ bytes: [UInt8]) -> MemorySource {
    MemorySource(Array(bytes[Int(part.offset)..<Int(part.offset + part.size)]))
}

private func names(inData bytes: [UInt8]) throws -> [String] {
    let file = try DebFile(bytes, place: "a.deb")
    let tar = TarReader(try Decompressor(source(file.data, bytes), file.data.compression), place: "a.deb")
    var names: [String] = []
    while let entry = try tar.next() { names.append(String(decoding: entry.name, as: UTF8.self)) }
    return names
}

@Suite struct DebFileTests {
    private let package = TestPackage(
        "hello", "2:1.0-1", architecture: "amd64", fields: ["Depends": "libc6 (>= 2.36)", "Multi-Arch": "foreign"],
        files: [.file("usr/bin/hello", "#!/bin/sh\necho hello\n", mode: 0o755), .file("etc/hello.conf", "x=1\n")],
        scripts: ["postinst": "#!/bin/sh\nset -e\n", "prerm": "#!/bin/sh\n"], conffiles: ["/etc/hello.conf"],
        controlFiles: ["triggers": "# comment\ninterest-noawait /usr/lib\nactivate x # tail\n"])

    @Test(arguments: TestCompression.allCases.filter { $0 != .bzip2 && $0 != .lzma && $0.isAvailable })
    func compressions(compression: TestCompression) throws {
        var package = package
        package.compression = compression
        let bytes = try package.deb()
        #expect(try control(of: bytes).name == "hello")
        #expect(try names(inData: bytes).contains("./usr/bin/hello"))
    }

    @Test func controlData() throws {
        let control = try control(of: try package.deb())
        #expect(control.name == "hello")
        #expect(control.version == "2:1.0-1")
        #expect(control.architecture == "amd64")
        #expect(control.paragraph["Depends"] == "libc6 (>= 2.36)")
        #expect(control.conffiles.map(\.path) == [TreePath("etc/hello.conf")])
        #expect(control.scripts.keys.sorted() == ["postinst", "prerm"])
        #expect(control.triggers.map { "\($0.directive) \($0.name)" } == ["interest-noawait /usr/lib", "activate x"])
        #expect(control.md5sums.map(\.path) == [TreePath("usr/bin/hello"), TreePath("etc/hello.conf")])
        #expect(
            control.md5sums.map(\.md5) == [
                MD5.hex(of: Array("#!/bin/sh\necho hello\n".utf8)), MD5.hex(of: Array("x=1\n".utf8)),
            ])
        #expect(control.files.keys.sorted() == ["conffiles", "control", "md5sums", "postinst", "prerm", "triggers"])
    }

    @Test func promises() throws {
        let control = try control(of: try package.deb())
        #expect(throws: Never.self) {
            try control.check(name: "hello", version: "2:1.0-1", architecture: "amd64", place: "x")
        }
        for (name, version, architecture) in [
            ("hallo", "2:1.0-1", "amd64"), ("hello", "1.0-1", "amd64"), ("hello", "2:1.0-1", "all"),
        ] {
            let problem = #expect(throws: Problem.self) {
                try control.check(name: name, version: version, architecture: architecture, place: "x")
            }
            #expect(problem?.code == "deb.mismatch")
        }
    }

    /// An archive whose members are told as `name` or `name=content`; tar members hold a control file.
    private func archive(_ members: String) -> [UInt8] {
        let tar = TestTar.archive([Self.good])
        return TestPackage.ar(
            members.split(separator: " ").map { member in
                let parts = member.split(separator: "=", maxSplits: 1).map(String.init)
                if parts.count == 2 { return (parts[0], Array(parts[1].replacing("\\n", with: "\n").utf8)) }
                return (parts[0], parts[0].hasPrefix("debian-binary") ? Array("2.0\n".utf8) : tar)
            })
    }

    @Test(arguments: [
        "debian-binary control.tar data.tar", "debian-binary/ control.tar/ data.tar/",
        "debian-binary=2.7\\nmore\\n control.tar data.tar", "debian-binary _a=1 control.tar _b data.tar other",
    ])
    func accepted(members: String) throws {
        #expect(try control(of: archive(members)).name == "a")
    }

    @Test(arguments: [
        ("", "deb.format"),
        ("control.tar debian-binary data.tar", "deb.format"),
        ("debian-binary=3.0\\n control.tar data.tar", "deb.format"),
        ("debian-binary=2.0 control.tar data.tar", "deb.format"),
        ("debian-binary=2.x\\n control.tar data.tar", "deb.format"),
        ("debian-binary=20\\n control.tar data.tar", "deb.format"),
        ("debian-binary=\\n control.tar data.tar", "deb.format"),
        ("debian-binary", "deb.member"),
        ("debian-binary data.tar control.tar", "deb.member"),
        ("debian-binary control.tar", "deb.member"),
        ("debian-binary control.tar odd data.tar", "deb.member"),
        ("debian-binary control.tar control.tar data.tar", "deb.member"),
        ("debian-binary control.tar.bz2 data.tar", "deb.compression"),
        ("debian-binary control.tar data.tar.br", "deb.compression"),
    ])
    func refused(members: String, code: String) {
        let problem = #expect(throws: Problem.self) { try DebFile(archive(members), place: "a.deb") }
        #expect(problem?.code == code)
    }

    @Test(
        arguments: [
            ([.file("control", "Package: a\nVersion: 1\n")], "Architecture is missing"),
            ([.file("control", "Package: ../a\nVersion: 1\nArchitecture: all\n")], "Package cannot be"),
            ([.file("control", "Package: a\nVersion: x\nArchitecture: all\n")], "does not begin with a digit"),
            ([.file("control", "Package: a\n\nPackage: b\n")], "more than one paragraph"),
            ([.file("md5sums", "")], "control: the file is missing"),
            ([.directory("a")], "not a plain file"),
            ([.symlink("control", to: "/etc/passwd")], "not a plain file"),
            ([.file("dir/control", "")], "not a plain file"),
            ([.file("control", "x", mode: 0o644), .file("control", "y")], "occurs twice"),
            ([TestFile("control", .file([]), archiveName: "../control")], "not a path"),
            ([good, .file("md5sums", "12  a\n")], "md5sums: a line cannot be “12  a”"),
            ([good, .file("md5sums", "d41d8cd98f00b204e9800998ecf8427e  ../a\n")], "md5sums: a line"),
            ([good, .file("conffiles", "etc/a\n")], "conffiles: a line"),
            ([good, .file("conffiles", "/etc/../../a\n")], "conffiles: a line"),
            ([good, .file("triggers", "interest\n")], "triggers: a line"),
        ] as [([TestFile], String)])
    func badControl(files: [TestFile], why: String) {
        let problem = #expect(throws: Problem.self) {
            try DebControl(MemorySource(TestTar.archive(files, addsParents: false)), .none, place: "a.deb")
        }
        #expect(problem?.code == "deb.control")
        #expect(problem?.why?.contains(why) == true, "\(String(describing: problem))")
    }

    private static let good = TestFile.file("control", "Package: a\nVersion: 1\nArchitecture: all\n")

    @Test func tooMuchControl() {
        let files = [Self.good, TestFile.file("templates", String(repeating: "x", count: 5000))]
        let problem = #expect(throws: Problem.self) {
            try DebControl(MemorySource(TestTar.archive(files)), .none, place: "a.deb", limit: 4096)
        }
        #expect(problem?.why == "more than 4.1 kB of files")
    }

    @Test func conffileFlags() throws {
        let files = [
            Self.good, TestFile.file("conffiles", "/etc/a \nremove-on-upgrade /etc/b\n/remove-on-upgrade\n\n"),
        ]
        let control = try DebControl(MemorySource(TestTar.archive(files)), .none, place: "a.deb")
        #expect(
            control.conffiles.map { "\($0.path) \($0.isRemovedOnUpgrade)" } == [
                "etc/a false", "etc/b true", "remove-on-upgrade false",
            ])
    }
}

@Suite struct DebMutationTests {
    /// Whatever happens to a package, it is read or refused.
    @Test func mutations() throws {
        var generator = SeededGenerator(seed: 17)
        let package = TestPackage(
            "hello", files: [.file("etc/a", "x")], scripts: ["postinst": "#!/bin/sh\n"], conffiles: ["/etc/a"],
            controlFiles: ["triggers": "interest x\n"])
        let whole = try package.deb()
        let tar = TestTar.archive([
            .file("control", package.control), .file("md5sums", "d41d8cd98f00b204e9800998ecf8427e  etc/a\n"),
            .file("conffiles", "/etc/a\n"),
        ])
        for _ in 0..<300 {
            expectProblem { _ = try control(of: mutated(whole, by: &generator)) }
            expectProblem { _ = try DebControl(MemorySource(mutated(tar, by: &generator)), .none, place: "x") }
        }
    }

    private func expectProblem(_ body: () throws -> Void) {
        do {
            try body()
        } catch {
            #expect(error is Problem, "\(error)")
        }
    }
}

@Suite struct DebInteropTests {
    /// dpkg-deb reads what the test support writes: so our tests judge by real packages.
    @Test(.enabled(if: hasProgram("dpkg-deb")))
    func dpkgReadsTestPackages() throws {
        let package = TestPackage(
            "hello", "1.0-1", fields: ["Depends": "a | b"],
            files: [
                .directory("tmp", mode: 0o1777), .file("usr/bin/hello", "x", mode: 0o4755),
                .symlink("bin", to: "usr/bin"),
            ])
        try withScratchDirectory { scratch in
            let path = scratch.appending("a.deb")
            try writeFile(path, try package.deb())
            let fields = try runProgram("dpkg-deb", ["--field", path.string, "Package", "Depends"])
            #expect(fields.text == "Package: hello\nDepends: a | b\n")
            let listing = try runProgram("dpkg-deb", ["--contents", path.string]).text
            for part in ["drwxrwxrwt root/root", "-rwsr-xr-x root/root", "./bin -> usr/bin"] {
                #expect(listing.contains(part), "\(listing)")
            }
        }
    }

    @Test(.enabled(if: hasProgram("dpkg-deb")), arguments: ["none", "gzip", "xz", "zstd"])
    func readsDpkgPackages(compression: String) throws {
        try withScratchDirectory { scratch in
            let tree = scratch.appending("tree")
            try writeFile(tree.appending("DEBIAN/control"), TestPackage("built", "3.1-2").control)
            try writeFile(tree.appending("DEBIAN/postinst"), Array("#!/bin/sh\n".utf8), mode: 0o755)
            try writeFile(tree.appending("usr/share/built/file"), "content\n")
            let path = scratch.appending("built.deb")
            let result = try runProgram(
                "dpkg-deb", ["--root-owner-group", "-Z" + compression, "--build", tree.string, path.string])
            guard result.status == 0 else { return }
            let bytes = try readFile(path)
            let control = try control(of: bytes)
            #expect(control.version == "3.1-2")
            #expect(control.scripts["postinst"] == Array("#!/bin/sh\n".utf8))
            #expect(try names(inData: bytes).last == "./usr/share/built/file")
        }
    }

    @Test(arguments: [
        ("aptly/deb/testdata/changes/hardlink_0.2.1_amd64.deb", "hardlink", "0.2.1"),
        (
            "aptly/deb/testdata/dbgsym-with-source-version/dbgsym-with-source-version_0.1+aptly2021.01_amd64.deb",
            "dbgsym-with-source-version", "0.1+aptly2021.01"
        ),
    ])
    func aptlyPackages(file: String, name: String, version: String) throws {
        guard let bytes = try Fixtures.bytes("debian/" + file) else { return }
        let control = try control(of: bytes)
        #expect(control.name == name)
        #expect(control.version == version)
        #expect(try !names(inData: bytes).isEmpty)
    }

    /// Odd packages of other projects: whatever they hold, the answer is a package or a problem.
    @Test func oddPackages() throws {
        guard let root = Fixtures.path("debian") else { return }
        let found = try runProgram("find", [root.string, "-name", "*.deb", "-o", "-name", "*.udeb"])
        var read = 0
        for path in found.text.split(separator: "\n") {
            do {
                _ = try control(of: try readFile(FilePath(String(path))))
                read += 1
            } catch {
                #expect(error is Problem, "\(path): \(error)")
            }
        }
        #expect(read > 0)
    }
}
