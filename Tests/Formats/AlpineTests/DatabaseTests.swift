// SPDX-License-Identifier: Apache-2.0
import PlinthAlpine
import PlinthAlpineSamples
import PlinthArchive
import PlinthCore
import PlinthTestSupport
import Testing

private func parse(_ text: String) throws -> [ApkInstalled] { try ApkInstalled.parse(Array(text.utf8), place: "db") }

private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

struct DatabaseTests {
    private static let sum = "Q1qKcZ+j23xssAXmgQhkOO8dHnbWw="
    private static let full = """
        C:\(sum)
        P:a
        V:1-r0
        A:x86_64
        S:1
        I:2
        T:t
        U:u
        L:l
        o:o
        m:m
        t:3
        c:c
        k:4
        D:b c>1
        p:d=1
        i:e f
        r:g h<2
        q:5
        s:edge
        f:fsxS
        j:kept
        F:
        R:at-the-root
        Z:\(sum)
        F:etc
        M:0:0:700
        R:with xattr
        a:1:2:4755:\(sum)
        Z:\(sum)
        R:device
        a:0:6:660
        F:var/empty


        """

    @Test func everyLine() throws {
        let packages = try parse(Self.full)
        #expect(text(ApkInstalled.file(packages)) == Self.full)
        let package = try #require(packages.first)
        #expect(package.replaces == ["g", "h<2"])
        #expect(package.replacesPriority == 5)
        #expect(package.repositoryTag == "edge")
        #expect(package.flags == "fsxS")
        #expect(package.directories.map(\.path.description) == ["", "etc", "var/empty"])
        #expect(package.directories[1].ownership == .init(mode: 0o700))
        #expect(package.directories[1].files[0].ownership.attributes == ApkChecksum(text: Self.sum))
        #expect(package.directories[1].files[1].checksum == nil)
    }

    /// Modes with leading zeros, checksums of old versions, a directory named twice, owners behind a file.
    @Test func oldForms() throws {
        let package = try #require(
            try parse(
                "P:a\nV:1\nF:etc\nR:x\na:0:0:0755\nZ:d41d8cd98f00b204e9800998ecf8427e\nF:usr\nF:etc\nM:0:0:0711\nR:y\n"
            ).first)
        #expect(package.directories.map(\.path.description) == ["etc", "usr"])
        #expect(package.directories[0].files.map(\.name) == [Array("x".utf8), Array("y".utf8)])
        #expect(package.directories[0].files[0].ownership.mode == 0o755)
        #expect(package.directories[0].files[0].checksum?.description == "d41d8cd98f00b204e9800998ecf8427e")
        #expect(package.directories[0].ownership.mode == 0o711)
    }

    @Test func order() throws {
        let packages = try parse("P:b\nV:1\n\nP:a-c\nV:1\n\nP:a\nV:1\n\n")
        #expect(
            try ApkInstalled.parse(ApkInstalled.file(packages), place: "x").map(\.record.name) == ["a", "a-c", "b"])
    }

    @Test(arguments: [
        ("P:a\nV:1\nM:0:0:755\n", 3), ("P:a\nV:1\nR:x\n", 3), ("P:a\nV:1\nF:etc\na:0:0:644\n", 4),
        ("P:a\nV:1\nF:etc\nZ:Q1\n", 4), ("P:a\nV:1\nF:etc\nR:x\nF:usr\nZ:\(sum)\n", 6), ("P:a\nV:1\nF:/etc\n", 3),
        ("P:a\nV:1\nF:etc/\n", 3), ("P:a\nV:1\nF:a/../b\n", 3), ("P:a\nV:1\nF:etc\nR:a/b\n", 4),
        ("P:a\nV:1\nF:etc\nR:..\n", 4), ("P:a\nV:1\nF:etc\nR:\n", 4), ("P:a\nV:1\nF:etc\nR:x\na:0:0\n", 5),
        ("P:a\nV:1\nF:etc\nR:x\na:0:0:888\n", 5), ("P:a\nV:1\nF:etc\nR:x\na:-1:0:644\n", 5),
        ("P:a\nV:1\nF:etc\nM:0:0:10000\n", 4), ("P:a\nV:1\nF:etc\nM:4294967296:0:755\n", 4),
        ("P:a\nV:1\nF:etc\nM:0:0:755:x\n", 4), ("P:a\nV:1\nF:etc\nR:x\nZ:zz\n", 5), ("P:a\n", 1), ("V:1\n\n", 1),
        ("P:a\nV:1\nq:x\n", 3), ("nonsense\n", 1), ("P:a\r\nV:1\n", 1), ("P:a\nV:1\nC:x\n", 3),
    ])
    func faults(_ text: String, _ line: Int) {
        let problem = #expect(throws: Problem.self) { try parse(text) }
        #expect(problem?.code == "apk.syntax")
        #expect(problem?.place == "db:\(line)")
    }

    /// From a package to its stanza.
    @Test func fromPackage() throws {
        let (control, entries) = try unpack(try ForgedPackage.sample.apk(), keyring: nil)
        let installed = ApkInstalled(control, entries: entries, repositoryTag: "edge")
        let lines = text(ApkInstalled.file([installed]))
        let hello = ApkChecksum.of(Array("#!/bin/sh\n".utf8))
        let expected = """
            D:so:libc.musl-x86_64.so.1 busybox>=1.36 !goodbye
            p:cmd:hello=2.1-r3
            i:greetings=1 docs
            r:hallo salut<2
            q:7
            s:edge
            F:usr
            F:usr/bin
            R:hello
            a:0:0:755
            Z:\(hello)
            R:hi
            a:0:0:777
            Z:\(ApkChecksum.of(Array("hello".utf8)))
            R:howdy
            Z:\(hello)
            F:tmp
            M:0:0:1777
            F:
            R:empty
            Z:\(ApkChecksum.of([]))


            """
        #expect(lines.hasSuffix(expected), "\(lines)")
        #expect(lines.hasPrefix("C:\(try #require(control.record.checksum))\nP:hello\nV:2.1-r3\nA:x86_64\nS:"))
    }

    @Test func scripts() throws {
        let (control, _) = try unpack(try ForgedPackage.sample.apk(), keyring: nil)
        let scripts = ScriptArchive.scripts(of: control)
        #expect(scripts.map(\.kind) == [.postInstall, .trigger])
        let bytes = ScriptArchive.file(scripts)
        #expect(try ScriptArchive.parse(bytes, place: "s") == scripts)
        #expect(ScriptArchive.file([]) == [UInt8](repeating: 0, count: 1024))
        #expect(try ScriptArchive.parse([], place: "s").isEmpty)
        #expect(problemCode { _ = try ScriptArchive.parse(Array(bytes[..<600]), place: "s") } == "tar.truncated")
    }

    @Test func smallFiles() throws {
        #expect(text(ApkDatabaseFiles.world(["b", "a>1", "b", "a"])) == "a\na>1\nb\n")
        #expect(ApkDatabaseFiles.constraints(ofWorld: Array("b a\n\nc\n".utf8)) == ["b", "a", "c"])
        #expect(text(ApkDatabaseFiles.architectures(["x86_64", "x86"])) == "x86_64\nx86\n")
        let triggers = Array("\(Self.sum) /bin +/usr/*\n".utf8)
        #expect(
            try ApkDatabaseFiles.triggers(of: triggers, place: "t")
                == [.init(checksum: try #require(ApkChecksum(text: Self.sum)), directories: ["/bin", "+/usr/*"])])
        #expect(
            problemCode { _ = try ApkDatabaseFiles.triggers(of: Array("x /bin\n".utf8), place: "t") } == "apk.syntax")
    }
}

struct ApkChecksumTests {
    @Test(arguments: [
        "", "Q1", "Q1AAAA", "Q2qKcZ+j23xssAXmgQhkOO8dHnbWw=", "Q1qKcZ+j23xssAXmgQhkOO8dHnbWx=",
        "Q1qKcZ+j23xssAXmgQhkOO8dHnbW==",
        "zz1d8cd98f00b204e9800998ecf8427e", "d41d8cd98f00b204e9800998ecf8427",
    ])
    func faults(_ text: String) { #expect(ApkChecksum(text: text) == nil) }

    @Test func forms() throws {
        let empty = ApkChecksum.of([])
        #expect(empty.hex == "da39a3ee5e6b4b0d3255bfef95601890afd80709")
        #expect(empty.description == "Q12jmj7l5rSw0yVb/vlWAYkK/YBwk=")
        #expect(ApkChecksum(text: empty.description) == empty)
        #expect(ApkChecksum(text: empty.hex) == empty)
        #expect(ApkChecksum(bytes: [1]) == nil)
    }
}
