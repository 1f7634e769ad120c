// SPDX-License-Identifier: Apache-2.0

/// Strings of a compiled index in the making: kept once each, one after the other, with their lengths (16 bits), and
/// named by their offsets.
package struct StringTable {
    /// Offsets have 28 bits: the upper four of a word are free for other things.
    package static let offsetMask: UInt32 = (1 << 28) - 1

    package private(set) var blob: [UInt8]
    /// Hash in the upper half, offset in the lower; 0 is free, for only the empty string lies at offset 0.
    private var slots: [UInt64]
    private var count = 0

    package init() {
        blob = [0, 0]
        blob.reserveCapacity(1 << 22)
        slots = [UInt64](repeating: 0, count: 1 << 16)
    }

    /// The offset of a string, which is added when it is new; nil when it or the whole table is too long.
    package mutating func intern(_ range: Range<Int>, in bytes: borrowing Span<UInt8>, hash: UInt32) -> UInt32? {
        if range.isEmpty { return 0 }
        let mask = slots.count - 1
        var slot = Int(hash) & mask
        while slots[slot] != 0 {
            if UInt32(slots[slot] >> 32) == hash {
                let offset = Int(slots[slot] & 0xffff_ffff)
                if isEqual(offset, range, bytes) { return UInt32(offset) }
            }
            slot = (slot + 1) & mask
        }
        guard let offset = append(range, in: bytes) else { return nil }
        slots[slot] = UInt64(hash) << 32 | UInt64(offset)
        count += 1
        if count * 2 > slots.count { grow() }
        return offset
    }

    /// Adds a string that nobody will look for.
    package mutating func append(_ range: Range<Int>, in bytes: borrowing Span<UInt8>) -> UInt32? {
        guard range.count <= Int(UInt16.max), blob.count + 2 + range.count <= Int(Self.offsetMask) else {
            return nil
        }
        let offset = UInt32(blob.count)
        blob.append(UInt8(truncatingIfNeeded: range.count))
        blob.append(UInt8(truncatingIfNeeded: range.count >> 8))
        for index in range { blob.append(bytes[index]) }
        return offset
    }

    private func isEqual(_ offset: Int, _ range: Range<Int>, _ bytes: borrowing Span<UInt8>) -> Bool {
        guard Int(blob[offset]) | Int(blob[offset + 1]) << 8 == range.count else { return false }
        var position = offset + 2
        for index in range {
            if blob[position] != bytes[index] { return false }
            position += 1
        }
        return true
    }

    private mutating func grow() {
        var larger = [UInt64](repeating: 0, count: slots.count * 2)
        let mask = larger.count - 1
        for entry in slots where entry != 0 {
            var slot = Int(entry >> 32) & mask
            while larger[slot] != 0 { slot = (slot + 1) & mask }
            larger[slot] = entry
        }
        slots = larger
    }
}
