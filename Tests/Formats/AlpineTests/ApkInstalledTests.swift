// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import Testing

@testable import PlinthAlpine

struct ApkInstalledTests {
    static let musl =
        "C:Q1abc=\nP:musl\nV:1.2.5-r0\nA:x86_64\nS:1\nI:2\nT:the musl c library\no:musl\nF:lib\nR:x\na:0:0:755\n"

    @Test(arguments: [
        ("", []), ("\n\n", []), (musl, ["musl 1.2.5-r0 x86_64 musl"]), (musl + "\n", ["musl 1.2.5-r0 x86_64 musl"]),
        (musl + "\nP:a\nV:1\n\n", ["musl 1.2.5-r0 x86_64 musl", "a 1  -"]),
        ("P:ä\nV:1\nA:noarch\n\n\nP:b\nV:2\nA:\n", ["ä 1 noarch -", "b 2  -"]),
    ])
    func packages(_ text: String, _ expected: [String]) throws {
        let found = try ApkPackage.parse(installed: Array(text.utf8), place: "db")
        #expect(found.map { "\($0.name) \($0.version) \($0.architecture) \($0.origin ?? "-")" } == expected)
    }

    @Test(arguments: ["nonsense\n", "P:a\n\n", "V:1\n", "P:\nV:1\n", "P:a\nV:1\nx\n", "P", "P:a\nV:\n"])
    func faults(_ text: String) {
        let problem = #expect(throws: Problem.self) {
            try ApkPackage.parse(installed: Array(text.utf8), place: "lib/apk/db/installed")
        }
        #expect(problem?.code == "apk.syntax")
        #expect(problem?.place == "lib/apk/db/installed")
    }
}
