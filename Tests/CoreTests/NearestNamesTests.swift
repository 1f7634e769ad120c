// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import Testing

struct NearestNamesTests {
    private let names = ["packages", "package", "profile", "platforms", "entrypoint", "environment", "layering"]

    @Test(arguments: [
        ("packges", ["packages", "package"]), ("porfile", ["profile"]), ("entrypiont", ["entrypoint"]),
        ("enviroment", ["environment"]), ("zzz", []), ("", []),
    ])
    func `mistyped words find their neighbours`(word: String, expected: [String]) {
        #expect(nearestNames(to: word, among: names) == expected)
    }

    @Test func `nearest first, then by name, and no more than asked for`() {
        #expect(
            nearestNames(to: "abcd", among: ["abdc", "abcx", "abcd", "abce"], limit: 3) == ["abcd", "abce", "abcx"])
    }
}
