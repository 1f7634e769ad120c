// SPDX-License-Identifier: Apache-2.0
import PlinthTestSupport
import SystemPackage
import Testing

extension ArchiveRuns {
    /// Images upon images: what runs in them, and what their package manager thinks of it.
    @Suite struct BaseTests {
        @Test func packagesUponAWholeDebianAreAsIfAptHadPutThemThere() throws {
            let system = ["--from", "debian:trixie", "--profile", "slim", "ca-certificates"]
            try upon(system, ["redis-server", "jq"]) { (box, report) throws in
                let names = Set(report.platforms.flatMap { $0.packages.map(\.name) })
                #expect(names.isSuperset(of: ["redis-server", "jq", "libjq1"]) && !names.contains("libc6"))
                for name in ["dpkg --audit", "dpkg --verify --verify-format=rpm | grep -v '/usr/share/'"] {
                    let result = try box.run(["bash", "-c", name])
                    #expect(result.text == "", "\(name)")
                }
                #expect(try box.run(["apt-get", "check"]).status == 0)
                #expect(try box.run(["bash", "-c", "echo '{\"a\":42}' | jq .a"]).text == "42\n")
                #expect(try box.run(["redis-server", "--version"]).text.hasPrefix("Redis server v="))
                #expect(try box.run(["id", "-gn", "redis"]).text == "redis\n")
            }
        }

        @Test func aProgramUponADistrolessImage() throws {
            try upon(["--from", "debian:trixie", "libc6"], ["jq"]) { (box, report) throws in
                let names = Set(report.platforms.flatMap { $0.packages.map(\.name) })
                #expect(names == ["jq", "libjq1", "libonig5"])
                #expect(try box.run(["/usr/bin/jq", "-n", "6*7"]).text == "42\n")
                #expect(try box.run(["/usr/bin/sh"]).status != 0)
            }
        }

        private func upon(
            _ base: [String], _ packages: [String], _ body: (Box, BuildFacts) throws -> Void
        ) throws {
            try withScratchDirectory { scratch in
                let (below, above) = (scratch.appending("below"), scratch.appending("above"))
                for place in [below, above] { try makeDirectories(place) }
                let stone = try BuiltImage(["pack"] + base, in: below)
                let image = try BuiltImage(["pack"] + packages + ["--base", stone.layout.string], in: above)
                try outputOf("chmod", ["755", scratch.string])
                try body(try Box(image, in: above), image.report)
            }
        }
    }
}
