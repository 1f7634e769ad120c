// SPDX-License-Identifier: Apache-2.0

/// What is wrong with a file of paragraphs, and in which line (counted from 1).
package struct Deb822Fault: Error, Equatable, Sendable {
    package enum Reason: Equatable, Sendable {
        /// A line ends in CR LF.
        case carriageReturn
        /// A continuation line before any field.
        case strayContinuation
        /// No colon after the field name.
        case missingColon
        /// An empty name, a name that begins with `-`, or one with a control character.
        case badFieldName
        case duplicateField(String)
        case missingField(String)
        case badValue(field: String, value: String)
        case severalParagraphs
        case noParagraph
    }

    package let line: Int
    package let reason: Reason

    package init(line: Int, _ reason: Reason) {
        self.line = line
        self.reason = reason
    }
}

extension Deb822Fault: CustomStringConvertible {
    package var description: String { "line \(line): \(reason)" }
}

extension Deb822Fault.Reason: CustomStringConvertible {
    package var description: String {
        switch self {
        case .carriageReturn: "the line ends in CR LF; Debian control files end lines in LF alone"
        case .strayContinuation: "a continuation line without a field before it"
        case .missingColon: "no colon after the field name"
        case .badFieldName: "not a field name"
        case .duplicateField(let name): "the field \(name) occurs twice"
        case .missingField(let name): "the field \(name) is missing"
        case .badValue(let field, let value): "the field \(field) has a value that cannot be: \(value)"
        case .severalParagraphs: "more than one paragraph"
        case .noParagraph: "no paragraph"
        }
    }
}

/// Walks over the fields of Debian control data and says where they lie; copies nothing.
///
/// The bytes are handed to every call, and must be the same each time. See deb822(5).
package struct Deb822Cursor: Sendable {
    package enum Item: Sendable, Equatable {
        /// The value runs over its continuation lines and has no blanks at its ends, except that one which begins on
        /// the next line begins with the line break; `line` is that of the name.
        case field(name: Range<Int>, value: Range<Int>, line: Int)
        case endOfParagraph
    }

    /// Where the next line begins.
    package private(set) var offset: Int
    /// The number of the next line.
    package private(set) var line: Int
    private let allowsComments: Bool
    private var isInside = false

    package init(offset: Int = 0, line: Int = 1, allowsComments: Bool = false) {
        self.offset = offset
        self.line = line
        self.allowsComments = allowsComments
    }

    /// The next field or end of a paragraph; nil at the end of the bytes.
    package mutating func next(in bytes: borrowing Span<UInt8>) throws(Deb822Fault) -> Item? {
        while offset < bytes.count {
            let first = bytes[offset]
            if first == newline {
                advance(to: offset + 1)
                if isInside {
                    isInside = false
                    return .endOfParagraph
                }
            } else if first == UInt8(ascii: "#"), allowsComments {
                advance(to: position(of: newline, in: bytes, from: offset) + 1)
            } else {
                isInside = true
                return try field(in: bytes)
            }
        }
        defer { isInside = false }
        return isInside ? .endOfParagraph : nil
    }

    private mutating func advance(to next: Int) {
        offset = next
        line += 1
    }

    private mutating func field(in bytes: borrowing Span<UInt8>) throws(Deb822Fault) -> Item {
        let start = offset
        let startLine = line
        let end = try endOfLine(in: bytes)
        if bytes[start] == space || bytes[start] == tab { throw fault(.strayContinuation) }
        var cut = start
        while cut < end, bytes[cut] != colon { cut += 1 }
        guard cut < end else { throw fault(.missingColon) }
        let name = trimmed(start..<cut, in: bytes)
        guard name.lowerBound == start, !name.isEmpty, bytes[start] != UInt8(ascii: "-"), isName(name, in: bytes)
        else { throw fault(.badFieldName) }
        advance(to: end + 1)
        var last = end
        while offset < bytes.count, isContinuation(bytes[offset]) {
            last = try endOfLine(in: bytes)
            advance(to: last + 1)
        }
        return .field(name: name, value: value((cut + 1)..<last, in: bytes), line: startLine)
    }

    private func value(_ range: Range<Int>, in bytes: borrowing Span<UInt8>) -> Range<Int> {
        var (start, end) = (range.lowerBound, range.upperBound)
        while start < end, bytes[start] == space || bytes[start] == tab { start += 1 }
        while end > start, isBlank(bytes[end - 1]) { end -= 1 }
        return start..<end
    }

    private func isContinuation(_ byte: UInt8) -> Bool {
        byte == space || byte == tab || (byte == UInt8(ascii: "#") && allowsComments)
    }

    private func isName(_ range: Range<Int>, in bytes: borrowing Span<UInt8>) -> Bool {
        for index in range where bytes[index] <= space || bytes[index] == 0x7f { return false }
        return true
    }

    private func endOfLine(in bytes: borrowing Span<UInt8>) throws(Deb822Fault) -> Int {
        let end = position(of: newline, in: bytes, from: offset)
        if end > offset, bytes[end - 1] == carriageReturn { throw fault(.carriageReturn) }
        return end
    }

    private func fault(_ reason: Deb822Fault.Reason) -> Deb822Fault { Deb822Fault(line: line, reason) }
}
