// SPDX-License-Identifier: Apache-2.0

/// One line of a text with a caret under a column, for messages:
///
///     3 |   packges: [redis]
///       |   ^
package struct SourceExcerpt: CustomStringConvertible, Sendable {
    package let description: String

    private static let width = 72
    /// So many columns of the line are shown before the caret when the line is long.
    private static let before = 48

    package init(_ text: [UInt8], at position: YAMLPosition) {
        let line = Self.line(position.line, of: text)
        let caret = max(0, min(position.column - 1, line.count))
        let start = caret > Self.width - 8 ? caret - Self.before : 0
        let end = min(line.count, start + Self.width)
        let shown = line[start..<end].map(Self.printable).joined()
        let lead = start > 0 ? "…" : ""
        let number = "\(position.line)"
        let gap = String(repeating: " ", count: number.count)
        let indent = String(repeating: " ", count: caret - start + lead.count)
        description = "\(number) | \(lead)\(shown)\(end < line.count ? "…" : "")\n\(gap) | \(indent)^"
    }

    /// The scalars of a line, without its break. Lines end where libyaml ends them.
    private static func line(_ number: Int, of text: [UInt8]) -> ArraySlice<Unicode.Scalar> {
        var line: [Unicode.Scalar] = []
        var current = 1
        var wasReturn = false
        for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
            let endsReturn = wasReturn && scalar == "\n"
            wasReturn = scalar == "\r"
            if endsReturn { continue }
            if isBreak(scalar) {
                if current == number { break }
                current += 1
            } else if current == number {
                line.append(scalar)
            }
        }
        return line[...]
    }

    private static func isBreak(_ scalar: Unicode.Scalar) -> Bool {
        ["\n", "\r", "\u{85}", "\u{2028}", "\u{2029}"].contains(scalar)
    }

    /// A word of the text for a message: what cannot be seen becomes a dot, and what is long is cut.
    package static func word(_ text: some StringProtocol, limit: Int = 60) -> String {
        let shown = text.unicodeScalars.prefix(limit).map(printable).joined()
        return text.unicodeScalars.count > limit ? shown + "…" : shown
    }

    /// Nothing in a message may move the cursor or turn the direction of writing.
    private static func printable(_ scalar: Unicode.Scalar) -> String {
        if scalar == "\t" { return " " }
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned: return "·"
        default: return String(scalar)
        }
    }
}
