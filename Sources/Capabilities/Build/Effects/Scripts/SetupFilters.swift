// SPDX-License-Identifier: Apache-2.0

/// Programs that change text, where it and what they do to it are known.
extension SetupHost {
    /// Nil when the program is none of these or its input is not known.
    func filter(_ call: ShellCall) -> ShellOutcome? {
        let words = call.arguments.compactMap { $0 }
        guard let input = call.input, words.count == call.arguments.count else { return nil }
        let lines = input.split(separator: "\n", omittingEmptySubsequences: false)
        let text = input.hasSuffix("\n") ? lines.dropLast() : lines[...]
        switch call.name {
        case "cut": return Self.cut(text, words)
        case "grep", "fgrep", "egrep": return Self.search(text, words)
        case "head" where words == ["-n1"] || words == ["-n", "1"] || words == ["-1"]:
            return Self.outcome(text.prefix(1))
        case "cat" where words.isEmpty: return ShellOutcome(status: true, output: input)
        default: return nil
        }
    }

    private static func outcome(_ lines: some Sequence<Substring>) -> ShellOutcome {
        ShellOutcome(status: true, output: lines.map { $0 + "\n" }.joined())
    }

    /// `-d: -f2`, one field; `-b -7` and `-c 1-3`, one range.
    private static func cut(_ lines: ArraySlice<Substring>, _ words: [String]) -> ShellOutcome? {
        if let first = words.first, first.hasPrefix("-b") || first.hasPrefix("-c") {
            return cutLetters(lines, first.dropFirst(2) + words.dropFirst().joined())
        }
        var separator: Character = "\t"
        var field: Int?
        var rest = words[...]
        while let word = rest.popFirst() {
            if word.hasPrefix("-d") {
                guard let text = word.count > 2 ? String(word.dropFirst(2)) : rest.popFirst(), text.count == 1,
                    let letter = text.first
                else { return nil }
                separator = letter
            } else if word.hasPrefix("-f") {
                field = Int(word.count > 2 ? String(word.dropFirst(2)) : rest.popFirst() ?? "")
            } else {
                return nil
            }
        }
        guard let field, field > 0 else { return nil }
        return outcome(
            lines.map { line in
                let parts = line.split(separator: separator, omittingEmptySubsequences: false)
                if parts.count == 1 { return line }
                return parts.count >= field ? parts[field - 1] : ""
            })
    }

    private static func cutLetters(_ lines: ArraySlice<Substring>, _ range: Substring) -> ShellOutcome? {
        let parts = range.split(separator: "-", omittingEmptySubsequences: false)
        guard let first = parts.first, parts.count <= 2, let last = parts.last else { return nil }
        let start = first.isEmpty ? 1 : Int(first)
        let end = last.isEmpty ? Int.max : Int(last)
        guard let start, let end, start >= 1, end >= start else { return nil }
        return outcome(lines.map { $0.dropFirst(start - 1).prefix(end - start < 4096 ? end - start + 1 : 4096) })
    }

    /// Plain words only: an expression that means more than itself is not worked out.
    private static func search(_ lines: ArraySlice<Substring>, _ words: [String]) -> ShellOutcome? {
        let flags = words.filter { $0.hasPrefix("-") }.flatMap { Array($0.dropFirst()) }
        let names = words.filter { !$0.hasPrefix("-") }
        guard names.count == 1, flags.allSatisfy({ "qwxFs".contains($0) }),
            names[0].allSatisfy({ $0.isLetter || $0.isNumber || "-_ /:".contains($0) })
        else { return nil }
        let pattern = names[0]
        let found = lines.filter { line in
            if flags.contains("x") { return line == pattern }
            if flags.contains("w") { return hasWord(line, pattern) }
            return contains(line, pattern)
        }
        return ShellOutcome(
            status: !found.isEmpty, output: flags.contains("q") ? "" : found.map { $0 + "\n" }.joined())
    }

    private static func contains(_ line: Substring, _ pattern: String) -> Bool {
        pattern.isEmpty || Array(line.utf8).span.firstPlace(of: Array(pattern.utf8)) != nil
    }

    /// The pattern with no letter, digit or `_` beside it; good for patterns of such letters.
    private static func hasWord(_ line: Substring, _ pattern: String) -> Bool {
        line.split { !($0.isLetter || $0.isNumber || $0 == "_" || (pattern.contains($0) && $0 != " ")) }
            .contains { $0 == pattern }
    }
}
