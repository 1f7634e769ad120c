// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthYAML

/// Reads one mapping against its table: nothing unknown, nothing that this version cannot do, nothing missing.
struct MappingReader {
    private let value: RecipeValue
    private let table: KeyTable
    private let entries: [String: RecipeNode.Entry]

    /// - Throws: `recipe.value`, `recipe.unknownKey`, `recipe.notYet`, `recipe.missingKey`.
    init(_ value: RecipeValue, _ table: KeyTable) throws {
        guard case .mapping(let entries) = value.node.content else {
            let wanted = table.usableNames.prefix(4).joined(separator: ", ")
            throw value.problem(
                "recipe.value", "\(table.sentenceTitle) is a mapping of keys to values", hints: ["such as \(wanted)"])
        }
        self.value = value
        self.table = table
        self.entries = Dictionary(entries.map { ($0.name, $0) }) { first, _ in first }
        for entry in entries { try Self.check(entry, table) }
        for key in table.keys where key.isRequired && self[key.name] == nil {
            throw value.problem("recipe.missingKey", "\(table.sentenceTitle) needs “\(key.name)”", hints: [key.summary])
        }
    }

    /// The value of a key of the table; nil when there is none, or `null`.
    subscript(name: String) -> RecipeValue? {
        precondition(table.key(name) != nil, "\(name) is no key of \(table.title)")
        guard let entry = entries[name], !entry.value.isNull else { return nil }
        return RecipeValue(node: entry.value, name: name)
    }

    /// The value of a required key.
    func required(_ name: String) throws -> RecipeValue {
        guard let found = self[name] else {
            throw value.problem("recipe.missingKey", "\(table.sentenceTitle) needs “\(name)”")
        }
        return found
    }

    /// A value decoded, or else what is usual.
    func value<Result>(
        _ name: String, default usual: Result, _ decode: (RecipeValue) throws -> Result
    ) throws -> Result {
        try self[name].map(decode) ?? usual
    }

    private static func check(_ entry: RecipeNode.Entry, _ table: KeyTable) throws {
        let document = entry.document
        guard let key = table.key(entry.name) else {
            let near = nearestNames(to: entry.name, among: table.usableNames)
            throw document.problem(
                "recipe.unknownKey", "\(table.sentenceTitle) has no key “\(SourceExcerpt.word(entry.name))”",
                at: entry.position,
                hints: [
                    near.isEmpty ? "it has \(alternatives(table.usableNames))" : "did you mean \(alternatives(near))?"
                ])
        }
        if case .notYet = key.shape {
            throw document.problem(
                "recipe.notYet", "This version cannot do “\(entry.name)” yet", at: entry.position,
                hints: ["leave it out, or use a later version"])
        }
    }
}

extension KeyTable {
    /// For the beginning of a sentence.
    var sentenceTitle: String { title.prefix(1).uppercased() + title.dropFirst() }
}
