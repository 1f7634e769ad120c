// SPDX-License-Identifier: Apache-2.0

/// A stretch of the catalog's text.
struct TextRange: Sendable, Hashable {
    var offset: UInt32
    var count: UInt32

    static let none = TextRange(offset: 0, count: 0)

    init(offset: UInt32, count: UInt32) {
        self.offset = offset
        self.count = count
    }

    init(_ range: Range<Int>) {
        offset = UInt32(range.lowerBound)
        count = UInt32(range.count)
    }

    var range: Range<Int> { Int(offset)..<Int(offset) + Int(count) }
    var isEmpty: Bool { count == 0 }
}

/// Gives every different text a number, in the order of first sight; the texts themselves stand in an array of bytes.
struct TextTable: Sendable {
    private(set) var texts: [TextRange] = []
    /// Numbers by hash, -1 where free; twice as many as texts, or more.
    private var slots: [Int32]
    private var mask: Int

    init(capacity: Int) {
        var size = 64
        while size < capacity * 2 { size *= 2 }
        slots = Array(repeating: -1, count: size)
        mask = size - 1
        texts.reserveCapacity(capacity)
    }

    /// The number of a text, a new one if it is new.
    mutating func number(of range: Range<Int>, in bytes: borrowing Span<UInt8>) -> Int32 {
        var slot = Self.hash(bytes, range) & mask
        while slots[slot] >= 0 {
            if equal(texts[Int(slots[slot])], bytes, bytes, range) { return slots[slot] }
            slot = (slot + 1) & mask
        }
        let number = Int32(texts.count)
        slots[slot] = number
        texts.append(TextRange(range))
        if texts.count * 2 > slots.count { grow(bytes) }
        return number
    }

    /// The number of a text that stands elsewhere, if it has one.
    func find(_ text: borrowing Span<UInt8>, in bytes: borrowing Span<UInt8>) -> Int32? {
        var slot = Self.hash(text, 0..<text.count) & mask
        while slots[slot] >= 0 {
            if equal(texts[Int(slots[slot])], bytes, text, 0..<text.count) { return slots[slot] }
            slot = (slot + 1) & mask
        }
        return nil
    }

    private mutating func grow(_ bytes: borrowing Span<UInt8>) {
        mask = mask * 2 + 1
        slots = Array(repeating: -1, count: mask + 1)
        for number in texts.indices {
            var slot = Self.hash(bytes, texts[number].range) & mask
            while slots[slot] >= 0 { slot = (slot + 1) & mask }
            slots[slot] = Int32(number)
        }
    }

    private func equal(
        _ known: TextRange, _ bytes: borrowing Span<UInt8>, _ text: borrowing Span<UInt8>, _ range: Range<Int>
    ) -> Bool {
        guard Int(known.count) == range.count else { return false }
        let start = Int(known.offset)
        for place in 0..<range.count where bytes[start + place] != text[range.lowerBound + place] { return false }
        return true
    }

    /// FNV-1a, with the high bits folded in: only the low ones are used.
    private static func hash(_ bytes: borrowing Span<UInt8>, _ range: Range<Int>) -> Int {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for place in range { hash = (hash ^ UInt64(bytes[place])) &* 0x100_0000_01B3 }
        return Int(truncatingIfNeeded: (hash ^ (hash >> 32)) & 0x7FFF_FFFF)
    }
}
