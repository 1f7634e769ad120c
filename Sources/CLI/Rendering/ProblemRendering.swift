// SPDX-License-Identifier: Apache-2.0
import PlinthCore

/// A problem as a person reads it: what, where, why, what to do.
enum ProblemRendering {
    static func lines(_ problem: Problem) -> [String] {
        var lines = TextWrap.wrap("error: \(problem.what)", indent: "       ")
        if let place = problem.place { lines.append("   at: \(place)") }
        if let why = problem.why { lines += block("  why: ", why) }
        if let cause = problem.cause as? Problem {
            lines += block("  why: ", cause.what + (cause.place.map { " (\($0))" } ?? ""))
            if let why = cause.why { lines += block("       ", why) }
        }
        for hint in problem.hints { lines += block(" hint: ", hint) }
        lines.append(" code: \(problem.code)")
        return lines
    }

    /// Text with line breaks of its own keeps them: excerpts with a caret, lists of requirements.
    private static func block(_ label: String, _ text: String) -> [String] {
        let parts = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard parts.count > 1 else { return TextWrap.wrap(label + text, indent: "       ") }
        return parts.enumerated().map { ($0 == 0 ? label : "       ") + $1 }
    }
}

/// Breaks text at spaces so that a line is at most 80 columns where its words allow it.
enum TextWrap {
    /// Blanks at the beginning stay.
    static func wrap(_ text: String, indent: String, width: Int = 80) -> [String] {
        var lines: [String] = []
        var line = String(text.prefix { $0 == " " })
        var isEmpty = true
        for word in text.split(separator: " ") {
            if isEmpty {
                line += word
            } else if line.count + 1 + word.count <= width {
                line += " " + word
            } else {
                lines.append(line)
                line = indent + word
            }
            isEmpty = false
        }
        return lines + [line]
    }
}
