// SPDX-License-Identifier: Apache-2.0
import PlinthCore

/// Where the fields of a package stand in the text; empty for those that are missing.
struct Stanza {
    private(set) var identity = TextRange.none
    private(set) var name = TextRange.none
    private(set) var version = TextRange.none
    private(set) var architecture = TextRange.none
    private(set) var size = TextRange.none
    private(set) var installedSize = TextRange.none
    private(set) var origin = TextRange.none
    /// `D:`, `p:` and `i:`, each of which may stand on several lines.
    private(set) var lists: [(letter: UInt8, value: TextRange)] = []
    private(set) var replaces = TextRange.none
    private(set) var priority = TextRange.none
    private(set) var replacesPriority = TextRange.none
    private(set) var tag = TextRange.none
    private(set) var isUnderstood = true
    /// All of its lines.
    private(set) var whole = 0..<0
    /// Of its first line.
    private(set) var line = 0

    /// - Parameters:
    ///   - range: where the value stands.
    ///   - number: of the line.
    mutating func take(_ letter: UInt8, _ range: Range<Int>, _ number: Int) {
        if whole.isEmpty {
            whole = range.lowerBound - 2..<range.upperBound
            line = number
        } else {
            whole = whole.lowerBound..<range.upperBound
        }
        let value = TextRange(range)
        switch letter {
        case UInt8(ascii: "C"): identity = value
        case UInt8(ascii: "P"): name = value
        case UInt8(ascii: "V"): version = value
        case UInt8(ascii: "A"): architecture = value
        case UInt8(ascii: "S"): size = value
        case UInt8(ascii: "I"): installedSize = value
        case UInt8(ascii: "o"): origin = value
        case UInt8(ascii: "D"), UInt8(ascii: "p"), UInt8(ascii: "i"): lists.append((letter, value))
        case UInt8(ascii: "r"): replaces = value
        case UInt8(ascii: "k"): priority = value
        case UInt8(ascii: "q"): replacesPriority = value
        case UInt8(ascii: "s"): tag = value
        case UInt8(ascii: "T"), UInt8(ascii: "U"), UInt8(ascii: "L"), UInt8(ascii: "F"), UInt8(ascii: "M"),
            UInt8(ascii: "R"), UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"):
            break
        default: isUnderstood = false
        }
    }
}

extension Stanza {
    /// The package as a value.
    func record(_ text: [UInt8]) -> ApkCandidate {
        func string(_ range: TextRange) -> String { String(decoding: text[range.range], as: UTF8.self) }
        func number(_ range: TextRange) -> Int64 { Int64(string(range)) ?? 0 }
        func list(_ letter: UInt8) -> String {
            lists.filter { $0.letter == letter }.map { string($0.value) }.joined(separator: " ")
        }
        return ApkCandidate(
            name: string(name), version: string(version), architecture: string(architecture),
            identity: string(identity), origin: origin.isEmpty ? nil : string(origin),
            depends: list(UInt8(ascii: "D")), provides: list(UInt8(ascii: "p")),
            installIf: list(UInt8(ascii: "i")), replaces: string(replaces),
            providerPriority: Int(clamping: number(priority)),
            replacesPriority: Int(clamping: number(replacesPriority)), size: number(size),
            installedSize: number(installedSize), tag: tag.isEmpty ? nil : string(tag), isUnderstood: isUnderstood)
    }
}

/// Cuts a text of stanzas into packages.
struct StanzaReader {
    private let place: String
    private var cursor: ApkLineCursor

    /// - Parameter offset: where the first line begins.
    init(place: String, offset: Int = 0) {
        self.place = place
        cursor = ApkLineCursor(from: offset)
    }

    /// The next package; nil behind the last.
    /// - Throws: `Problem` with code `apk.syntax`.
    mutating func next(_ text: borrowing Span<UInt8>) throws(Problem) -> Stanza? {
        var stanza = Stanza()
        do throws(ApkFault) {
            while case .field(let letter, let value, let line) = try cursor.next(in: text) {
                stanza.take(letter, value, line)
            }
        } catch { throw broken("line \(error.line): \(error.why)") }
        if stanza.whole.isEmpty { return nil }
        guard !stanza.name.isEmpty else { throw broken("the package at line \(stanza.line) has no name") }
        guard !stanza.version.isEmpty else { throw broken("the package at line \(stanza.line) has no version") }
        return stanza
    }

    private func broken(_ why: String) -> Problem {
        Problem("apk.syntax", "A list of packages cannot be read", at: place, why: why)
    }
}
