// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthYAML

/// A file that a recipe is made of.
final class RecipeDocument: Sendable {
    let yaml: YAMLDocument
    /// What stands before its relative paths so that they are relative to the recipe; empty for the recipe itself.
    let prefix: String

    init(_ yaml: YAMLDocument, prefix: String = "") {
        self.yaml = yaml
        self.prefix = prefix
    }

    /// A path of the machine that the file names.
    func hostPath(_ text: String) -> String {
        prefix.isEmpty || text.hasPrefix("/") || text.contains("://") ? text : "\(prefix)/\(text)"
    }

    func problem(_ code: String, _ what: String, at position: YAMLPosition, hints: [String] = []) -> Problem {
        yaml.problem(code, what, at: position, hints: hints)
    }
}

/// A value of a recipe with the file it stands in: one recipe may be merged of several.
struct RecipeNode: Sendable {
    enum Content: Sendable {
        /// Plain when it stood without quotes and not as a block.
        case scalar(String, isPlain: Bool)
        case sequence([RecipeNode])
        case mapping([Entry])
    }

    /// One key and its value; keys of a mapping differ.
    struct Entry: Sendable {
        let name: String
        let position: YAMLPosition
        let document: RecipeDocument
        var value: RecipeNode
    }

    var content: Content
    let position: YAMLPosition
    let document: RecipeDocument

    init(_ content: Content, at position: YAMLPosition, in document: RecipeDocument) {
        self.content = content
        self.position = position
        self.document = document
    }

    init(_ node: YAMLNode, in document: RecipeDocument) {
        position = node.position
        self.document = document
        switch node.content {
        case .scalar(let text, let isPlain): content = .scalar(text, isPlain: isPlain)
        case .sequence(let nodes): content = .sequence(nodes.map { RecipeNode($0, in: document) })
        case .mapping(let entries):
            content = .mapping(
                entries.map { entry in
                    Entry(
                        name: entry.name, position: entry.position, document: document,
                        value: RecipeNode(entry.value, in: document))
                })
        }
    }

    /// The text of a scalar.
    var text: String? { if case .scalar(let text, _) = content { text } else { nil } }

    /// Whether nothing is there: no value at all, `~` or `null`.
    var isNull: Bool {
        guard case .scalar(let text, isPlain: true) = content else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(text)
    }

    var entries: [Entry] { if case .mapping(let entries) = content { entries } else { [] } }

    /// The value of a key of a mapping, and the mapping without it.
    func taking(_ name: String) -> (value: RecipeNode?, rest: RecipeNode) {
        guard case .mapping(let entries) = content else { return (nil, self) }
        var rest = self
        rest.content = .mapping(entries.filter { $0.name != name })
        let value = entries.first { $0.name == name }?.value
        return (value?.isNull == true ? nil : value, rest)
    }
}
