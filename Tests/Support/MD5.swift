// SPDX-License-Identifier: Apache-2.0
import PlinthCore

/// MD5 (RFC 1321), which Debian packages still use to notice changed files.
package enum MD5 {
    package static func hex(of bytes: [UInt8]) -> String {
        var message = bytes + [0x80]
        message += [UInt8](repeating: 0, count: (120 - message.count % 64) % 64)
        message += littleEndian(UInt64(bytes.count) &* 8, 8)
        var state: [UInt32] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476]
        for start in stride(from: 0, to: message.count, by: 64) {
            mix(Array(message[start..<start + 64]), into: &state)
        }
        return hexString(state.flatMap { littleEndian(UInt64($0), 4) })
    }

    private static let shifts: [UInt32] = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21]

    /// The table of RFC 1321, section 3.4: floor(2^32 * |sin(n)|), with the sine from its series.
    private static let sines: [UInt32] = (1...64).map { number in
        let value: Double = abs(sine(Double(number)))
        return UInt32(truncatingIfNeeded: UInt64(value * 4_294_967_296))
    }

    private static func sine(_ angle: Double) -> Double {
        let reduced = angle.remainder(dividingBy: 2 * Double.pi)
        var term = reduced
        var sum = reduced
        for index in 1..<20 {
            let divisor = Double(2 * index * (2 * index + 1))
            term *= -reduced * reduced / divisor
            sum += term
        }
        return sum
    }

    private static func mix(_ block: [UInt8], into state: inout [UInt32]) {
        let words = stride(from: 0, to: 64, by: 4).map { start in
            block[start..<start + 4].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        }
        var (a, b, c, d) = (state[0], state[1], state[2], state[3])
        for index in 0..<64 {
            var mixed: UInt32
            var word = index
            switch index / 16 {
            case 0: mixed = (b & c) | (~b & d)
            case 1: (mixed, word) = ((d & b) | (~d & c), (5 * index + 1) % 16)
            case 2: (mixed, word) = (b ^ c ^ d, (3 * index + 5) % 16)
            default: (mixed, word) = (c ^ (b | ~d), 7 * index % 16)
            }
            let sum = a &+ mixed &+ sines[index] &+ words[word]
            let shift = shifts[index / 16 * 4 + index % 4]
            (a, d, c, b) = (d, c, b, b &+ (sum << shift | sum >> (32 - shift)))
        }
        for (index, value) in [a, b, c, d].enumerated() { state[index] &+= value }
    }

    private static func littleEndian(_ value: UInt64, _ count: UInt64) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
}
