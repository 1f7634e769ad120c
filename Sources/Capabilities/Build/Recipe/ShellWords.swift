// SPDX-License-Identifier: Apache-2.0
import PlinthCore

/// Splits a command line into words as a shell does, and expands nothing: `$`, `*` and `~` stay.
enum ShellWords {
    enum Fault: Error, Equatable, CustomStringConvertible {
        case openQuote(Character)
        case endsInBackslash

        var description: String {
            switch self {
            case .openQuote(let quote): "a \(quote) is not closed"
            case .endsInBackslash: "it ends in a backslash"
            }
        }
    }

    /// Splits a command line that a person gave.
    /// - Throws: `Problem` with code `recipe.quotes`, a usage mistake.
    static func split(_ text: some StringProtocol) throws -> [String] {
        do {
            return try words(of: text)
        } catch {
            throw Problem(
                "recipe.quotes", "A command cannot be split into words", at: String(text), why: "\(error)",
                kind: .usage)
        }
    }

    /// Blanks separate; single quotes take all as it is; in double quotes a backslash escapes `"`, `\`, `$`, `` ` ``
    /// and a line break (POSIX shell, 2.2 Quoting).
    static func words(of text: some StringProtocol) throws(Fault) -> [String] {
        var words: [String] = []
        var word = ""
        // An empty pair of quotes is a word too.
        var isWord = false
        // Scalars: a carriage return and line feed would be one Character.
        var rest = String(text).unicodeScalars[...]
        while let scalar = rest.popFirst() {
            if [" ", "\t", "\n", "\r"].contains(scalar) {
                if isWord { words.append(word) }
                (word, isWord) = ("", false)
                continue
            }
            switch scalar {
            case "'": word += try quoted(&rest)
            case "\"": word += try doublyQuoted(&rest)
            case "\\":
                guard let next = rest.popFirst() else { throw .endsInBackslash }
                // A backslash before a line break joins the lines.
                if next == "\n" { continue }
                word.unicodeScalars.append(next)
            default: word.unicodeScalars.append(scalar)
            }
            isWord = true
        }
        return isWord ? words + [word] : words
    }

    private static func quoted(_ rest: inout Substring.UnicodeScalarView) throws(Fault) -> String {
        guard let end = rest.firstIndex(of: "'") else { throw .openQuote("'") }
        defer { rest = rest[rest.index(after: end)...] }
        return String(rest[..<end])
    }

    private static func doublyQuoted(_ rest: inout Substring.UnicodeScalarView) throws(Fault) -> String {
        var text = ""
        while let scalar = rest.popFirst() {
            if scalar == "\"" { return text }
            guard scalar == "\\", let next = rest.first else {
                text.unicodeScalars.append(scalar)
                continue
            }
            guard ["\"", "\\", "$", "`", "\n"].contains(next) else {
                text.unicodeScalars.append(scalar)
                continue
            }
            rest.removeFirst()
            if next != "\n" { text.unicodeScalars.append(next) }
        }
        throw .openQuote("\"")
    }
}
