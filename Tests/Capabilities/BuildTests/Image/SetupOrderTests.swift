// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthDebian
import Testing

@testable import PlinthBuild

@Suite struct SetupOrderTests {
    /// Each package as `name` or `name: field = value; field = value`.
    private func order(_ packages: [String]) throws -> String {
        let controls = try packages.map { text in
            let parts = text.split(separator: ":", maxSplits: 1)
            var control = "Package: \(parts[0])\nVersion: 1.0\nArchitecture: all\n"
            for field in parts.dropFirst().joined().split(separator: ";") {
                let words = field.split(separator: "=", maxSplits: 1).map { $0.drop { $0 == " " } }
                control += "\(words[0].prefix { $0 != " " }): \(words[1])\n"
            }
            return try DebControl(files: ["control": Array(control.utf8)], place: "test")
        }
        return try SetupOrder.places(of: controls).map { controls[$0].name }.joined(separator: " ")
    }

    @Test(arguments: [
        (["b", "c", "a"], "a b c"),
        (["cron: Depends = cron-common", "cron-common", "a"], "a cron-common cron"),
        (["a: Pre-Depends = c; Depends = b", "b", "c: Depends = d (>= 0.5)", "d"], "b d c a"),
        (["a: Depends = mail | z, gone", "y: Provides = mail (= 3)", "z"], "y a z"),
        (["a: Depends = b (>= 2) | z:any", "b", "z"], "z a b"),
        (["a: Depends = b", "b: Depends = c", "c: Depends = a", "d: Depends = b"], "c b a d"),
        (["a: Depends = a"], "a"),
    ])
    func followsDependencies(_ packages: [String], _ expected: String) throws {
        #expect(try order(packages) == expected)
        #expect(try order(packages.reversed()) == expected)
    }

    @Test func refusesWhatCannotBeRead() {
        let problem = #expect(throws: Problem.self) { try order(["a: Depends = b (("]) }
        #expect(problem?.code == "deb.control")
    }

    /// Each counts on the next: no call on top of a call.
    @Test func longChains() throws {
        let names = (0..<3000).map { "p\($0)" }
        let packages = zip(names, names.dropFirst()).map { "\($0): Depends = \($1)" } + names.suffix(1)
        #expect(try order(packages) == names.reversed().joined(separator: " "))
    }
}
