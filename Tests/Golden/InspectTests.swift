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
            #expect(try run("inspect", "nowhere").status == 2)
            try expectGolden(
                "inspect-everything", "inspect out --layers --packages --anatomy",
                try run("inspect", "out", "--layers", "--packages", "--anatomy"), hiding: hidden)
            try expectGolden("inspect-raw", "inspect out --raw", try run("inspect", "out", "--raw"), hiding: hidden)
            try expectGolden(
                "wrong-inspect-platform", "inspect out --platform s390x",
                try run("inspect", "out", "--platform", "s390x"), hiding: hidden)
            #expect(try run("inspect", "out", "--raw", "--json").status == 64)
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
