// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthTestSupport
import SystemPackage
import Testing

/// Archives of other kinds than Debian's stable releases: Ubuntu's way, snapshots, an unstable suite, two processors.
@Suite(.enabled(if: TestKey.isAvailable))
struct ArchiveKindsTests {
    /// Ubuntu: another family's mirror and keyring, a codename behind a number, no separate security archive.
    @Test func ubuntu() throws {
        try LittleArchive.with { little, run in
            var archive = little.archive
            archive.emptyComponents = ["universe"]
            try archive.write(suite: "noble", LittleArchive.packages, key: little.key)
            var run = run
            run.variables["PLINTH_MIRROR_DEBIAN"] = nil
            run.variables["PLINTH_MIRROR_UBUNTU"] = little.archive.directory.string
            let result = try run("pack", "hello", "--from", "ubuntu:24.04", "--arch", "amd64", "-o", "out", "--json")
            #expect(result.status == 0, "\(result.errorText)")
            let listed = try run("inspect", "out")
            #expect(listed.text.contains("libgreeting"), "\(listed.text)")
        }
    }

    /// A snapshot is chosen by date, and what it holds is taken though it expired long ago.
    @Test func snapshot() throws {
        try LittleArchive.with { little, run in
            var old = TestArchive(little.directory.appending("snapshots/debian/20250102T000000Z"))
            old.validUntil = 1_735_900_000
            try old.write(suite: "trixie", [TestPackage("hello", "1.0", architecture: "amd64")], key: little.key)
            try old.write(suite: "trixie-updates", [], key: little.key)
            let security = TestArchive(little.directory.appending("snapshots/debian-security/20250102T000000Z"))
            try security.write(suite: "trixie-security", [], key: little.key)
            var run = run
            run.variables["PLINTH_SNAPSHOT_DEBIAN"] = "\(little.directory)/snapshots/{archive}/{timestamp}"
            let recipe = """
                distribution: debian:trixie
                snapshot: 2025-01-02
                contents: {packages: [hello]}
                archs: [amd64]
                """
            try writeFile(little.directory.appending("old.yaml"), recipe)
            let result = try run("lock", "old.yaml", "--json")
            #expect(result.status == 0, "\(result.errorText)")
            let lock = String(decoding: try readFile(little.directory.appending("old.lock.json")), as: UTF8.self)
            #expect(lock.contains("\"version\" : \"1.0\""), "\(lock)")
        }
    }

    @Test func sid() throws {
        try LittleArchive.with { little, run in
            try little.archive.write(suite: "sid", LittleArchive.packages, key: little.key)
            let result = try run("pack", "hello", "--from", "debian:sid", "--arch", "amd64", "-o", "out")
            #expect(result.status == 0, "\(result.errorText)")
        }
    }
}
