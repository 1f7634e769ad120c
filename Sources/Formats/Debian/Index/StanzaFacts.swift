// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthPackages

/// What is wrong with a stanza.
enum StanzaFault: Error {
    case missing(StanzaField)
    case badValue(StanzaField)
    case tooLong(StanzaField)
    case badRelation(StanzaField, RelationFault)

    /// The fault for people: with the package and the line.
    func problem(in stanza: Stanza, of bytes: borrowing Span<UInt8>, _ place: String) -> Problem {
        let package = stanza.has(.package) ? "package \(text(stanza[.package], in: bytes))" : "a stanza without a name"
        return Problem(
            "index.badStanza", "A package list holds a stanza that cannot be used",
            at: "\(place):\(stanza.line(field))", why: "\(package): \(reason(stanza, bytes))")
    }

    private var field: StanzaField {
        switch self {
        case .missing(let field), .badValue(let field), .tooLong(let field), .badRelation(let field, _): field
        }
    }

    private func reason(_ stanza: Stanza, _ bytes: borrowing Span<UInt8>) -> String {
        switch self {
        case .missing: return "the field \(field.name) is missing"
        case .tooLong: return "the field \(field.name), or the whole list, is too long"
        case .badRelation(_, let fault): return "the field \(field.name) cannot be read: \(fault)"
        case .badValue:
            let range = stanza[field]
            let shown = text(range.lowerBound..<min(range.upperBound, range.lowerBound + 80), in: bytes)
            return "the field \(field.name) cannot be “\(shown)”"
        }
    }
}

/// The checked values of a stanza's simple fields.
struct StanzaFacts {
    let name: Range<Int>
    let version: Range<Int>
    let architecture: Range<Int>
    /// Empty when it is the package's own name.
    let source: Range<Int>
    /// Empty when it is the package's own version.
    let sourceVersion: Range<Int>
    let flags: UInt32
    let installedSize: UInt32
    let size: UInt64
    let digest: [8 of UInt32]

    init(_ stanza: Stanza, _ bytes: borrowing Span<UInt8>) throws(StanzaFault) {
        name = try Self.word(.package, stanza, bytes)
        version = try Self.version(stanza, bytes)
        architecture = try Self.word(.architecture, stanza, bytes)
        (source, sourceVersion) = try Self.source(stanza, bytes)
        flags = try Self.flags(stanza, bytes)
        installedSize = try Self.installedSize(stanza, bytes)
        guard stanza.has(.size) else { throw .missing(.size) }
        guard let size = decimal(stanza[.size], in: bytes), size <= UInt64(Int64.max) else { throw .badValue(.size) }
        self.size = size
        digest = try Self.digest(stanza, bytes)
        try Self.checkPath(stanza, bytes)
    }

    private static func word(
        _ field: StanzaField, _ stanza: Stanza, _ bytes: borrowing Span<UInt8>
    ) throws(StanzaFault) -> Range<Int> {
        guard stanza.has(field) else { throw .missing(field) }
        guard isPackageName(stanza[field], in: bytes) else { throw .badValue(field) }
        return stanza[field]
    }

    private static func version(_ stanza: Stanza, _ bytes: borrowing Span<UInt8>) throws(StanzaFault) -> Range<Int> {
        let range = stanza[.version]
        guard stanza.has(.version) else { throw .missing(.version) }
        guard isVersion(range, bytes) else { throw .badValue(.version) }
        return range
    }

    /// Only the characters are checked: a list is no place to refuse a whole archive for one odd version.
    private static func isVersion(_ range: Range<Int>, _ bytes: borrowing Span<UInt8>) -> Bool {
        for index in range {
            let byte = bytes[index]
            guard byte > space, byte < 0x7f, byte != UInt8(ascii: "("), byte != UInt8(ascii: ")"),
                byte != UInt8(ascii: "/")
            else { return false }
        }
        return !range.isEmpty
    }

    /// `name` or `name (version)`.
    private static func source(
        _ stanza: Stanza, _ bytes: borrowing Span<UInt8>
    ) throws(StanzaFault) -> (Range<Int>, Range<Int>) {
        let whole = stanza[.source]
        if whole.isEmpty { return (whole, whole) }
        var cut = whole.lowerBound
        while cut < whole.upperBound, !isBlank(bytes[cut]), bytes[cut] != UInt8(ascii: "(") { cut += 1 }
        let name = whole.lowerBound..<cut
        guard isPackageName(name, in: bytes) else { throw .badValue(.source) }
        let rest = trimmed(cut..<whole.upperBound, in: bytes)
        if rest.isEmpty { return (name, 0..<0) }
        guard rest.count > 2, bytes[rest.lowerBound] == UInt8(ascii: "("),
            bytes[rest.upperBound - 1] == UInt8(ascii: ")")
        else { throw .badValue(.source) }
        let version = trimmed((rest.lowerBound + 1)..<(rest.upperBound - 1), in: bytes)
        guard isVersion(version, bytes) else { throw .badValue(.source) }
        return (name, version)
    }

    private static func flags(_ stanza: Stanza, _ bytes: borrowing Span<UInt8>) throws(StanzaFault) -> UInt32 {
        var flags = UInt32(try multiArch(stanza, bytes).rawValue)
        if try isYes(.essential, stanza, bytes) { flags |= PackageFlags.essential }
        if try isYes(.protected, stanza, bytes) { flags |= PackageFlags.protected }
        return flags | UInt32(priority(stanza[.priority], bytes).rawValue) << PackageFlags.priorityShift
    }

    private static func multiArch(_ stanza: Stanza, _ bytes: borrowing Span<UInt8>) throws(StanzaFault) -> MultiArch {
        let range = stanza[.multiArch]
        if range.isEmpty || equals(range, "no", bytes) { return .no }
        if equals(range, "same", bytes) { return .same }
        if equals(range, "foreign", bytes) { return .foreign }
        if equals(range, "allowed", bytes) { return .allowed }
        throw .badValue(.multiArch)
    }

    private static func isYes(
        _ field: StanzaField, _ stanza: Stanza, _ bytes: borrowing Span<UInt8>
    ) throws(StanzaFault) -> Bool {
        let range = stanza[field]
        if range.isEmpty || equals(range, "no", bytes) { return false }
        guard equals(range, "yes", bytes) else { throw .badValue(field) }
        return true
    }

    /// Absent and unknown priorities count as the lowest.
    private static func priority(_ range: Range<Int>, _ bytes: borrowing Span<UInt8>) -> Priority {
        if equals(range, "optional", bytes) { return .optional }
        if equals(range, "required", bytes) { return .required }
        if equals(range, "important", bytes) { return .important }
        return equals(range, "standard", bytes) ? .standard : .extra
    }

    private static func installedSize(
        _ stanza: Stanza, _ bytes: borrowing Span<UInt8>
    ) throws(StanzaFault) -> UInt32 {
        guard stanza.has(.installedSize) else { return 0 }
        guard let value = decimal(stanza[.installedSize], in: bytes), let size = UInt32(exactly: value) else {
            throw .badValue(.installedSize)
        }
        return size
    }

    private static func digest(
        _ stanza: Stanza, _ bytes: borrowing Span<UInt8>
    ) throws(StanzaFault) -> [8 of UInt32] {
        let range = stanza[.sha256]
        guard stanza.has(.sha256) else { throw .missing(.sha256) }
        guard range.count == 64 else { throw .badValue(.sha256) }
        var words = [8 of UInt32](repeating: 0)
        for index in 0..<64 {
            guard let digit = hexValue(bytes[range.lowerBound + index]) else { throw .badValue(.sha256) }
            words[index / 8] = words[index / 8] << 4 | UInt32(digit)
        }
        return words
    }

    /// A relative path that stays below the root of the repository.
    private static func checkPath(_ stanza: Stanza, _ bytes: borrowing Span<UInt8>) throws(StanzaFault) {
        let range = stanza[.filename]
        guard stanza.has(.filename) else { throw .missing(.filename) }
        guard !range.isEmpty, bytes[range.lowerBound] != UInt8(ascii: "/") else { throw .badValue(.filename) }
        var start = range.lowerBound
        for index in range.lowerBound...range.upperBound {
            if index < range.upperBound {
                guard bytes[index] > space, bytes[index] != 0x7f else { throw .badValue(.filename) }
                if bytes[index] != UInt8(ascii: "/") { continue }
            }
            let isUp = index - start == 2 && bytes[start] == UInt8(ascii: ".") && bytes[start + 1] == UInt8(ascii: ".")
            if isUp { throw .badValue(.filename) }
            start = index + 1
        }
    }

    private static func equals(_ range: Range<Int>, _ word: StaticString, _ bytes: borrowing Span<UInt8>) -> Bool {
        guard range.count == word.utf8CodeUnitCount else { return false }
        for index in 0..<range.count {
            // The literal has as many bytes as the range: just checked.
            let letter = unsafe word.utf8Start[index]
            if lowercased(bytes[range.lowerBound + index]) != letter { return false }
        }
        return true
    }
}
