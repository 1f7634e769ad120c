// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthTestSupport
import SystemPackage
import Testing

/// Every command explains itself in 80 columns, with examples.
struct HelpTests {
    static let commands = [
        "", "pack", "build", "lock", "inspect", "tree", "diff", "copy", "push", "pull", "export", "login", "logout",
        "cache", "cache status", "cache prune", "cache verify",
    ]

    @Test(arguments: commands)
    func help(_ command: String) throws {
        try withScratchDirectory { directory in
            let words = command.split(separator: " ").map(String.init) + ["--help"]
            let result = try PlinthRun(home: directory)(words)
            let name = command.isEmpty ? "help" : "help-" + command.replacing(" ", with: "-")
            try expectGolden(name, words.joined(separator: " "), result)
            for line in result.text.split(separator: "\n") {
                #expect(line.count <= 80, "too wide: \(line)")
            }
            #expect(result.text.contains("EXAMPLES"))
            #expect(result.status == 0)
        }
    }

    @Test(arguments: [
        ["pack"], ["pack", "hello"], ["pack", "hello", "--from", "debian:trixie"], ["bulid"],
        ["cache", "prune", "--keep", "x"],
        ["lock", "openssl"],
    ])
    func wrongUse(_ words: [String]) throws {
        try withScratchDirectory { directory in
            let result = try PlinthRun(home: directory)(words)
            try expectGolden(
                "wrong-" + words.joined(separator: "-").replacing(":", with: "-"), words.joined(separator: " "), result)
            #expect(result.status == 64)
        }
    }
}
