// SPDX-License-Identifier: Apache-2.0

/// A paragraph of Debian control data: fields in their order, found by name whatever its case.
package struct Deb822Paragraph: Hashable, Sendable {
    package struct Field: Hashable, Sendable {
        /// As it was written.
        package var name: String
        /// Without the blanks around it; continuation lines keep their first blank, and a value that begins on the
        /// next line begins with the line break.
        package var value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    package var fields: [Field]

    package init(fields: [Field] = []) { self.fields = fields }

    package init(_ fields: KeyValuePairs<String, String>) {
        self.fields = fields.map { Field(name: $0.key, value: $0.value) }
    }

    /// The value of a field; setting nil removes it, setting a new one appends it.
    package subscript(name: String) -> String? {
        get { position(of: name).map { fields[$0].value } }
        set {
            switch (position(of: name), newValue) {
            case (let found?, let value?): fields[found].value = value
            case (let found?, nil): fields.remove(at: found)
            case (nil, let value?): fields.append(Field(name: name, value: value))
            case (nil, nil): break
            }
        }
    }

    private func position(of name: String) -> Int? {
        fields.firstIndex { isSameFieldName($0.name, name) }
    }

    /// The bytes of the paragraph, without the empty line that ends it. An empty line inside a value is written ` .`.
    package var bytes: [UInt8] {
        var result: [UInt8] = []
        for field in fields { append(field, to: &result) }
        return result
    }

    private func append(_ field: Field, to result: inout [UInt8]) {
        result.append(contentsOf: field.name.utf8)
        result.append(colon)
        let lines = field.value.utf8.split(separator: newline, omittingEmptySubsequences: false)
        if let first = lines.first, !first.isEmpty {
            result.append(space)
            result.append(contentsOf: first)
        }
        for line in lines.dropFirst() {
            result.append(newline)
            if line.first != space && line.first != tab || line.allSatisfy(isBlank) { result.append(space) }
            if line.allSatisfy(isBlank) {
                result.append(UInt8(ascii: "."))
            } else {
                result.append(contentsOf: line)
            }
        }
        result.append(newline)
    }
}

extension Deb822Paragraph: CustomStringConvertible {
    package var description: String { String(decoding: bytes, as: UTF8.self) }
}

extension Deb822Paragraph {
    /// The paragraphs of a file.
    package static func parse(
        _ bytes: [UInt8], allowsComments: Bool = false
    ) throws(Deb822Fault) -> [Deb822Paragraph] {
        try parse(bytes.span, allowsComments: allowsComments)
    }

    /// The paragraphs of a file.
    package static func parse(
        _ bytes: borrowing Span<UInt8>, allowsComments: Bool = false
    ) throws(Deb822Fault) -> [Deb822Paragraph] {
        var cursor = Deb822Cursor(allowsComments: allowsComments)
        var result: [Deb822Paragraph] = []
        var current = Deb822Paragraph()
        var seen: Set<String> = []
        while let item = try cursor.next(in: bytes) {
            switch item {
            case .endOfParagraph:
                result.append(current)
                current = Deb822Paragraph()
                seen.removeAll(keepingCapacity: true)
            case .field(let nameRange, let valueRange, let line):
                let name = text(nameRange, in: bytes)
                guard seen.insert(asciiLowercased(name)).inserted else {
                    throw Deb822Fault(line: line, .duplicateField(name))
                }
                let value = text(valueRange, in: bytes)
                current.fields.append(Field(name: name, value: allowsComments ? withoutComments(value) : value))
            }
        }
        return result
    }

    /// The one paragraph of a file such as a package's `control`.
    package static func parseOne(_ bytes: [UInt8]) throws(Deb822Fault) -> Deb822Paragraph {
        let all = try parse(bytes)
        guard let first = all.first else { throw Deb822Fault(line: 1, .noParagraph) }
        guard all.count == 1 else { throw Deb822Fault(line: 1, .severalParagraphs) }
        return first
    }

    private static func withoutComments(_ value: String) -> String {
        guard value.utf8.contains(UInt8(ascii: "#")) else { return value }
        let lines = value.utf8.split(separator: newline, omittingEmptySubsequences: false)
        let kept = lines.enumerated().filter { $0.offset == 0 || $0.element.first != UInt8(ascii: "#") }
        return kept.map { String(decoding: $0.element, as: UTF8.self) }.joined(separator: "\n")
    }
}

/// Field names are compared without regard to the case of ASCII letters.
func isSameFieldName(_ left: String, _ right: String) -> Bool {
    guard left.utf8.count == right.utf8.count else { return false }
    return zip(left.utf8, right.utf8).allSatisfy { lowercased($0) == lowercased($1) }
}

func lowercased(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }

func asciiLowercased(_ text: String) -> String { String(decoding: text.utf8.map(lowercased), as: UTF8.self) }
