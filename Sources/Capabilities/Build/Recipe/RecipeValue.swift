// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthYAML

/// A value of a recipe, and its key's name for messages.
struct RecipeValue {
    let node: RecipeNode
    let name: String

    var document: RecipeDocument { node.document }

    var line: Int { node.position.line }

    func problem(_ code: String, _ what: String, hints: [String] = []) -> Problem {
        document.problem(code, what, at: node.position, hints: hints)
    }

    /// The value is not what its key takes.
    func wrong(_ wanted: String, hints: [String] = []) -> Problem {
        problem("recipe.value", "“\(SourceExcerpt.word(name))” takes \(wanted)", hints: hints)
    }

    func text(_ form: TextForm) throws -> String {
        guard let text = node.text, !node.isNull, form.accepts(text) else { throw wrong(form.title) }
        return text
    }

    func boolean() throws -> Bool {
        switch node.content {
        case .scalar("true", isPlain: true): return true
        case .scalar("false", isPlain: true): return false
        default: throw wrong("true or false")
        }
    }

    func choice<Choice: RawRepresentable & CaseIterable>(
        _ type: Choice.Type
    ) throws -> Choice where Choice.RawValue == String {
        let names = Choice.allCases.map(\.rawValue)
        guard let text = node.text, let choice = Choice(rawValue: text) else {
            let near = nearestNames(to: node.text ?? "", among: names, limit: 1)
            throw wrong(alternatives(names), hints: near.map { "did you mean \($0)?" })
        }
        return choice
    }

    /// A user's or group's number; the highest one means "leave it" to
    /// the system calls, and a zero in front means octal to some, so they are refused.
    func identity() throws -> UInt32 {
        let digits = node.text ?? ""
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = UInt32(digits),
            number < .max, digits == "0" || digits.utf8.first != 0x30
        else { throw wrong("a number from 0 to 4294967294") }
        return number
    }

    /// Permission bits. `0o755`, `0755` and `755` are all octal, as for `chmod`.
    func mode() throws -> UInt16 {
        var digits = (node.text ?? "")[...]
        if digits.hasPrefix("0o") { digits = digits.dropFirst(2) }
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x37).contains($0) }),
            let bits = UInt16(digits, radix: 8), bits <= 0o7777
        else { throw wrong("permissions in octal such as 0o755") }
        return bits
    }

    /// A whole number.
    func number(_ range: ClosedRange<Int>) throws -> Int {
        guard let text = node.text, let number = Int(text), range.contains(number), text == "\(number)" else {
            throw wrong("a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// The elements of a list.
    func elements() throws -> [RecipeValue] {
        guard case .sequence(let nodes) = node.content else {
            throw wrong("a list", hints: node.text.map { ["for one write: [\(SourceExcerpt.word($0))]"] } ?? [])
        }
        return nodes.map { RecipeValue(node: $0, name: name) }
    }

    func list(_ form: TextForm) throws -> [String] { try elements().map { try $0.text(form) } }

    /// Names and texts.
    func texts() throws -> [String: String] {
        guard case .mapping(let entries) = node.content else { throw wrong("names with values, as in NAME: value") }
        var result: [String: String] = [:]
        for entry in entries {
            let value = RecipeValue(node: entry.value, name: entry.name)
            guard !entry.value.isNull, let text = entry.value.text, TextForm.any.accepts(text) else {
                throw value.wrong("a text", hints: ["for an empty one write: \"\""])
            }
            guard !entry.name.isEmpty, !entry.name.utf8.contains(0) else { throw value.wrong("a name before it") }
            result[entry.name] = text
        }
        return result
    }

    /// A path inside the image; a slash in front makes no difference.
    func treePath() throws -> TreePath {
        guard let path = TreePath(text: try text(.imagePath)) else {
            throw wrong("a path inside the image", hints: ["it must not contain .."])
        }
        return path
    }

    /// One command line, split as a shell splits it, or a list of words.
    func command() throws -> [String] {
        if case .sequence = node.content { return try list(.any) }
        guard let text = node.text, !node.isNull, TextForm.any.accepts(text) else {
            throw wrong("a command line, or a list of its words")
        }
        return try words(text)
    }

    private func words(_ text: String) throws -> [String] {
        do {
            return try ShellWords.words(of: text)
        } catch {
            throw problem("recipe.quotes", "“\(name)” cannot be split into words: \(error)")
        }
    }
}

/// Such as `full, slim or minimal`.
func alternatives(_ names: [String]) -> String {
    guard let last = names.last, names.count > 1 else { return names.joined() }
    return names.dropLast().joined(separator: ", ") + " or " + last
}
