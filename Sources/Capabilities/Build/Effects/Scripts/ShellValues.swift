// SPDX-License-Identifier: Apache-2.0

/// Words to text.
extension ShellEvaluator {
    /// The text of a word as one field; nil when it is not known.
    mutating func text(_ word: ShellWord) -> String? { text(word.parts) }

    mutating func text(_ parts: [ShellWord.Part]) -> String? {
        var result = ""
        for part in parts {
            guard let piece = text(part) else { return nil }
            result += piece
            // A script that doubles a value again and again is not followed.
            guard result.utf8.count <= 1 << 18 else { return nil }
        }
        spend(result.utf8.count / 4096)
        return result
    }

    private mutating func text(_ part: ShellWord.Part) -> String? {
        switch part {
        case .literal(let text, _): return text
        case .unknown: return nil
        case .substitution(let node, _): return output(of: node)
        case .variable("@", "", _, _), .variable("*", "", _, _):
            let known = positional.compactMap { $0 }
            return known.count == positional.count ? known.joined(separator: " ") : nil
        case .variable(let name, let operation, let argument, _):
            return value(name, operation, argument)
        }
    }

    /// What a command in `$(…)` prints, final newlines cut.
    private mutating func output(of node: ShellNode) -> String? {
        let (before, wasFlow) = (variables, flow)
        let outcome = evaluate(node)
        variables = before
        flow = wasFlow
        guard var text = outcome.output else { return nil }
        while text.hasSuffix("\n") { text.removeLast() }
        return text
    }

    private func plainValue(_ name: String) -> String?? {
        if let number = Int(name) {
            if number == 0 { return variables["0"] ?? .some("sh") }
            return number <= positional.count ? positional[number - 1].map { .some($0) } ?? .some(nil) : nil
        }
        switch name {
        case "#": return .some(String(positional.count))
        case "?", "$", "!", "-": return .some(nil)
        default: return variables[name]
        }
    }

    private mutating func value(_ name: String, _ operation: String, _ argument: [ShellWord.Part]) -> String? {
        let found = plainValue(name)
        if let found, found == nil { return nil }
        let present = found.flatMap { $0 }
        switch operation {
        case "": return present ?? ""
        case ":-": return (present ?? "").isEmpty ? text(argument) : present
        case "-", "=": return present ?? text(argument)
        case ":=":
            if let present, !present.isEmpty { return present }
            let value = text(argument)
            variables[name] = .some(value)
            return value
        case ":+": return (present ?? "").isEmpty ? "" : text(argument)
        case "+": return present == nil ? "" : text(argument)
        case ":?", "?": return present
        default: return cut(present ?? "", operation, argument)
        }
    }

    /// `#` and `%`: takes away the shortest or longest beginning or end that matches.
    private mutating func cut(_ value: String, _ operation: String, _ argument: [ShellWord.Part]) -> String? {
        guard let pattern = pattern(ShellWord(parts: argument)), value.unicodeScalars.count <= 4096 else { return nil }
        let letters = Array(value.unicodeScalars)
        let form = Array(pattern.unicodeScalars)
        let isFront = operation.hasPrefix("#")
        let shortestFirst = operation.count == 1
        let lengths = shortestFirst ? Array(0...letters.count) : Array((0...letters.count).reversed())
        for length in lengths {
            let piece = isFront ? Array(letters.prefix(length)) : Array(letters.suffix(length))
            guard ShellPattern.matches(form, piece) else { continue }
            let rest = isFront ? letters.dropFirst(length) : letters.dropLast(length)
            var text = String.UnicodeScalarView()
            text.append(contentsOf: rest)
            return String(text)
        }
        return value
    }

    /// A word as a pattern: quoted letters are meant as themselves.
    mutating func pattern(_ word: ShellWord) -> String? {
        var result = ""
        for part in word.parts {
            guard let piece = text(part) else { return nil }
            guard Self.isQuoted(part) else {
                result += piece
                continue
            }
            for letter in piece.unicodeScalars {
                if "*?[]\\".unicodeScalars.contains(letter) { result += "\\" }
                result.unicodeScalars.append(letter)
            }
        }
        return result
    }

    private static func isQuoted(_ part: ShellWord.Part) -> Bool {
        switch part {
        case .literal(_, let quoted), .substitution(_, let quoted), .variable(_, _, _, let quoted): quoted
        case .unknown: false
        }
    }

    /// The fields that a word becomes: none, one or several; nil for one that is not known.
    mutating func fields(_ word: ShellWord) -> [String?] {
        var done: [String?] = []
        var open: String?
        var isPattern = false
        for part in word.parts {
            if case .variable("@", "", _, true) = part {
                append(positional, to: &done, &open)
                continue
            }
            guard let piece = text(part) else {
                return done + [nil]
            }
            let isQuoted = Self.isQuoted(part)
            if isQuoted || Self.isLiteral(part) {
                if !isQuoted, Self.isPattern(piece) { isPattern = true }
                open = (open ?? "") + piece
            } else {
                split(piece, into: &done, &open)
            }
        }
        if let open { done += isPattern ? host.expand(open) ?? [nil] : [open] }
        return done
    }

    private static func isPattern(_ text: String) -> Bool {
        if text.contains(where: { $0 == "*" || $0 == "?" }) { return true }
        guard let open = text.firstIndex(of: "[") else { return false }
        return text[open...].contains("]")
    }

    private static func isLiteral(_ part: ShellWord.Part) -> Bool {
        if case .literal = part { true } else { false }
    }

    private func append(_ values: [String?], to done: inout [String?], _ open: inout String?) {
        guard let first = values.first else { return }
        open = first.map { (open ?? "") + $0 }
        for value in values.dropFirst() {
            done.append(open)
            open = value
        }
        if open == nil { done.append(nil) }
    }

    /// Unquoted expansions fall apart at white space.
    private func split(_ text: String, into done: inout [String?], _ open: inout String?) {
        let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0 == "\n" }
        if let first = text.first, isBlank(first), let text = open {
            done.append(text)
            open = nil
        }
        let words = text.split(whereSeparator: isBlank)
        for (index, word) in words.enumerated() {
            open = (open ?? "") + word
            if index < words.count - 1 {
                done.append(open)
                open = nil
            }
        }
        if let last = text.last, isBlank(last), let text = open {
            done.append(text)
            open = nil
        }
    }
}
