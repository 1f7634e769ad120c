// SPDX-License-Identifier: Apache-2.0
import PlinthPackages

/// The fields of a package list that are read; all others are passed over.
enum StanzaField: Int, CaseIterable {
    case package, version, architecture, source, section, priority, multiArch, essential, protected
    case installedSize, filename, size, sha256
    case preDepends, depends, recommends, suggests, conflicts, breaks, replaces, enhances, provides

    var name: String {
        switch self {
        case .package: "Package"
        case .version: "Version"
        case .architecture: "Architecture"
        case .source: "Source"
        case .section: "Section"
        case .priority: "Priority"
        case .multiArch: "Multi-Arch"
        case .essential: "Essential"
        case .protected: "Protected"
        case .installedSize: "Installed-Size"
        case .filename: "Filename"
        case .size: "Size"
        case .sha256: "SHA256"
        case .preDepends: RelationKind.preDepends.description
        case .depends: RelationKind.depends.description
        case .recommends: RelationKind.recommends.description
        case .suggests: RelationKind.suggests.description
        case .conflicts: RelationKind.conflicts.description
        case .breaks: RelationKind.breaks.description
        case .replaces: RelationKind.replaces.description
        case .enhances: "Enhances"
        case .provides: RelationKind.provides.description
        }
    }

    /// In the order in which apt reads them: the order of first mention depends on it. Those without a kind are read
    /// for the names they mention only.
    static let relations: [(field: StanzaField, kind: RelationKind?)] = [
        (.preDepends, .preDepends), (.depends, .depends), (.conflicts, .conflicts), (.breaks, .breaks),
        (.recommends, .recommends), (.suggests, .suggests), (.replaces, .replaces), (.enhances, nil),
        (.provides, .provides),
    ]
}

/// Finds the field of a name: the name's bytes in lower case are one number, and the numbers are in a hash table.
struct StanzaFieldTable {
    private var keys = [UInt128](repeating: 0, count: 64)
    private var fields = [StanzaField?](repeating: nil, count: 64)

    init() {
        for field in StanzaField.allCases {
            let name = Array(field.name.utf8)
            let key = Self.key(0..<name.count, in: name.span)
            var slot = Self.slot(key)
            while keys[slot] != 0 { slot = (slot + 1) & 63 }
            keys[slot] = key
            fields[slot] = field
        }
    }

    func field(_ range: Range<Int>, in bytes: borrowing Span<UInt8>) -> StanzaField? {
        let key = Self.key(range, in: bytes)
        guard key != 0 else { return nil }
        var slot = Self.slot(key)
        while keys[slot] != 0 {
            if keys[slot] == key { return fields[slot] }
            slot = (slot + 1) & 63
        }
        return nil
    }

    /// No name that is read is longer than 16 bytes.
    private static func key(_ range: Range<Int>, in bytes: borrowing Span<UInt8>) -> UInt128 {
        guard range.count <= 16 else { return 0 }
        var key: UInt128 = 0
        for index in range { key = key << 8 | UInt128(lowercased(bytes[index])) }
        return key
    }

    private static func slot(_ key: UInt128) -> Int {
        let folded = UInt64(truncatingIfNeeded: key) ^ UInt64(truncatingIfNeeded: key >> 64)
        return Int(truncatingIfNeeded: (folded &* 0x9e37_79b9_7f4a_7c15) >> 58)
    }
}

/// Where the fields of one stanza lie.
struct Stanza {
    private var ranges = [Range<Int>](repeating: 0..<0, count: StanzaField.allCases.count)
    private var lines = [Int](repeating: 0, count: StanzaField.allCases.count)
    private var present: UInt32 = 0
    private(set) var firstLine = 0

    var isEmpty: Bool { present == 0 }

    subscript(field: StanzaField) -> Range<Int> {
        present & bit(field) == 0 ? 0..<0 : ranges[field.rawValue]
    }

    /// The line of a field, or of the stanza when the field is absent.
    func line(_ field: StanzaField) -> Int { present & bit(field) == 0 ? firstLine : lines[field.rawValue] }

    func has(_ field: StanzaField) -> Bool { present & bit(field) != 0 }

    mutating func note(line: Int) { if firstLine == 0 { firstLine = line } }

    /// False when the stanza already has the field.
    mutating func set(_ field: StanzaField, _ range: Range<Int>, line: Int) -> Bool {
        guard present & bit(field) == 0 else { return false }
        present |= bit(field)
        ranges[field.rawValue] = range
        lines[field.rawValue] = line
        return true
    }

    mutating func clear() {
        present = 0
        firstLine = 0
    }

    private func bit(_ field: StanzaField) -> UInt32 { 1 << UInt32(field.rawValue) }
}
