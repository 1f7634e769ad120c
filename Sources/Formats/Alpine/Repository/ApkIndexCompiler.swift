// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthPackages

/// Turns an `APKINDEX` into the form that `ApkIndex` reads in place.
///
/// The same index always gives the same bytes. Memory: about the size of the index twice.
package enum ApkIndexCompiler {
    /// Part of the key under which a compiled index is kept.
    package static let formatVersion = ApkIndexFormat.version

    /// - Parameters:
    ///   - index: the content of `APKINDEX`.
    ///   - place: its address or path, for problems.
    /// - Throws: `Problem` with code `index.syntax` when a line is not a field, `index.badStanza` naming package and
    ///   line when a field is missing, occurs twice or cannot be, `index.tooLarge`.
    package static func compile(_ index: [UInt8], place: String) throws -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(index.count / 2)
        try compile(index, place: place) { piece in
            unsafe piece.withUnsafeBufferPointer { unsafe result.append(contentsOf: $0) }
        }
        return result
    }

    /// Hands over the compiled form, piece by piece.
    /// - Throws: as above; what `write` throws.
    package static func compile(
        _ index: [UInt8], place: String, _ write: (borrowing Span<UInt8>) throws -> Void
    ) throws {
        var content = ApkIndexContent()
        try add(index.span, to: &content, place)
        try content.write(write)
    }

    private static func add(
        _ bytes: borrowing Span<UInt8>, to content: inout ApkIndexContent, _ place: String
    ) throws(Problem) {
        var cursor = ApkLineCursor()
        var stanza = ApkStanza()
        while let item = try next(&cursor, bytes, place) {
            switch item {
            case .field(let letter, let value, let line):
                guard stanza.set(letter, value, line) else {
                    throw bad(stanza, bytes, "the field \(Character(UnicodeScalar(letter))): occurs twice", line, place)
                }
            case .endOfStanza(let line):
                do throws(ApkStanzaFault) {
                    try content.add(stanza, in: bytes)
                } catch {
                    if case .tooLarge = error { throw Problem("index.tooLarge", "\(error)", at: place) }
                    throw bad(stanza, bytes, error.description, stanza.line(of: error.letter) ?? line, place)
                }
                stanza.clear()
            }
        }
    }

    private static func next(
        _ cursor: inout ApkLineCursor, _ bytes: borrowing Span<UInt8>, _ place: String
    ) throws(Problem) -> ApkLineCursor.Item? {
        do throws(ApkFault) {
            return try cursor.next(in: bytes)
        } catch {
            throw Problem(
                "index.syntax", "A package index cannot be read", at: "\(place):\(error.line)", why: error.why)
        }
    }

    private static func bad(
        _ stanza: ApkStanza, _ bytes: borrowing Span<UInt8>, _ why: String, _ line: Int, _ place: String
    ) -> Problem {
        let name = ApkValue.text(stanza[UInt8(ascii: "P")], in: bytes)
        let who = name.isEmpty ? "a stanza without a name" : "package \(name)"
        return Problem(
            "index.badStanza", "A package index holds a stanza that cannot be used", at: "\(place):\(line)",
            why: "\(who): \(why)")
    }
}

/// Where the values of a stanza lie.
struct ApkStanza {
    private var values = [Range<Int>](repeating: 0..<0, count: 128)
    /// 0 for fields that are not there.
    private var lines = [Int](repeating: 0, count: 128)
    private(set) var hasUnknownCapital = false

    private static let known = Set("CPVASITULomtckDpi".utf8)

    subscript(letter: UInt8) -> Range<Int> { values[Int(letter)] }

    func has(_ letter: UInt8) -> Bool { lines[Int(letter)] > 0 }

    func line(of letter: UInt8) -> Int? { has(letter) ? lines[Int(letter)] : nil }

    /// False when the field is there already.
    mutating func set(_ letter: UInt8, _ value: Range<Int>, _ line: Int) -> Bool {
        guard Self.known.contains(letter) else {
            // Small letters may be passed over; what a capital says must be understood.
            if !(0x61...0x7a).contains(letter) { hasUnknownCapital = true }
            return true
        }
        guard !has(letter) else { return false }
        lines[Int(letter)] = line
        values[Int(letter)] = value
        return true
    }

    mutating func clear() {
        for letter in Self.known {
            values[Int(letter)] = 0..<0
            lines[Int(letter)] = 0
        }
        hasUnknownCapital = false
    }
}

/// What is wrong with a stanza.
enum ApkStanzaFault: Error, CustomStringConvertible {
    case missing(UInt8)
    case badValue(UInt8, ApkValueFault)
    case tooLong(UInt8)
    case tooLarge

    var letter: UInt8 {
        switch self {
        case .missing(let letter), .badValue(let letter, _), .tooLong(let letter): letter
        case .tooLarge: 0
        }
    }

    var description: String {
        switch self {
        case .missing: "the field \(Character(UnicodeScalar(letter))): is missing"
        case .badValue(_, let fault): "\(fault)"
        case .tooLong: "the field \(Character(UnicodeScalar(letter))): is too long"
        case .tooLarge: "A package index is too long to be compiled"
        }
    }
}
