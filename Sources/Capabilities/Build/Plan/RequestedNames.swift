// SPDX-License-Identifier: Apache-2.0
package import PlinthCore

/// The words after `pack` or under `contents.packages`: `name`, `name=1.2*`, `name/suite`, `!name`.
package struct RequestedNames: Sendable {
    package struct Wanted: Hashable, Sendable {
        package var name: String
        /// A version, or the beginning of one before `*`.
        package var version: String?
        package var suite: String?
    }

    package private(set) var wanted: [Wanted] = []
    package private(set) var forbidden: [String] = []

    /// - Throws: `Problem` with code `package.name` (usage).
    package init(_ words: [String]) throws {
        for word in words {
            if word.hasPrefix("!") {
                forbidden.append(try Self.name(word.dropFirst(), in: word))
            } else {
                wanted.append(try Self.wanted(word))
            }
        }
    }

    private static func wanted(_ word: String) throws -> Wanted {
        if let cut = word.firstIndex(of: "=") {
            let version = String(word[word.index(after: cut)...])
            guard !version.isEmpty else { throw bad(word) }
            return Wanted(name: try name(word[..<cut], in: word), version: version)
        }
        if let cut = word.firstIndex(of: "/") {
            let suite = String(word[word.index(after: cut)...])
            guard !suite.isEmpty else { throw bad(word) }
            return Wanted(name: try name(word[..<cut], in: word), suite: suite)
        }
        return Wanted(name: try name(word[...], in: word))
    }

    /// Debian policy 5.6.1: lower-case letters, digits, `+`, `-`, `.`; two characters or more.
    private static func name(_ text: Substring, in word: String) throws -> String {
        let isGood = text.utf8.allSatisfy { byte in
            (0x61...0x7a).contains(byte) || (0x30...0x39).contains(byte) || [0x2b, 0x2d, 0x2e].contains(byte)
        }
        guard isGood, text.utf8.count >= 2 else { throw bad(word) }
        return String(text)
    }

    private static func bad(_ word: String) -> Problem {
        Problem(
            "package.name", "Not a package to ask for", at: word,
            hints: ["write NAME, NAME=VERSION, NAME=1.2*, NAME/SUITE or !NAME"], kind: .usage)
    }
}
