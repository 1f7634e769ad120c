// SPDX-License-Identifier: Apache-2.0

/// Patterns as `case` and `${name%pattern}` have them: `*`, `?`, `[…]`, and `\` before a letter meant as itself.
enum ShellPattern {
    static func matches(_ pattern: String, _ text: String) -> Bool {
        matches(Array(pattern.unicodeScalars), Array(text.unicodeScalars))
    }

    static func matches(_ pattern: [Unicode.Scalar], _ text: [Unicode.Scalar]) -> Bool {
        var (place, mark) = (0, 0)
        var star: (place: Int, mark: Int)?
        while mark < text.count {
            if place < pattern.count, pattern[place] == "*" {
                star = (place, mark)
                place += 1
            } else if let next = step(pattern, place, text[mark]) {
                place = next
                mark += 1
            } else if let last = star {
                star = (last.place, last.mark + 1)
                place = last.place + 1
                mark = last.mark + 1
            } else {
                return false
            }
        }
        return pattern[place...].allSatisfy { $0 == "*" }
    }

    /// The place behind what matches one letter.
    private static func step(_ pattern: [Unicode.Scalar], _ place: Int, _ letter: Unicode.Scalar) -> Int? {
        guard place < pattern.count else { return nil }
        switch pattern[place] {
        case "?": return place + 1
        case "\\": return place + 1 < pattern.count && pattern[place + 1] == letter ? place + 2 : nil
        case "[":
            if let end = bracketEnd(pattern, place) {
                return bracket(pattern[(place + 1)..<end], letter) ? end + 1 : nil
            }
            return letter == "[" ? place + 1 : nil
        default: return pattern[place] == letter ? place + 1 : nil
        }
    }

    private static func bracketEnd(_ pattern: [Unicode.Scalar], _ place: Int) -> Int? {
        var end = place + 1
        if end < pattern.count, pattern[end] == "!" || pattern[end] == "^" { end += 1 }
        if end < pattern.count, pattern[end] == "]" { end += 1 }
        while end < pattern.count, pattern[end] != "]" { end += 1 }
        return end < pattern.count ? end : nil
    }

    private static func bracket(_ inside: ArraySlice<Unicode.Scalar>, _ letter: Unicode.Scalar) -> Bool {
        var rest = inside
        let isNegated = rest.first == "!" || rest.first == "^"
        if isNegated { rest = rest.dropFirst() }
        var found = false
        while let first = rest.first {
            if rest.count > 2, rest[rest.startIndex + 1] == "-" {
                let last = rest[rest.startIndex + 2]
                if first.value <= letter.value, letter.value <= last.value { found = true }
                rest = rest.dropFirst(3)
            } else {
                if first == letter { found = true }
                rest = rest.dropFirst()
            }
        }
        return found != isNegated
    }
}
