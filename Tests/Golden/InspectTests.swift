// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthTestSupport
import SystemPackage
import Testing

/// What a person reads when an image is made and looked at.
@Suite(.enabled(if: TestKey.isAvailable))
struct InspectTests {
    @Test func packAndInspect() throws {
        try LittleArchive.with { little, run in
            let hidden = [(little.directory.string, "DIR")]
            let words = ["pack", "hello", "--from", "debian:trixie", "--arch", "amd64,arm64", "-o", "out"]
            let only = words.map { $0 == "amd64,arm64" ? "amd64" : $0 }
            try expectGolden("pack-plan", "pack hello … --dry-run", try run(only + ["--dry-run"]), hiding: hidden)
            let packed = try run(only + ["--quiet"])
            #expect(packed.status == 0, "\(packed.errorText)")
            #expect(packed.text.isEmpty)
            try expectGolden("inspect", "inspect out", try run("inspect", "out"), hiding: hidden)
            try expectGolden("inspect-json", "inspect out --json", try run("inspect", "out", "--json"), hiding: hidden)
            #expect(try run("inspect", "oci:nowhere").status == 2)
            try expectGolden(
                "inspect-everything", "inspect out --layers --packages --anatomy",
                try run("inspect", "out", "--layers", "--packages", "--anatomy"), hiding: hidden)
            try expectGolden("inspect-raw", "inspect out --raw", try run("inspect", "out", "--raw"), hiding: hidden)
            try expectGolden(
                "wrong-inspect-platform", "inspect out --platform s390x",
                try run("inspect", "out", "--platform", "s390x"), hiding: hidden)
            #expect(try run("inspect", "out", "--raw", "--json").status == 64)
            let tree = ["tree", "out", "--depth", "3"]
            try expectGolden("tree", tree.joined(separator: " "), try run(tree), hiding: hidden)
            try expectGolden(
                "tree-json", "tree out etc --depth 1 --json", try run("tree", "out", "etc", "--depth", "1", "--json"),
                hiding: hidden)
            try expectGolden("wrong-tree", "tree out usr/bim", try run("tree", "out", "usr/bim"), hiding: hidden)
        }
    }

    @Test func diff() throws {
        try LittleArchive.with { little, run in
            let hidden = [(little.directory.string, "DIR")]
            let pack = ["pack", "hello", "--from", "debian:trixie", "--arch", "amd64", "--quiet", "-o"]
            #expect(try run(pack + ["a"]).status == 0)
            #expect(try run(pack + ["b", "--compression", "zstd"]).status == 0)
            let other = ["pack", "hello", "init-system-helpers"] + pack.dropFirst(2)
            #expect(try run(other + ["c", "--user", "nobody"]).status == 0)
            try expectGolden("diff-compression", "diff a b", try run("diff", "a", "b"), hiding: hidden)
            try expectGolden("diff-same", "diff a a", try run("diff", "a", "a"), hiding: hidden)
            try expectGolden("diff-files", "diff a b --files", try run("diff", "a", "b", "--files"), hiding: hidden)
            try expectGolden("diff", "diff a c", try run("diff", "a", "c"), hiding: hidden)
            try expectGolden(
                "diff-json", "diff a c --config --packages --json",
                try run("diff", "a", "c", "--config", "--packages", "--json"), hiding: hidden)
        }
    }

    /// Names come from strangers: they must not move the cursor.
    @Test func controlCharactersAreWrittenOut() throws {
        try withScratchDirectory { directory in
            let root = directory.appending("root")
            try makeDirectories(root)
            try writeFile(root.appending("a\u{1b}[31mb\nc\u{9b}\u{202e}d"), "x")
            let result = try PlinthRun(home: directory)("tree", "dir:root")
            #expect(result.status == 0)
            #expect(result.text.contains("a\\x1b[31mb\\x0ac\\x9b\\x202ed"), "\(result.text)")
            #expect(!result.text.unicodeScalars.contains("\u{1b}"))
        }
    }

    @Test func lockShowsWhatChanged() throws {
        try LittleArchive.with { little, run in
            let hidden = [(little.directory.string, "DIR")]
            let recipe = "distribution: debian:trixie\ncontents: {packages: [hello]}\narchs: [amd64]\n"
            try writeFile(little.directory.appending("r.yaml"), recipe)
            try expectGolden("lock-first", "lock r.yaml", try run("lock", "r.yaml"), hiding: hidden)
            try expectGolden("lock-again", "lock r.yaml", try run("lock", "r.yaml"), hiding: hidden)
            var newer = LittleArchive.packages
            newer[1].version = "1.3"
            var later = little
            later.archive.date += 60
            try later.publish(newer)
            try expectGolden(
                "lock-update", "lock r.yaml --update", try run("lock", "r.yaml", "--update", "--refresh"),
                hiding: hidden)
            let built = try run("build", "r.yaml", "--locked", "--verify", "-o", "out", "--quiet")
            #expect(built.status == 0, "\(built.errorText)")
        }
    }
}
