// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthDistribution
import SystemPackage
import Testing

/// What a machine offers for choosing archives.
struct Machine {
    var variables: [String: String] = ["HOME": "/home/ann"]
    var files: [String: String] = [
        "/usr/share/keyrings/debian-archive-keyring.gpg": "keys",
        "/usr/share/keyrings/ubuntu-archive-keyring.gpg": "keys",
    ]

    init(variables: [String: String] = [:], files: [String: String] = [:]) {
        self.variables.merge(variables) { $1 }
        self.files.merge(files) { $1 }
    }

    func sources(
        _ name: String = "debian:trixie", recipe: [RecipeRepository] = [], snapshot: String? = nil
    ) throws -> [ArchiveSource] {
        try ArchiveSources.sources(
            for: try Distribution.named(name), recipe: recipe, snapshot: snapshot,
            environment: Environment(variables: variables, now: { 0 }, width: 1), files: MachineFiles(literal: files))
    }

    /// Each source as `address suite`.
    func lines(
        _ name: String = "debian:trixie", recipe: [RecipeRepository] = [], snapshot: String? = nil
    ) throws -> [String] {
        try sources(name, recipe: recipe, snapshot: snapshot).map { "\($0.baseURL) \($0.suite)" }
    }
}

/// The problem that a call ends with.
func problem(_ body: () throws -> some Any) -> Problem? {
    #expect(throws: Problem.self) { _ = try body() }
}
