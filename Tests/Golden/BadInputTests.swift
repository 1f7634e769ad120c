// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthTestSupport
import SystemPackage
import Testing

/// What people and archives get wrong: each is a clear error with a stable code, or the same digest.
@Suite(.enabled(if: TestKey.isAvailable))
struct BadInputTests {
    private static let pack = ["pack", "hello", "--from", "debian:trixie", "--arch", "amd64", "-o", "out"]

    private static func packing(_ packages: String...) -> [String] {
        ["pack"] + packages + ["--from", "debian:trixie", "--arch", "amd64", "-o", "out"]
    }

    @Test(arguments: [
        ("unknown-package", ["helo"], 2), ("unsatisfiable", ["drink"], 2),
        ("missing-dependency", ["wants-nothing-real"], 2),
        ("forbidden", ["hello", "!libgreeting"], 2), ("file-conflict", ["hello", "clash"], 2),
        ("bad-name", ["Hello=="], 64),
    ])
    func packages(_ name: String, _ packages: [String], _ status: Int32) throws {
        try LittleArchive.with { little, run in
            let words = ["pack"] + packages + ["--from", "debian:trixie", "--arch", "amd64", "-o", "out"]
            let result = try run(words)
            try expectGolden(
                "bad-" + name, words.joined(separator: " "), result, hiding: [(little.directory.string, "DIR")])
            #expect(result.status == status)
        }
    }

    @Test(arguments: [
        ("recipe-key", "distribution: debian:trixie\nprofil: minimal\n"),
        ("recipe-nested-key", "distribution: debian:trixie\ncontents:\n  package: [hello]\n"),
        ("recipe-profile", "distribution: debian:trixie\nprofile: tiny\n"),
        ("recipe-yaml", "distribution: [debian:trixie\n"),
        (
            "recipe-user",
            "distribution: debian:trixie\ncontents: {packages: [hello]}\narchs: [amd64]\naccounts: {run-as: nobdy}\n"
        ),
        ("recipe-distribution", "distribution: debian:trixxie\n"),
    ])
    func recipes(_ name: String, _ text: String) throws {
        try LittleArchive.with { little, run in
            try writeFile(little.directory.appending("r.yaml"), text)
            let result = try run("build", "r.yaml", "-o", "out")
            try expectGolden("bad-" + name, "build r.yaml -o out", result, hiding: [(little.directory.string, "DIR")])
            #expect(result.status == 64)
        }
    }

    @Test func expired() throws {
        try LittleArchive.with(validUntil: 1_750_100_000) { little, run in
            try expectGolden(
                "bad-expired", Self.pack.joined(separator: " "), try run(Self.pack),
                hiding: [(little.directory.string, "DIR")])
            #expect(try run(Self.pack + ["--ignore-valid-until"]).status == 0)
        }
    }

    @Test func unsigned() throws {
        try LittleArchive.with { little, run in
            let suite = little.archive.suiteDirectory("trixie")
            removeTree(suite.appending("InRelease"))
            removeTree(suite.appending("Release.gpg"))
            let result = try run(Self.pack)
            #expect(result.status == 2)
            #expect(result.errorText.contains("code: fetch.missing") || result.errorText.contains("code: signature."))
            #expect(try run("inspect", "out").status == 2)
        }
    }

    @Test func signedByAnother() throws {
        try withTestKey("stranger") { stranger in
            try LittleArchive.with { little, run in
                var run = run
                run.variables["PLINTH_KEYRING"] = stranger.keyring.string
                let result = try run(Self.pack)
                #expect(result.status == 2)
                #expect(result.errorText.contains("code: signature.unknownKey"))
            }
        }
    }

    @Test(arguments: ["Packages.xz", "InRelease", "hello"])
    func flippedBitInTheArchive(_ name: String) throws {
        try LittleArchive.with { little, run in
            if name == "hello" {
                try LittleArchive.flipBit(try little.pool("hello"))
            } else {
                let found = try outputOf("find", [little.archive.directory.string, "-name", name])
                for path in String(decoding: found, as: UTF8.self).split(separator: "\n") {
                    try LittleArchive.flipBit(FilePath(String(path)))
                }
                let byHash = try outputOf(
                    "find", [little.archive.directory.string, "-path", "*by-hash*", "-type", "f"])
                for path in String(decoding: byHash, as: UTF8.self).split(separator: "\n") where name != "InRelease" {
                    try LittleArchive.flipBit(FilePath(String(path)))
                }
            }
            let result = try run(Self.pack)
            #expect(result.status == 2, "\(result.errorText)")
            #expect(result.errorText.contains("code: "))
            #expect(try run("inspect", "out").status == 2)
        }
    }

    @Test func truncatedPackage() throws {
        try LittleArchive.with { little, run in
            let path = try little.pool("hello")
            try writeFile(path, Array(try readFile(path).dropLast(100)))
            let result = try run(Self.pack)
            #expect(result.status == 2)
            #expect(result.errorText.contains("hello"))
        }
    }

    /// A damaged piece of the store is noticed and made anew: the digest stays the same.
    @Test(arguments: ["*.gz", "*.tar", "*.table", "*.index", "*.json"], [true, false])
    func flippedBitInTheStore(_ pattern: String, _ keepsLayers: Bool) throws {
        try LittleArchive.with { little, run in
            let first = try run(Self.pack + ["--json"])
            try #require(first.status == 0, "\(first.errorText)")
            let store = little.directory.appending("store")
            let found = try outputOf("find", [store.string, "-name", pattern, "-type", "f", "-size", "+0"])
            for path in String(decoding: found, as: UTF8.self).split(separator: "\n") {
                try LittleArchive.flipBit(FilePath(String(path)))
            }
            removeTree(little.directory.appending("out"))
            if !keepsLayers { removeTree(store.appending("layers")) }
            let second = try run(Self.pack + ["--json"])
            #expect(second.status == 0 || second.errorText.contains("code: "), "\(second.errorText)")
            if second.status == 0 { #expect(digest(second.text) == digest(first.text)) }
            let third = try run(Self.pack + ["--json"])
            #expect(third.status == 0, "\(third.errorText)")
            #expect(digest(third.text) == digest(first.text))
        }
    }

    @Test func unreachableMirror() throws {
        try LittleArchive.with { _, run in
            var run = run
            run.variables["PLINTH_MIRROR_DEBIAN"] = "http://127.0.0.1:9/debian"
            let result = try run(Self.pack)
            #expect(result.status == 2)
            #expect(result.errorText.contains("code: fetch.unreachable"))
            #expect(result.errorText.contains("127.0.0.1"))
        }
    }

    @Test func offlineWithoutIndexes() throws {
        try LittleArchive.with { _, run in
            let result = try run(Self.pack + ["--offline"])
            #expect(result.status == 2)
            #expect(result.errorText.contains("code: fetch.offline"))
        }
    }
}

/// The line of a JSON report that names the image's digest.
func digest(_ json: String) -> Substring? {
    json.split(separator: "\n").first { $0.hasPrefix("  \"digest\"") }
}
