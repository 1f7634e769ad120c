// SPDX-License-Identifier: Apache-2.0

/// The names of packages, whether they have them, provide them or speak of them, numbered in the order in which they
/// are met.
package struct NameTable {
    /// The strings of the names, by number.
    package private(set) var strings: [UInt32] = []
    private var hashes: [UInt32] = []
    /// Number + 1; 0 is free.
    package private(set) var slots: [UInt32]

    /// - Parameter slots: a power of two: how large the table is to begin with. It decides the bytes of the index.
    package init(slots: Int) { self.slots = [UInt32](repeating: 0, count: slots) }

    package var count: Int { strings.count }

    /// The number of a name, given its interned string and that string's hash.
    package mutating func number(of string: UInt32, hash: UInt32) -> UInt32 {
        let mask = slots.count - 1
        var slot = Int(hash) & mask
        while slots[slot] != 0 {
            let number = slots[slot] - 1
            if strings[Int(number)] == string { return number }
            slot = (slot + 1) & mask
        }
        strings.append(string)
        hashes.append(hash)
        slots[slot] = UInt32(strings.count)
        if strings.count * 2 > slots.count { grow() }
        return UInt32(strings.count - 1)
    }

    private mutating func grow() {
        var larger = [UInt32](repeating: 0, count: slots.count * 2)
        let mask = larger.count - 1
        for number in hashes.indices {
            var slot = Int(hashes[number]) & mask
            while larger[slot] != 0 { slot = (slot + 1) & mask }
            larger[slot] = UInt32(number + 1)
        }
        slots = larger
    }
}
