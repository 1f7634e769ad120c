// SPDX-License-Identifier: Apache-2.0
import PlinthAlpine
import PlinthAlpineSamples
import PlinthArchive
import PlinthCore
import PlinthTestSupport
import Testing

private let checksum = "Q1qKcZ+j23xssAXmgQhkOO8dHnbWw="

private func compile(_ text: String) throws -> ApkIndex {
    try ApkIndex(try ApkIndexCompiler.compile(Array(text.utf8), place: "APKINDEX"))
}

struct ApkIndexTests {
    private static let text = """
        C:\(checksum)
        P:a
        V:1.0-r0
        A:x86_64
        S:10
        I:20
        T:the a
        U:https://example.org
        L:MIT
        o:origin
        m:Nobody <nobody@example.org>
        t:1700000000
        c:abcdef
        k:100
        D:b so:c.so.1 !d e>=1.2 f<3 g~4 h><Q1AAAA
        p:cmd:a=1.0-r0 virtual
        i:b docs=1

        C:\(checksum)
        P:b
        V:2

        C:\(checksum)
        P:a
        V:0.9-r0
        p:virtual=7

        """

    @Test func everything() throws {
        let index = try compile(Self.text)
        #expect(index.count == 3)
        let versions = try index.versions(of: "a")
        #expect(try versions.map { try index.version(of: $0) } == ["1.0-r0", "0.9-r0"])
        let record = try index.record(versions[0])
        #expect(String(decoding: record.lines, as: UTF8.self) + "\n" == Self.text.prefix(upTo: end(of: Self.text)))
        #expect(record.depends == ["b", "so:c.so.1", "!d", "e>=1.2", "f<3", "g~4", "h><Q1AAAA"])
        let providers = try index.providers(of: "virtual")
        #expect(providers.map(\.version) == ["", "7"])
        #expect(try providers.map { try index.version(of: $0.package) } == ["1.0-r0", "0.9-r0"])
        #expect(try index.providers(of: "cmd:a").map(\.version) == ["1.0-r0"])
        #expect(try index.conditions(on: "docs") == [versions[0]])
        #expect(try index.conditions(on: "b") == [versions[0]])
        #expect(try index.names() == ["a", "b"])
        #expect(Set(try index.names(includingProvided: true)) == ["a", "b", "cmd:a", "virtual"])
        #expect(try index.providers(of: "d").isEmpty)
    }

    private func end(of text: String) -> String.Index {
        text.firstRange(of: "\n\n").map(\.upperBound) ?? text.endIndex
    }

    @Test func atoms() throws {
        let index = try compile("C:\(checksum)\nP:a\nV:1\nD:a!b !c=1 d@edge ~2 e= f=<1 =~x g=~1 h>~2 !\n\n")
        let package = try #require(try index.versions(of: "a").first)
        let atoms = try index.relations(.depends, of: package)
        #expect(atoms.map(\.isOpaque) == [false, false, false, true, true, false, true, false, false, true])
        #expect(
            atoms.map(\.description) == ["a!b", "!c=1", "d@edge", "~2", "e=", "f<=1", "=~x", "g~1", "h>~2", "!"])
        #expect(atoms[1].isConflict && atoms[1].name == "c" && atoms[1].comparison == "=" && atoms[1].version == "1")
    }

    @Test func unknownFields() throws {
        let index = try compile("C:\(checksum)\nP:a\nV:1\nx:small\n\nC:\(checksum)\nP:b\nV:1\nX:large\n\n")
        let packages = try ["a", "b"].flatMap { try index.versions(of: $0) }
        #expect(try packages.map { try index.isUninstallable($0) } == [false, true])
    }

    @Test(arguments: [("", 0), ("\n\n\n", 0), ("C:\(checksum)\nP:a\nV:1", 1), ("\n\nC:\(checksum)\nP:a\nV:1\n\n\n", 1)])
    func edges(_ text: String, _ count: Int) throws {
        #expect(try compile(text).count == count)
    }

    @Test(arguments: [
        ("P:a\nV:1\n", "index.badStanza", 2), ("C:\(checksum)\nV:1\n", "index.badStanza", 2),
        ("C:\(checksum)\nP:a\n\n", "index.badStanza", 2), ("C:\(checksum)\nP:a\nP:b\nV:1\n", "index.badStanza", 3),
        ("C:\(checksum)\nP:a/b\nV:1\n", "index.badStanza", 2), ("C:\(checksum)\nP:..\nV:1\n", "index.badStanza", 2),
        ("\nC:\(checksum)\nP:a\nV:1 2\n", "index.badStanza", 4), ("C:Q1AAAA\nP:a\nV:1\n", "index.badStanza", 1),
        ("C:\(checksum)\nP:a\nV:1\nS:x\nT:t\n", "index.badStanza", 4),
        ("C:\(checksum)\nP:a\nV:1\nI:9223372036854775808\n", "index.badStanza", 4),
        ("C:\(checksum)\nP:a\r\nV:1\n", "index.syntax", 2), ("C:\(checksum)\nPa\n", "index.syntax", 2),
        ("x\n", "index.syntax", 1), ("C:\(checksum)\nP:\nV:1\n", "index.badStanza", 2),
    ])
    func faults(_ text: String, _ code: String, _ line: Int) {
        let problem = #expect(throws: Problem.self) { try compile(text) }
        #expect(problem?.code == code)
        #expect(problem?.place == "APKINDEX:\(line)")
    }

    /// A compiled form that was damaged is refused or answers, and never traps.
    @Test func damagedForm() throws {
        let bytes = try ApkIndexCompiler.compile(Array(Self.text.utf8), place: "x")
        var generator = SeededGenerator(seed: 5)
        for _ in 0..<2000 {
            guard let index = try? ApkIndex(mutated(bytes, by: &generator)) else { continue }
            for package in index.packages.prefix(10) { _ = try? index.record(package) }
            for name in ["a", "b", "virtual", "docs"] {
                _ = try? index.versions(of: name)
                _ = try? index.providers(of: name)
                _ = try? index.conditions(on: name)
            }
            _ = try? index.names(includingProvided: true)
        }
    }

    @Test func sameBytesTwice() throws {
        let text = Array(Self.text.utf8)
        #expect(try ApkIndexCompiler.compile(text, place: "x") == ApkIndexCompiler.compile(text, place: "y"))
    }
}

struct ApkIndexArchiveTests {
    private let text = Array("C:\(checksum)\nP:a\nV:1\n\n".utf8)

    private func file(_ name: String, _ content: [UInt8]) -> [UInt8] {
        ForgeTar.entry(TarEntry(name: Array(name.utf8), kind: .file), content)
    }

    @Test(arguments: [ApkSignature.Algorithm.rsa, .rsa256, .rsa512])
    func signed(_ algorithm: ApkSignature.Algorithm) throws {
        let key = try TestKeys.ours.get()
        let keyring = try TestKeys.keyring([key])
        let bytes = try ApkForge.index(text: text, keys: [key], algorithm)
        let archive = try ApkIndexArchive(bytes, place: "i")
        #expect(archive.index == text)
        #expect(archive.description == "forged")
        #expect(try archive.verify(bytes, by: keyring, place: "i") == key.name)
        #expect(try ApkIndexArchive(bytes, verifiedBy: keyring, place: "i") == archive)
        var generator = SeededGenerator(seed: 8)
        for _ in 0..<100 {
            let changed = mutated(bytes, by: &generator)
            do {
                #expect(try ApkIndexArchive(changed, verifiedBy: keyring, place: "i").index == text)
            } catch let problem as Problem {
                #expect(problem.place == "i")
            }
        }
        // What is signed is not looked at before its signature.
        var changed = bytes
        changed[archive.signed.upperBound - 1] ^= 1
        #expect(problemCode { _ = try ApkIndexArchive(changed, place: "i") } == "archive.corrupt")
        #expect(
            problemCode { _ = try ApkIndexArchive(changed, verifiedBy: keyring, place: "i") } == "apk.badSignature")
    }

    /// Several members behind the signatures, files in either order, nothing but the index.
    @Test func shapes() throws {
        let tar = file("APKINDEX", text) + file("DESCRIPTION", Array("d".utf8)) + TarHeader.endOfArchive
        #expect(try ApkIndexArchive(gzipped(tar), place: "i").description == "d")
        let split = gzipped(Array(tar[..<700])) + gzipped(Array(tar[700...]))
        #expect(try ApkIndexArchive(split, place: "i").index == text)
        #expect(try ApkIndexArchive(gzipped(file("APKINDEX", text)), place: "i").description == "")
    }

    /// A signature in the member that it should sign signs nothing.
    @Test func oneStream() throws {
        let key = try TestKeys.ours.get()
        let proof = try key.signature(.rsa, over: text)
        let bytes = gzipped(file(".SIGN.RSA.\(key.name)", proof) + file("APKINDEX", text) + TarHeader.endOfArchive)
        let archive = try ApkIndexArchive(bytes, place: "i")
        #expect(archive.index == text)
        let keyring = try TestKeys.keyring([key])
        #expect(problemCode { try archive.verify(bytes, by: keyring, place: "i") } == "apk.unsigned")
    }

    @Test func faults() throws {
        #expect(problemCode { _ = try ApkIndexArchive(Array("ADB.".utf8), place: "i") } == "apk.version3")
        for bytes in [
            [], Array("text".utf8), gzipped(file("DESCRIPTION", [])), gzipped(file("APKINDEX", []) + file("evil", [])),
            gzipped(file("APKINDEX", []) + file("APKINDEX", [])), gzipped(file("../APKINDEX", [])),
            gzipped(ForgeTar.entry(TarEntry(name: Array("APKINDEX/".utf8), kind: .directory))),
        ] {
            #expect(problemCode { _ = try ApkIndexArchive(bytes, place: "i") } == "apk.index")
        }
    }
}
