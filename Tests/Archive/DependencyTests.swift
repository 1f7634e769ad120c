// SPDX-License-Identifier: Apache-2.0
import PlinthTestSupport
import Testing

extension ArchiveRuns {
    /// What the documentation says about how many packages Redis takes on bookworm.
    @Suite struct DependencyTests {
        @Test func declaredDependenciesTakeWhatAptWouldWithoutUsrmerge() throws {
            let names = try names(["--dependencies", "declared"])
            #expect(names.count == 38)
            #expect(names.isSuperset(of: ["adduser", "init-system-helpers", "lsb-base", "usr-is-merged"]))
            #expect(names.isDisjoint(with: ["usrmerge", "perl"]))
        }

        @Test func runtimeDependenciesTakeLibrariesOnly() throws {
            let names = try names([])
            #expect(names.count <= 20)
            let others = names.subtracting(["redis-server", "redis-tools", "zlib1g"])
            #expect(others.allSatisfy { $0.hasPrefix("lib") || $0.hasPrefix("gcc-") })
        }

        private func names(_ options: [String]) throws -> Set<String> {
            try withScratchDirectory { scratch in
                let words = ["pack", "redis-server", "--from", "debian:bookworm", "--arch", "amd64", "--dry-run"]
                let facts: BuildFacts = try Plinth.json(words + options, in: scratch)
                return facts.platforms[0].names
            }
        }
    }
}
