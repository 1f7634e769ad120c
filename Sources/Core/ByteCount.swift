// SPDX-License-Identifier: Apache-2.0

/// A number of bytes; prints in decimal units, as registries count.
package struct ByteCount: Hashable, Comparable, Codable, Sendable {
    package var bytes: Int64

    package init(_ bytes: some BinaryInteger) { self.bytes = Int64(bytes) }

    package init(from decoder: any Decoder) throws {
        bytes = try decoder.singleValueContainer().decode(Int64.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(bytes)
    }

    package static func < (left: ByteCount, right: ByteCount) -> Bool { left.bytes < right.bytes }
    package static func + (left: ByteCount, right: ByteCount) -> ByteCount { ByteCount(left.bytes + right.bytes) }
}

extension ByteCount: CustomStringConvertible {
    /// Such as `512 B`, `9.4 kB`, `42.6 MB`.
    package var description: String {
        let units = ["kB", "MB", "GB", "TB"]
        guard bytes >= 1000 else { return "\(bytes) B" }
        let value = bytes.magnitude
        var divisor: UInt64 = 1000
        var unit = 0
        while unit < units.count - 1, (value + divisor / 2) / divisor >= 1000 {
            divisor *= 1000
            unit += 1
        }
        let tenths = (value + divisor / 20) / (divisor / 10)
        let whole = (value + divisor / 2) / divisor
        return tenths >= 1000 ? "\(whole) \(units[unit])" : "\(tenths / 10).\(tenths % 10) \(units[unit])"
    }
}
