// SPDX-License-Identifier: Apache-2.0

/// Words with numbers, and other names for them: what a choice, an enumeration or a set of flags may be.
///
/// In the file each is a number of 32 bits, then 0xff (0xfe for another name), the word, zeroes and 0xff: at least
/// eight bytes, and always a multiple of four. Another name has the place of its word for a number.
struct StringTable: Equatable, Sendable {
    private(set) var bytes: [UInt8] = []
    /// Places of the words in the table, counted in fours of bytes.
    private var places: [[UInt8]: UInt32] = [:]
    private var aliases: Set<[UInt8]> = []
    private var numbers: Set<UInt32> = []

    var isEmpty: Bool { bytes.isEmpty }

    func contains(_ word: [UInt8]) -> Bool { places[word] != nil }

    func has(_ number: UInt32) -> Bool { numbers.contains(number) }

    mutating func add(_ word: String, _ number: UInt32) throws(SchemaFault) {
        let word = Array(word.utf8)
        guard !contains(word), !aliases.contains(word) else { throw Self.repeated(word) }
        guard places.count < 4096 else { throw SchemaFault("more than 4096 choices") }
        places[word] = UInt32(bytes.count / 4)
        numbers.insert(number)
        try append(number, 0xff, word)
    }

    mutating func add(alias: String, for word: String) throws(SchemaFault) {
        let alias = Array(alias.utf8)
        guard !contains(alias), !aliases.contains(alias) else { throw Self.repeated(alias) }
        guard let place = places[Array(word.utf8)] else {
            throw SchemaFault("an alias for “\(word)”, which is no choice")
        }
        guard aliases.count < 4096 else { throw SchemaFault("more than 4096 aliases") }
        aliases.insert(alias)
        try append(place, 0xfe, alias)
    }

    /// Whether every word of a value is one of the table.
    func allows(_ value: Variant) -> Bool {
        switch value {
        case .string(let word): contains(word)
        case .array(let values), .tuple(let values): values.allSatisfy(allows)
        case .maybe(let value): value.map(allows) ?? true
        default: false
        }
    }

    private mutating func append(_ number: UInt32, _ mark: UInt8, _ word: [UInt8]) throws(SchemaFault) {
        guard word.count <= 65 else { throw SchemaFault("a choice of more than 65 bytes") }
        bytes += (0..<4).map { UInt8(truncatingIfNeeded: number >> UInt32(8 * $0)) }
        let start = bytes.count
        bytes += [mark] + word + [0]
        while bytes.count - start < 7 || !(bytes.count - start + 1).isMultiple(of: 4) { bytes.append(0) }
        bytes.append(0xff)
    }

    private static func repeated(_ word: [UInt8]) -> SchemaFault {
        SchemaFault("“\(String(decoding: word, as: UTF8.self))” is given already")
    }
}
