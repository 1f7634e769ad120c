// SPDX-License-Identifier: Apache-2.0
import PlinthAlpine
import PlinthAlpineSamples
import PlinthArchive
import PlinthCore
import PlinthTestSupport
import Testing

/// One key for all tests: making one takes a while.
enum TestKeys {
    static let ours = Result { try ForgeKey(name: "ours-1.rsa.pub") }
    static let theirs = Result { try ForgeKey(name: "theirs-1.rsa.pub") }

    static func keyring(_ keys: [ForgeKey]) throws -> ApkKeyring {
        var keyring = ApkKeyring()
        for key in keys { try keyring.add(name: key.name, pem: key.publicPEM) }
        return keyring
    }
}

extension ForgedPackage {
    /// Directories, files, links of both kinds, a script and a trigger.
    static var sample: ForgedPackage {
        var package = ForgedPackage(
            "hello", "2.1-r3",
            files: [
                .directory("usr"), .directory("usr/bin"), .file("usr/bin/hello", "#!/bin/sh\n", mode: 0o755),
                .symlink("usr/bin/hi", to: "hello"), .hardLink("usr/bin/howdy", to: "usr/bin/hello"),
                .directory("tmp", mode: 0o1777), .file("empty", ""),
            ])
        package.record.depends = ["so:libc.musl-x86_64.so.1", "busybox>=1.36", "!goodbye"]
        package.record.provides = ["cmd:hello=2.1-r3"]
        package.record.installIf = ["greetings=1", "docs"]
        package.record.providerPriority = 10
        package.fields = [
            ("replaces", "hallo"), ("replaces", "salut<2"), ("replaces_priority", "7"), ("triggers", "/usr/bin /etc/*"),
        ]
        package.scripts = [.postInstall: Array("#!/bin/sh\n".utf8), .trigger: Array("#!/bin/sh\nexit 0\n".utf8)]
        return package
    }
}

func problemCode(_ body: () throws -> Void) -> String? {
    do {
        try body()
        return nil
    } catch {
        return (error as? Problem)?.code ?? "\(error)"
    }
}

struct ApkFileTests {
    @Test func everything() throws {
        let (control, entries) = try unpack(try ForgedPackage.sample.apk(), keyring: nil)
        #expect(control.record.name == "hello")
        #expect(control.record.version == "2.1-r3")
        #expect(control.record.depends == ["so:libc.musl-x86_64.so.1", "busybox>=1.36", "!goodbye"])
        #expect(control.record.provides == ["cmd:hello=2.1-r3"])
        #expect(control.record.installIf == ["greetings=1", "docs"])
        #expect(control.record.providerPriority == 10)
        #expect(control.replaces == ["hallo", "salut<2"])
        #expect(control.replacesPriority == 7)
        #expect(control.triggers == ["/usr/bin", "/etc/*"])
        #expect(control.scripts.keys.sorted() == [.postInstall, .trigger])
        #expect(control.fields.filter { $0.key == "replaces" }.map(\.value) == ["hallo", "salut<2"])
        let hello = ApkChecksum.of(Array("#!/bin/sh\n".utf8))
        #expect(
            entries.map { "\($0.path) \($0.checksum?.description ?? "-")" } == [
                "usr -", "usr/bin -", "usr/bin/hello \(hello)", "usr/bin/hi \(ApkChecksum.of(Array("hello".utf8)))",
                "usr/bin/howdy \(hello)", "tmp -", "empty \(ApkChecksum.of([]))",
            ])
        #expect(entries[4].linkTarget == TreePath("usr/bin/hello"))
        #expect(entries[5].header.mode == 0o1777)
    }

    /// The same from what a store kept of it.
    @Test func fromFiles() throws {
        let (control, _) = try unpack(try ForgedPackage.sample.apk(), keyring: nil)
        let again = try ApkControl(
            files: control.files, checksum: try #require(control.record.checksum), digest: control.digest,
            fileSize: control.record.size, place: "a")
        #expect(again == control)
    }

    @Test(arguments: [ApkSignature.Algorithm.rsa, .rsa256, .rsa512], [1, 2, 5])
    func shapes(_ algorithm: ApkSignature.Algorithm, _ members: Int) throws {
        let key = try TestKeys.ours.get()
        var package = ForgedPackage.sample
        package.dataMembers = members
        let (_, entries) = try unpack(
            try package.apk(keys: [key], algorithm), keyring: try TestKeys.keyring([key]))
        #expect(entries.count == package.files.count)
    }

    /// The name of a key with and without its suffix is one name.
    @Test func shortKeyName() throws {
        let key = try TestKeys.ours.get()
        let bytes = try ForgedPackage.sample.apk(keys: [key])
        for name in ["ours-1.rsa.pub", "ours-1"] {
            var keyring = ApkKeyring()
            try keyring.add(name: name, pem: key.publicPEM)
            _ = try unpack(bytes, keyring: keyring)
        }
    }

    @Test func trust() throws {
        let (ours, theirs) = (try TestKeys.ours.get(), try TestKeys.theirs.get())
        let package = ForgedPackage.sample
        let keyring = try TestKeys.keyring([ours])
        #expect(problemCode { _ = try unpack(try package.apk(), keyring: keyring) } == "apk.unsigned")
        #expect(problemCode { _ = try unpack(try package.apk(keys: [theirs]), keyring: keyring) } == "apk.untrusted")
        #expect(problemCode { _ = try unpack(try package.apk(keys: [theirs, ours]), keyring: keyring) } == nil)
        #expect(
            problemCode { _ = try unpack(try package.apk(keys: [ours], .dsa), keyring: keyring) } == "apk.untrusted")
        var wrong = ApkKeyring()
        try wrong.add(name: ours.name, pem: theirs.publicPEM)
        #expect(problemCode { _ = try unpack(try package.apk(keys: [ours]), keyring: wrong) } == "apk.badSignature")
    }

    /// The control data of another package behind a good signature, and the data of another behind good control data.
    @Test func exchangedParts() throws {
        let key = try TestKeys.ours.get()
        let keyring = try TestKeys.keyring([key])
        let data = ForgedPackage.sample.data()
        let control = ForgedPackage.sample.control(for: data)
        let signature = try signatures([key], .rsa, over: control)
        var other = ForgedPackage.sample
        other.record.version = "2.1-r4"
        other.files.append(ForgedPackage.File.file("more", "x"))
        let swapped = signature + other.control(for: data) + data
        #expect(problemCode { _ = try unpack(swapped, keyring: keyring) } == "apk.badSignature")
        #expect(
            problemCode { _ = try unpack(signature + control + other.data(), keyring: keyring) } == "apk.dataDigest")
        #expect(problemCode { _ = try unpack(signature + control + data + [0], keyring: keyring) } == "apk.dataDigest")
    }

    @Test func promisesOfAnIndex() throws {
        let bytes = try ForgedPackage.sample.apk()
        let (control, _) = try unpack(bytes, keyring: nil)
        #expect(control.record.size == ByteCount(bytes.count))
        try control.check(against: control.record, place: "a")
        let changes: [(code: String, change: (inout ApkRecord) -> Void)] = [
            ("apk.checksum", { $0.checksum = .of([1]) }), ("apk.checksum", { $0.checksum = nil }),
            ("apk.mismatch", { $0.name = "hallo" }), ("apk.mismatch", { $0.version = "2.1-r4" }),
            ("apk.mismatch", { $0.architecture = "aarch64" }), ("apk.mismatch", { $0.size = ByteCount(1) }),
        ]
        for (code, change) in changes {
            var promised = control.record
            change(&promised)
            #expect(problemCode { try control.check(against: promised, place: "a") } == code)
        }
    }

    @Test func noarch() throws {
        var package = ForgedPackage.sample
        package.record.architecture = "noarch"
        let (control, entries) = try unpack(try package.apk(), keyring: nil)
        var promised = control.record
        promised.architecture = "x86_64"
        try control.check(against: promised, place: "a")
        #expect(ApkInstalled(control, entries: entries, architecture: "x86_64").record == promised)
    }

    /// A file whose bytes are not those of its checksum, in a package whose digests are right.
    @Test(arguments: [
        ForgedPackage.File(
            TarEntry(name: Array("f".utf8), kind: .file), Array("a".utf8), checksum: .of(Array("b".utf8))),
        ForgedPackage.File(TarEntry(name: Array("f".utf8), kind: .file), [], checksum: .of(Array("b".utf8))),
        ForgedPackage.File(
            TarEntry(name: Array("f".utf8), kind: .symlink, linkTarget: Array("a".utf8)),
            checksum: .of(Array("b".utf8))),
    ])
    func wrongChecksum(_ file: ForgedPackage.File) throws {
        let problem = #expect(throws: Problem.self) {
            try unpack(try ForgedPackage("p", files: [file]).apk(), keyring: nil)
        }
        #expect(problem?.code == "apk.fileChecksum")
        #expect(problem?.why?.hasPrefix("f: ") == true)
        // And when nobody reads its content.
        let bytes = try ForgedPackage("p", files: [file]).apk()
        let layout = try ApkFile(bytes, place: "a")
        let reader = try ApkDataReader(
            MemorySource(Array(bytes[Int(layout.data.offset)...])), length: layout.data.size,
            digest: Digest.of(Array(bytes[Int(layout.data.offset)...])), place: "a")
        #expect(problemCode { while try reader.next() != nil {} } == "apk.fileChecksum")
    }

    /// Without checksums of files they are computed.
    @Test func noChecksums() throws {
        let file = ForgedPackage.File(TarEntry(name: Array("f".utf8), kind: .file), [65], checksum: nil)
        let (_, entries) = try unpack(try ForgedPackage("p", files: [file]).apk(), keyring: nil)
        #expect(entries.map(\.checksum) == [.of([65])])
    }

    @Test(arguments: [
        [ForgedPackage.File.file("/etc/passwd", "x")], [.file("./a", "x")], [.file("../a", "x")], [.directory("a/..")],
        [.directory("a"), .file("a/../../b", "x")], [.file("a\u{1}b", "x")], [.file("no/such/directory", "x")],
        [.file("a", "x"), .file("a", "y")], [.file("a", "x"), .directory("a")], [.directory("a"), .file("a", "")],
        [.file("a", "x"), .file("a/b", "y")], [.hardLink("a", to: "../../etc/passwd")],
        [.hardLink("a", to: "b"), .file("b", "x")], [.directory("d"), .hardLink("a", to: "d")],
        [.hardLink("a", to: "a")], [.symlink("d", to: "/etc"), .file("d/passwd", "x")],
    ])
    func refusedFiles(_ files: [ForgedPackage.File]) throws {
        let bytes = try ForgedPackage("p", files: files).apk()
        #expect(problemCode { _ = try unpack(bytes, keyring: nil) } == "apk.entry")
    }

    /// What apk does not install either.
    @Test func hiddenFiles() throws {
        let files = [
            ForgedPackage.File.file(".dummy", "x"), .directory("etc"), .file("etc/.keep_dir", ""),
            .file("etc/.profile", ""),
        ]
        let (_, entries) = try unpack(try ForgedPackage("p", files: files).apk(), keyring: nil)
        #expect(entries.map(\.path.description) == ["etc", "etc/.profile"])
    }

    @Test func otherFormats() throws {
        let good = try ForgedPackage.sample.apk()
        let layout = try ApkFile(good, place: "a")
        let control = Array(good[Int(layout.control.offset)..<Int(layout.control.end)])
        let data = Array(good[Int(layout.data.offset)...])
        #expect(problemCode { _ = try ApkFile(Array("ADBd....".utf8), place: "a") } == "apk.version3")
        for bytes in [[], [0x1f], Array("hello".utf8), control, data, data + control, data + data] {
            #expect(problemCode { _ = try ApkFile(bytes, place: "a") } == "apk.format")
        }
        let key = try TestKeys.ours.get()
        let signature = try signatures([key], .rsa, over: control)
        #expect(problemCode { _ = try ApkFile(signature, place: "a") } == "archive.truncated")
        #expect(problemCode { _ = try ApkFile(signature + data, place: "a") } == "apk.format")
        #expect(problemCode { _ = try ApkFile(signature + signature + control + data, place: "a") } == "apk.format")
    }

    @Test func cutShort() throws {
        let bytes = try ForgedPackage.sample.apk(keys: [try TestKeys.ours.get()])
        for count in stride(from: 0, to: bytes.count - 1, by: 7) {
            let problem = #expect(throws: Problem.self) { try unpack(Array(bytes[..<count]), keyring: nil) }
            #expect(problem?.place == "a.apk")
        }
    }

    /// Whatever happens to its bytes, a package is read as it was or refused.
    @Test func mutations() throws {
        let key = try TestKeys.ours.get()
        let bytes = try ForgedPackage.sample.apk(keys: [key])
        let keyring = try TestKeys.keyring([key])
        let expected = try unpack(bytes, keyring: keyring)
        var generator = SeededGenerator(seed: 11)
        for _ in 0..<400 {
            guard let found = try? unpack(mutated(bytes, by: &generator), keyring: keyring) else { continue }
            #expect(found.0.record.checksum == expected.0.record.checksum)
            #expect(found.1 == expected.1)
        }
    }
}
