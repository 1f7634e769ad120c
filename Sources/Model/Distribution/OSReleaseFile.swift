// SPDX-License-Identifier: Apache-2.0

/// The variables of an os-release file, os-release(5).
package struct OSReleaseFile: Hashable, Sendable {
    private let values: [String: String]

    package init(_ values: [String: String]) { self.values = values.filter { !$0.value.isEmpty } }

    /// Reads assignments as a shell would; other lines are passed over.
    package init(_ text: String) {
        var values: [String: String] = [:]
        for line in text.split(whereSeparator: \.isNewline) where !line.hasPrefix("#") {
            guard let equals = line.firstIndex(of: "=") else { continue }
            values[String(line[..<equals])] = Self.unquoted(line[line.index(after: equals)...])
        }
        self.init(values)
    }

    package var isEmpty: Bool { values.isEmpty }

    /// nil for a variable that is absent or empty.
    package subscript(name: String) -> String? { values[name] }

    private static func unquoted(_ text: Substring) -> String {
        guard text.count > 1, let quote = text.first, quote == "\"" || quote == "'", text.last == quote else {
            return String(text)
        }
        let inside = text.dropFirst().dropLast()
        guard quote == "\"", inside.contains("\\") else { return String(inside) }
        var result = ""
        var isEscaped = false
        for letter in inside {
            if letter == "\\", !isEscaped {
                isEscaped = true
                continue
            }
            if isEscaped, !"\\\"$`".contains(letter) { result.append("\\") }
            result.append(letter)
            isEscaped = false
        }
        return result
    }
}
