// SPDX-License-Identifier: Apache-2.0

/// What a script says, as POSIX's shell grammar has it (XCU, chapter 2). Only read, never run.
indirect enum ShellNode: Sendable {
    case command(ShellCommand)
    case pipeline([ShellNode])
    case not(ShellNode)
    case and(ShellNode, ShellNode)
    case or(ShellNode, ShellNode)
    case list([ShellNode])
    case subshell(ShellNode)
    case choice([(condition: ShellNode, body: ShellNode)], otherwise: ShellNode?)
    case loop(condition: ShellNode, body: ShellNode)
    case each(name: String, words: [ShellWord]?, body: ShellNode)
    case match(ShellWord, [(patterns: [ShellWord], body: ShellNode)])
    case function(name: String, body: ShellNode)
    /// A compound command whose output goes elsewhere.
    case redirected(ShellNode, [ShellRedirection])
}

/// A simple command.
struct ShellCommand: Sendable {
    var assignments: [(name: String, value: ShellWord)] = []
    var words: [ShellWord] = []
    var redirections: [ShellRedirection] = []
    var line: Int
}

struct ShellRedirection: Sendable {
    enum Kind: Sendable { case read, write, append, document, other }

    var kind: Kind
    /// Nil: the default of the operator.
    var descriptor: Int?
    /// A file's name; of a document, its number in `ShellScript.documents`.
    var target: ShellWord
    var document: Int?
}

struct ShellWord: Sendable {
    enum Part: Sendable {
        case literal(String, isQuoted: Bool)
        /// `${name OPERATOR argument}`; the operator is empty for `$name`.
        case variable(String, operation: String, argument: [Part], isQuoted: Bool)
        case substitution(ShellNode, isQuoted: Bool)
        /// `$((…))` and what else is not worked out.
        case unknown
    }

    var parts: [Part] = []

    /// The text of a word without expansions and quotes.
    var plain: String? {
        var text = ""
        for part in parts {
            guard case .literal(let piece, false) = part else { return nil }
            text += piece
        }
        return parts.isEmpty ? nil : text
    }

    /// About what the script has, for people.
    var source: String {
        parts.map { part in
            switch part {
            case .literal(let text, _): text
            case .variable(let name, "", _, _): "$" + name
            case .variable(let name, let operation, _, _): "${\(name)\(operation)…}"
            case .substitution: "$(…)"
            case .unknown: "…"
            }
        }.joined()
    }
}

/// A script as read.
struct ShellScript: Sendable {
    var body: ShellNode
    /// The documents (`<<END`) in the order in which they are announced.
    var documents: [ShellWord]
}

/// Why a script could not be read.
struct ShellFault: Error, Hashable, Sendable {
    var line: Int
    var what: String
}
