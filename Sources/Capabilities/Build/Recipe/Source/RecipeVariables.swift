// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthYAML

/// Replaces `${{vars.NAME}}` in the values of a recipe. `${{arch}}` stays: it is another one for every platform.
struct RecipeVariables {
    /// Bytes of all values that variables are put into, those of variables too.
    private static let limit = 8 << 20
    private var values: [String: RecipeNode] = [:]
    private var total = 0

    /// - Parameter node: of `vars`; nil when there are none.
    /// - Throws: `recipe.value`.
    init(_ node: RecipeNode?) throws {
        guard let node else { return }
        let value = RecipeValue(node: node, name: "vars")
        guard case .mapping(let entries) = node.content else {
            throw value.wrong("names with values, as in NAME: value")
        }
        for entry in entries {
            let inner = RecipeValue(node: entry.value, name: entry.name)
            guard entry.value.text != nil, !entry.value.isNull else { throw inner.wrong("a text") }
            guard Self.isName(entry.name) else {
                throw entry.document.problem(
                    "recipe.value", "A variable's name is made of letters, digits, _ and -", at: entry.position)
            }
            values[entry.name] = entry.value
        }
    }

    /// - Throws: `recipe.variable`.
    mutating func expanded(_ node: RecipeNode) throws -> RecipeNode {
        var copy = node
        switch node.content {
        case .scalar(let text, let isPlain):
            guard text.contains("${{") else { return node }
            copy.content = .scalar(try expanded(text, of: node, []), isPlain: isPlain)
        case .sequence(let nodes): copy.content = .sequence(try nodes.map { try expanded($0) })
        case .mapping(let entries):
            copy.content = .mapping(
                try entries.map { entry in
                    var copy = entry
                    copy.value = try expanded(entry.value)
                    return copy
                })
        }
        return copy
    }

    private mutating func expanded(_ text: String, of node: RecipeNode, _ open: [String]) throws -> String {
        var result = ""
        var rest = text[...]
        while let start = rest.firstRange(of: "${{") {
            guard let end = rest[start.upperBound...].firstRange(of: "}}") else {
                throw problem(node, "A variable is not closed with }}")
            }
            result += rest[..<start.lowerBound]
            let word = trimmed(rest[start.upperBound..<end.lowerBound])
            result += try value(word, of: node, open) ?? String(rest[start.lowerBound..<end.upperBound])
            rest = rest[end.upperBound...]
            guard result.utf8.count <= Self.limit - total else { throw problem(node, "A value grows too long") }
        }
        total += result.utf8.count
        return result + rest
    }

    /// Nil for what is known only when an image is built.
    private mutating func value(_ word: String, of node: RecipeNode, _ open: [String]) throws -> String? {
        if word == "arch" { return nil }
        guard word.hasPrefix("vars.") else {
            throw problem(
                node, "Nothing is known as “\(SourceExcerpt.word(word))”", ["write ${{vars.NAME}} or ${{arch}}"])
        }
        let name = String(word.dropFirst(5))
        guard let found = values[name] else {
            let near = nearestNames(to: name, among: Array(values.keys))
            let hint = near.isEmpty ? "declare it under vars:" : "did you mean \(alternatives(near))?"
            throw problem(node, "There is no variable “\(SourceExcerpt.word(name))”", [hint])
        }
        guard !open.contains(name) else { throw problem(found, "The variable “\(name)” is made of itself") }
        return try expanded(found.text ?? "", of: found, open + [name])
    }

    private func problem(_ node: RecipeNode, _ what: String, _ hints: [String] = []) -> Problem {
        node.document.problem("recipe.variable", what, at: node.position, hints: hints)
    }

    private func trimmed(_ text: Substring) -> String {
        String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }

    private static func isName(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte | 0x20) || byte == 0x5f || byte == 0x2d
            }
    }
}
