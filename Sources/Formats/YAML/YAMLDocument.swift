// SPDX-License-Identifier: Apache-2.0
package import PlinthCore

/// One YAML document, and its text for messages.
///
/// Less than YAML on purpose: no anchors, aliases, tags, directives, merge keys or further documents; keys are
/// scalars and differ. So a document cannot unfold to more than its own size, and reads the same everywhere.
package struct YAMLDocument: Sendable {
    /// In bytes.
    package static let sizeLimit = 4 << 20
    package static let depthLimit = 64
    package static let nodeLimit = 200_000

    /// The file, for messages.
    package let name: String
    /// Without a byte order mark.
    package let text: [UInt8]
    package let root: YAMLNode

    /// Reads a document. Memory is a small multiple of the text.
    /// - Throws: `Problem`s `yaml.*`, usage mistakes, with the line and a caret.
    package static func parse(_ bytes: [UInt8], name: String) throws -> YAMLDocument {
        let source = YAMLSource(name: name, text: bytes.starts(with: mark) ? Array(bytes.dropFirst(3)) : bytes)
        try source.checkText(limit: sizeLimit)
        var builder = YAMLBuilder(source: source)
        return YAMLDocument(name: name, text: source.text, root: try builder.document())
    }

    /// A problem at a place of the document: `file:line:column`, and the line with a caret as the reason.
    package func problem(
        _ code: String, _ what: String, at position: YAMLPosition, hints: [String] = []
    ) -> Problem {
        YAMLSource(name: name, text: text).problem(code, what, at: position, hints: hints)
    }

    private static let mark: [UInt8] = [0xef, 0xbb, 0xbf]
}

/// The text of a document under its name.
struct YAMLSource {
    let name: String
    let text: [UInt8]

    func problem(
        _ code: String, _ what: String, at position: YAMLPosition, reason: String? = nil, hints: [String] = []
    ) -> Problem {
        let excerpt = SourceExcerpt(text, at: position).description
        return Problem(
            code, what, at: "\(name):\(position.line):\(position.column)",
            why: reason.map { "\($0)\n\(excerpt)" } ?? excerpt, hints: hints, kind: .usage)
    }

    /// Size, encoding and control characters, before libyaml sees the text.
    func checkText(limit: Int) throws {
        guard text.count <= limit else {
            throw Problem(
                "yaml.tooLarge", "The file is too large", at: name,
                why: "it has \(ByteCount(text.count)), and at most \(ByteCount(limit)) are read", kind: .usage)
        }
        do {
            _ = try UTF8Span(validating: text.span)
        } catch {
            throw problem("yaml.notUTF8", "The file is not UTF-8", at: position(ofByte: error.byteOffsets.lowerBound))
        }
        if let place = text.firstIndex(where: { $0 < 0x20 && $0 != 0x09 && $0 != 0x0a && $0 != 0x0d || $0 == 0x7f }) {
            throw problem(
                "yaml.controlCharacter", "The file has a control character", at: position(ofByte: place),
                reason: "byte 0x\(hexString([text[place]]))")
        }
        // libyaml's time grows with the square of the number of %TAG lines: 4 MiB of them would take minutes.
        if let place = text.indices.first(where: { text[$0] == UInt8(ascii: "%") && beginsLine($0) }) {
            throw problem(
                "yaml.directive", "Directives are not read", at: position(ofByte: place),
                hints: ["leave out the line that begins with %"])
        }
    }

    /// Whether the byte is the first of a line, as libyaml counts lines.
    private func beginsLine(_ place: Int) -> Bool {
        guard place > 0 else { return true }
        let before = text[max(0, place - 3)..<place]
        return [[0x0a], [0x0d], [0xc2, 0x85], [0xe2, 0x80, 0xa8], [0xe2, 0x80, 0xa9]].contains {
            before.suffix($0.count) == $0[...]
        }
    }

    /// Counts lines as libyaml does for the breaks that text before a fault commonly has.
    private func position(ofByte offset: Int) -> YAMLPosition {
        let before = String(decoding: text[..<offset], as: UTF8.self).unicodeScalars
        var line = 1
        var column = 1
        var previous: Unicode.Scalar = " "
        for scalar in before {
            if scalar == "\n" && previous == "\r" {
                previous = scalar
                continue
            }
            previous = scalar
            if ["\n", "\r", "\u{85}", "\u{2028}", "\u{2029}"].contains(scalar) {
                line += 1
                column = 1
            } else {
                column += 1
            }
        }
        return YAMLPosition(line: line, column: column)
    }
}
