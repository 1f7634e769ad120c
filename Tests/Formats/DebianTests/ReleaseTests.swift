// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthDebian
import PlinthTestSupport
import SystemPackage
import Testing

private let digest = String(repeating: "0123456789ABCDEF", count: 4)
private let release = """
    Origin: Debian
    Label: Debian-Security
    Suite: stable-security
    Version: 13
    Codename: trixie-security
    Date: Fri, 20 Nov 2026 00:12:41 UTC
    Valid-Until: Fri, 27 Nov 2026 00:12:41 UTC
    Acquire-By-Hash: yes
    Architectures: amd64 arm64
    Components: updates/main updates/contrib
    Description: a suite
    MD5Sum:
     d41d8cd98f00b204e9800998ecf8427e 0 main/binary-amd64/Packages
    SHA256:
     \(digest)     1234 main/binary-amd64/Packages
     \(digest) 0 main/binary-amd64/Packages.xz

    """

private func parse(_ text: String) throws -> ReleaseFile { try ReleaseFile(Array(text.utf8), place: "Release") }

@Suite struct ReleaseTests {
    @Test func fields() throws {
        let file = try parse(release)
        #expect(file.origin == "Debian")
        #expect(file.label == "Debian-Security")
        #expect(file.suite == "stable-security")
        #expect(file.codename == "trixie-security")
        #expect(file.version == "13")
        #expect(file.date == 1_795_133_561)
        #expect(file.validUntil == 1_795_738_361)
        #expect(file.acquireByHash)
        #expect(file.architectures == ["amd64", "arm64"])
        #expect(file.components == ["updates/main", "updates/contrib"])
        #expect(file.paths == ["main/binary-amd64/Packages", "main/binary-amd64/Packages.xz"])
        let entry = try #require(file.sha256(of: "main/binary-amd64/Packages"))
        #expect(entry.size == ByteCount(1234))
        #expect(entry.digest == String(repeating: "0123456789abcdef", count: 4))
        #expect(file.sha256(of: "main") == nil)
        #expect(file.sha512(of: "main/binary-amd64/Packages") == nil)
        #expect(!file.needsBinaryAll)
    }

    @Test(arguments: [
        ("Architectures: all amd64", true),
        ("Architectures: all amd64\nNo-Support-for-Architecture-all: Packages", false),
    ])
    func binaryAll(lines: String, expected: Bool) throws {
        #expect(try parse(release.replacing("Architectures: amd64 arm64", with: lines)).needsBinaryAll == expected)
    }

    @Test(
        arguments: [
            ("Thu, 01 Jan 1970 00:00:00 UTC", 0), ("Sat, 11 Jul 2026 10:16:37 UTC", 1_783_764_997),
            ("29 Feb 2000 12:00:00 GMT", 951_825_600), ("Tue,  5 Mar 2024 1:02:03 +0000", 1_709_600_523),
            ("Tue, 05 Mar 2024 01:02:03 +0130", 1_709_595_123), ("Tue, 05 Mar 2024 01:02:03 -0800", 1_709_629_323),
            ("Fri, 31 Dec 9999 23:59:59 Z", 253_402_300_799), ("Thu, 1 Mar 2100 00:00:00 UTC", 4_107_542_400),
        ] as [(String, Int64)])
    func dates(text: String, seconds: Int64) throws {
        let file = try parse(release.replacing("Fri, 20 Nov 2026 00:12:41 UTC", with: text))
        #expect(file.date == seconds)
    }

    @Test(arguments: [
        "", "yesterday", "Fri, 20 Nov 2026", "Fri, 32 Nov 2026 00:00:00 UTC", "Fri, 29 Feb 2026 00:00:00 UTC",
        "Fri, 20 Nov 2026 24:00:00 UTC", "Fri, 20 Nov 2026 00:60:00 UTC", "Fri, 20 Foo 2026 00:00:00 UTC",
        "Fri, 20 Nov 26 00:00:00 UTC", "Fri, 20 Nov 2026 00:00:00 CET", "Fri, 20 Nov 2026 00:00:00 +9900",
        "Fri, 20 Nov 2026 00:00 UTC", "Fri, 20 Nov 2026 00:00:00 UTC x", "Fri, 20 Nov 99999 00:00:00 UTC",
    ])
    func noDates(text: String) throws {
        let problem = #expect(throws: Problem.self) {
            try parse(release.replacing("Fri, 20 Nov 2026 00:12:41 UTC", with: text))
        }
        #expect(problem?.code == "release.syntax")
    }

    @Test(arguments: [
        ("main/binary-amd64/Packages.xz", "../Packages"), ("main/binary-amd64/Packages.xz", "/etc/passwd"),
        ("main/binary-amd64/Packages.xz", "a//b"), (" 1234 ", " -1 "), (" 1234 ", " 99999999999999999999 "),
        (" 1234 ", " "), ("     1234 main", " 1234 main x"), (digest + " 0", digest + "0 0"),
        (digest + " 0", String(digest.dropLast()) + "x 0"),
        ("main/binary-amd64/Packages.xz", "main/binary-amd64/Packages"), ("Date:", "Dates:"),
        ("Label: ", "Label\r\n: "),
    ])
    func refused(what: String, by other: String) throws {
        let problem = #expect(throws: Problem.self) { try parse(release.replacing(what, with: other)) }
        #expect(problem?.code == "release.syntax")
    }

    @Test func noDigests() throws {
        let problem = #expect(throws: Problem.self) { try parse(release.replacing("SHA256:", with: "SHA1:")) }
        #expect(problem?.code == "release.noDigests")
    }

    @Test func sha512() throws {
        let file = try parse(
            release.replacing("SHA256:", with: "SHA512:").replacing(digest, with: digest + digest))
        #expect(file.sha512(of: "main/binary-amd64/Packages")?.digest.utf8.count == 128)
    }

    @Test func mutations() throws {
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<2000 {
            do {
                let file = try ReleaseFile(mutated(Array(release.utf8), by: &generator), place: "x")
                for path in file.paths { #expect(file.sha256(of: path)?.path == path) }
            } catch {
                #expect(error is Problem)
            }
        }
    }
}

@Suite struct ReleaseFixtureTests {
    @Test func otherProjects() throws {
        guard let root = Fixtures.path("debian") else { return }
        let found = try runProgram("find", [root.string, "-name", "*Release", "-type", "f"])
        var read = 0
        for path in found.text.split(separator: "\n").map(String.init) {
            do {
                read += try ReleaseFile(try readFile(FilePath(path)), place: path).paths.count
            } catch {
                #expect((error as? Problem)?.code.hasPrefix("release.") == true, "\(path): \(error)")
            }
        }
        #expect(read > 0)
    }

    /// Golden InRelease files, when this machine's apt has some.
    @Test func thisMachine() throws {
        let lists = FilePath("/var/lib/apt/lists")
        for name in namesInDirectory(lists) where name.hasSuffix("_InRelease") {
            let text = try ClearSigned.split(try readFile(lists.appending(name)))
            let release = try ReleaseFile(text, place: name)
            #expect(release.codename != nil)
            #expect(release.paths.contains { $0.hasSuffix("/Packages.xz") })
        }
    }
}

@Suite struct ClearSignedTests {
    private func message(_ text: String, headers: String = "Hash: SHA256\n", after: String = "") -> [UInt8] {
        let signature = "-----BEGIN PGP SIGNATURE-----\n\niQ==\n=abcd\n-----END PGP SIGNATURE-----\n"
        return Array("-----BEGIN PGP SIGNED MESSAGE-----\n\(headers)\n\(text)\(signature)\(after)".utf8)
    }

    @Test(arguments: [
        ("A: 1\nB: 2\n", "A: 1\nB: 2\n"), ("- -x\n- - y\n", "-x\n- y\n"), ("", ""), ("A  \t\n\nB\r\n", "A\n\nB\n"),
    ])
    func text(body: String, expected: String) throws {
        #expect(String(decoding: try ClearSigned.split(message(body)), as: UTF8.self) == expected)
    }

    @Test func blanksAround() throws {
        #expect(try ClearSigned.split(Array("\n\n".utf8) + message("A\n", after: "\n \n")) == Array("A\n".utf8))
    }

    @Test(arguments: [
        ("", "does not begin"), ("A: 1\n", "does not begin"),
        ("-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n", "ends before"),
        ("-----BEGIN PGP SIGNED MESSAGE-----\nComment: x\n\nA\n", "other than Hash"),
        ("-----BEGIN PGP SIGNED MESSAGE-----\n\nA\n", "signature is missing"),
        ("-----BEGIN PGP SIGNED MESSAGE-----\n\nA\n-----BEGIN PGP SIGNATURE-----\n\niQ==\n", "cut short"),
        ("-----BEGIN PGP SIGNED MESSAGE-----\n\n-A\n-----BEGIN PGP SIGNATURE-----\n", "not escaped"),
        (
            "-----BEGIN PGP SIGNED MESSAGE-----\n\nA\n-----BEGIN PGP SIGNED MESSAGE-----\n\nB\n", "not escaped"
        ),
        (
            "-----BEGIN PGP SIGNED MESSAGE-----\n\nA\n-----BEGIN PGP SIGNATURE-----\n-----BEGIN PGP SIGNATURE-----\n",
            "not closed"
        ),
    ])
    func refused(text: String, why: String) throws {
        let problem = #expect(throws: Problem.self) { try ClearSigned.split(Array(text.utf8)) }
        #expect(problem?.code == "signed.syntax")
        #expect(problem?.why?.contains(why) == true, "\(String(describing: problem))")
    }

    /// Stanzas before or behind the block are not signed, and must not be taken for signed.
    @Test func textOutside() throws {
        #expect(throws: Problem.self) { try ClearSigned.split(Array("X: 1\n".utf8) + message("A\n")) }
        #expect(throws: Problem.self) { try ClearSigned.split(message("A\n", after: "X: 1\n")) }
        #expect(throws: Problem.self) { try ClearSigned.split(message("A\n") + message("B\n")) }
    }

    /// dpkg's own tests of damaged armour.
    @Test(arguments: ["armor-double", "armor-inline", "armor-nested", "armor-no-sig", "armor-trail", "unsigned"])
    func dpkgFixtures(name: String) throws {
        let path = "debian/dpkg-tests/scripts/t/Dpkg_Control/bogus-\(name).dsc"
        guard let bytes = try Fixtures.bytes(path) else { return }
        #expect(throws: Problem.self) { try ClearSigned.split(bytes) }
    }

    /// gpgv agrees about what was signed, and refuses a flipped bit.
    @Test(.enabled(if: TestKey.isAvailable))
    func gpgvAgrees() throws {
        try withTestKey { key in
            let signed = try key.clearSign(Array(release.utf8))
            #expect(try ClearSigned.split(signed) == Array(release.utf8))
            try withScratchDirectory { scratch in
                let (file, output) = (scratch.appending("InRelease"), scratch.appending("out"))
                try writeFile(file, signed)
                let arguments = ["--keyring", key.keyring.string, "--output", output.string, file.string]
                try outputOf("gpgv", arguments)
                #expect(try readFile(output) == ClearSigned.split(signed))
                var flipped = signed
                let place = try #require(signed.firstRange(of: Array("trixie".utf8))?.lowerBound)
                flipped[place] ^= 1
                try writeFile(file, flipped)
                try removeAndCheck(output, arguments)
            }
        }
    }

    private func removeAndCheck(_ output: FilePath, _ arguments: [String]) throws {
        removeTree(output)
        #expect(try runProgram("gpgv", arguments).status != 0)
    }
}
