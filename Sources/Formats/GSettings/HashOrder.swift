// SPDX-License-Identifier: Apache-2.0

/// The order in which GLib's hash table gives back the strings that were put into it: a compiled file lies in it.
///
/// Open addressing; the first place is the string's hash times eleven, modulo a prime near the table's size, and each
/// further try goes one step farther. A table that is 15/16 full grows to at least a third more, and its entries move
/// in place: one that finds another in its new place sends that one on.
struct HashOrder {
    private var slots: [Int?]
    private var prime: UInt32
    private let hashes: [UInt32]
    private var count = 0

    /// - Parameter keys: in the order in which they are put in, each once.
    init(_ keys: [[UInt8]]) {
        hashes = keys.map { max(Self.hash(of: $0), 2) }
        slots = Array(repeating: nil, count: 8)
        prime = Self.primes[3]
        for place in keys.indices { insert(place) }
    }

    /// Places among the keys, in the table's order.
    var places: [Int] { slots.compactMap { $0 } }

    /// D. J. Bernstein's: times 33, bytes with a sign.
    static func hash(of key: [UInt8]) -> UInt32 {
        key.reduce(5381) { $0 &* 33 &+ UInt32(bitPattern: Int32(Int8(bitPattern: $1))) }
    }

    private func start(_ place: Int) -> Int { Int((hashes[place] &* 11) % prime) }

    private mutating func insert(_ place: Int) {
        var slot = start(place)
        var step = 0
        while slots[slot] != nil {
            step += 1
            slot = (slot + step) & (slots.count - 1)
        }
        slots[slot] = place
        count += 1
        if slots.count <= count + count / 16 { grow() }
    }

    private mutating func grow() {
        var bits = 0
        var size = Int(Double(count) * 1.333)
        while size > 0 {
            size >>= 1
            bits += 1
        }
        let before = slots.count
        slots += Array(repeating: nil, count: max(0, 1 << bits - before))
        prime = Self.primes[min(bits, Self.primes.count - 1)]
        var isSettled = Array(repeating: false, count: slots.count)
        for start in 0..<before where !isSettled[start] {
            var moving = slots[start]
            slots[start] = nil
            while let place = moving {
                var slot = self.start(place)
                var step = 0
                while isSettled[slot] {
                    step += 1
                    slot = (slot + step) & (slots.count - 1)
                }
                isSettled[slot] = true
                (moving, slots[slot]) = (slots[slot], place)
            }
        }
    }

    /// The greatest prime below each power of two, but for the first ones.
    private static let primes: [UInt32] = [
        1, 2, 3, 7, 13, 31, 61, 127, 251, 509, 1021, 2039, 4093, 8191, 16381, 32749, 65521, 131_071, 262_139, 524_287,
        1_048_573, 2_097_143, 4_194_301,
    ]
}
