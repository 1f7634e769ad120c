// SPDX-License-Identifier: Apache-2.0
import PlinthPackages

/// What is wrong with a relation field, and at which byte of its value.
package struct RelationFault: Error, Equatable, Sendable {
    package enum Reason: Equatable, Sendable {
        case missingName
        case badName(String)
        case badOperator(String)
        case missingVersion
        case unclosedParenthesis
        /// `[arch]` and `<profile>` belong to source packages.
        case sourceRestriction
        case garbage(String)
        case alternativesNotAllowed
        /// A package provides exact versions or none.
        case inexactProvide
    }

    package let offset: Int
    package let reason: Reason

    package init(offset: Int, _ reason: Reason) {
        self.offset = offset
        self.reason = reason
    }
}

extension RelationFault: CustomStringConvertible {
    package var description: String {
        switch reason {
        case .missingName: "a package name is missing"
        case .badName(let name): "“\(name)” is not a package name"
        case .badOperator(let text): "“\(text)” does not compare versions"
        case .missingVersion: "a version is missing"
        case .unclosedParenthesis: "a parenthesis is not closed"
        case .sourceRestriction: "restrictions in [] and <> belong to source packages only"
        case .garbage(let text): "“\(text)” stands where a comma should be"
        case .alternativesNotAllowed: "alternatives are not allowed in this field"
        case .inexactProvide: "only exact versions can be provided"
        }
    }
}

/// Walks over a relation field and says where the parts of each alternative lie; copies nothing.
///
/// Accepts a comma at the end, as apt does. A bare version means `=`, `<` means `<=`, `>` means `>=`, as in dpkg.
/// See deb-control(5) and Debian policy, section 7.1.
struct RelationCursor {
    struct Atom {
        var name: Range<Int>
        /// Empty when there is no qualifier.
        var architecture: Range<Int>
        var comparison: VersionOperator
        var version: Range<Int>
        /// The last alternative of its group.
        var endsGroup: Bool
    }

    private var position: Int
    private let end: Int
    private var wasPipe = false

    init(_ range: Range<Int>) {
        position = range.lowerBound
        end = range.upperBound
    }

    mutating func next(in bytes: borrowing Span<UInt8>) throws(RelationFault) -> Atom? {
        skipBlanks(bytes)
        if position == end {
            if wasPipe { throw RelationFault(offset: position, .missingName) }
            return nil
        }
        var atom = Atom(
            name: try name(bytes), architecture: position..<position, comparison: .any, version: position..<position,
            endsGroup: true)
        if position < end, bytes[position] == colon { atom.architecture = try qualifier(bytes) }
        skipBlanks(bytes)
        if position < end, bytes[position] == UInt8(ascii: "(") { try constraint(bytes, &atom) }
        try separator(bytes, &atom)
        return atom
    }

    private mutating func name(_ bytes: borrowing Span<UInt8>) throws(RelationFault) -> Range<Int> {
        let range = word(bytes)
        guard !range.isEmpty else { throw RelationFault(offset: position, .missingName) }
        guard isPackageName(range, in: bytes) else {
            throw RelationFault(offset: range.lowerBound, .badName(text(range, in: bytes)))
        }
        return range
    }

    private mutating func qualifier(_ bytes: borrowing Span<UInt8>) throws(RelationFault) -> Range<Int> {
        position += 1
        return try name(bytes)
    }

    /// Up to a blank or a character with a meaning.
    private mutating func word(_ bytes: borrowing Span<UInt8>) -> Range<Int> {
        let start = position
        while position < end, !isStop(bytes[position]) { position += 1 }
        return start..<position
    }

    private func isStop(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: ","), UInt8(ascii: "|"), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: ":"),
            UInt8(ascii: "["), UInt8(ascii: "<"):
            true
        default: isBlank(byte)
        }
    }

    private mutating func constraint(
        _ bytes: borrowing Span<UInt8>, _ atom: inout Atom
    ) throws(RelationFault) {
        let open = position
        position += 1
        skipBlanks(bytes)
        atom.comparison = try comparison(bytes)
        skipBlanks(bytes)
        let start = position
        while position < end, bytes[position] != UInt8(ascii: ")"), !isBlank(bytes[position]),
            bytes[position] != UInt8(ascii: "(")
        { position += 1 }
        atom.version = start..<position
        guard !atom.version.isEmpty else { throw RelationFault(offset: position, .missingVersion) }
        skipBlanks(bytes)
        guard position < end, bytes[position] == UInt8(ascii: ")") else {
            throw RelationFault(offset: open, .unclosedParenthesis)
        }
        position += 1
        skipBlanks(bytes)
    }

    private mutating func comparison(_ bytes: borrowing Span<UInt8>) throws(RelationFault) -> VersionOperator {
        let start = position
        while position < end, isSign(bytes[position]) { position += 1 }
        let first = position > start ? bytes[start] : 0
        let second = position > start + 1 ? bytes[start + 1] : 0
        switch (position - start, first, second) {
        case (0, _, _), (1, UInt8(ascii: "="), _): return .equal
        case (1, UInt8(ascii: "<"), _), (2, UInt8(ascii: "<"), UInt8(ascii: "=")): return .lessOrEqual
        case (1, UInt8(ascii: ">"), _), (2, UInt8(ascii: ">"), UInt8(ascii: "=")): return .greaterOrEqual
        case (2, UInt8(ascii: "<"), UInt8(ascii: "<")): return .less
        case (2, UInt8(ascii: ">"), UInt8(ascii: ">")): return .greater
        default: throw RelationFault(offset: start, .badOperator(text(start..<position, in: bytes)))
        }
    }

    private func isSign(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "<") || byte == UInt8(ascii: ">") || byte == UInt8(ascii: "=")
    }

    private mutating func separator(_ bytes: borrowing Span<UInt8>, _ atom: inout Atom) throws(RelationFault) {
        wasPipe = false
        guard position < end else { return }
        switch bytes[position] {
        case UInt8(ascii: ","): position += 1
        case UInt8(ascii: "|"):
            position += 1
            wasPipe = true
            atom.endsGroup = false
        case UInt8(ascii: "["), UInt8(ascii: "<"): throw RelationFault(offset: position, .sourceRestriction)
        default:
            let rest = position..<min(end, position + 40)
            throw RelationFault(offset: position, .garbage(text(rest, in: bytes)))
        }
    }

    private mutating func skipBlanks(_ bytes: borrowing Span<UInt8>) {
        while position < end, isBlank(bytes[position]) { position += 1 }
    }
}

/// Letters and digits first, then also `+ - . _`, as dpkg accepts names.
func isPackageName(_ range: Range<Int>, in bytes: borrowing Span<UInt8>) -> Bool {
    guard let start = range.first, isDigit(bytes[start]) || isLetter(bytes[start]) else { return false }
    for index in range {
        let byte = bytes[index]
        if isLetter(byte) || isDigit(byte) { continue }
        switch byte {
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "+"), UInt8(ascii: "_"): continue
        default: return false
        }
    }
    return true
}
