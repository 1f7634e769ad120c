// SPDX-License-Identifier: Apache-2.0

/// The ways in which the packages, indexes and layers we read are compressed.
package enum Compression: String, CaseIterable, Sendable, Codable {
    case none, gzip, xz, zstd, bzip2, lzma

    /// Tells the format by its magic numbers; `none` for everything else. Thirteen bytes are enough.
    package static func detect(_ firstBytes: [UInt8]) -> Compression {
        if firstBytes.starts(with: [0x1f, 0x8b]) { return .gzip }
        if firstBytes.starts(with: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]) { return .xz }
        if isZstd(firstBytes) { return .zstd }
        if isBzip2(firstBytes) { return .bzip2 }
        return isLZMAAlone(firstBytes) ? .lzma : .none
    }

    /// A frame (RFC 8878, 3.1.1) or a skippable frame (3.1.2).
    private static func isZstd(_ bytes: [UInt8]) -> Bool {
        if bytes.starts(with: [0x28, 0xb5, 0x2f, 0xfd]) { return true }
        guard bytes.count >= 4, bytes[0] & 0xf0 == 0x50 else { return false }
        return bytes[1...].starts(with: [0x2a, 0x4d, 0x18])
    }

    /// `BZh1` to `BZh9`, then the number of a block or of the end.
    private static func isBzip2(_ bytes: [UInt8]) -> Bool {
        guard bytes.count >= 10, bytes.starts(with: Array("BZh".utf8)), (0x31...0x39).contains(bytes[3]) else {
            return false
        }
        return bytes[4..<10].elementsEqual([0x31, 0x41, 0x59, 0x26, 0x53, 0x59])
            || bytes[4..<10].elementsEqual([0x17, 0x72, 0x45, 0x38, 0x50, 0x90])
    }

    /// The old format has no magic number: possible properties, a likely dictionary and a likely size stand for it.
    private static func isLZMAAlone(_ bytes: [UInt8]) -> Bool {
        guard bytes.count >= 13, bytes[0] < 225 else { return false }
        let dictionary = bytes[1..<5].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        let size = bytes[5..<13].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let top = dictionary == 0 ? 0 : UInt32(1) << (31 - UInt32(dictionary.leadingZeroBitCount))
        let usual = dictionary >= 4096 && (dictionary == top || dictionary == top | top >> 1)
        return usual && (size == .max || size < 1 << 38)
    }
}
