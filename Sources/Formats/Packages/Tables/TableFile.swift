// SPDX-License-Identifier: Apache-2.0
import PlinthCore

/// The outer form of a compiled index: little-endian words of 32 bits, found by offset, read in place.
///
///     header    magic (8 bytes), format version, number of packages, then offset and length of each section in bytes
///     sections  words, in the order of the family's format
///     strings   the last section: length (16 bits) and bytes; a string is named by its offset, and 0 is the empty one
package enum TableFile {
    /// Hands over an index piece by piece.
    /// - Throws: `Problem` with code `index.tooLarge`; what `write` throws.
    package static func write(
        magic: [UInt8], version: UInt32, count: Int, sections: [[UInt32]], strings: StringTable,
        _ write: (borrowing Span<UInt8>) throws -> Void
    ) throws {
        var words = stride(from: 0, to: 8, by: 4).map { start in
            (0..<4).reduce(UInt32(0)) { $0 | UInt32(magic[start + $1]) << (8 * UInt32($1)) }
        }
        words += [version, UInt32(count)]
        var offset = headerWords(sections: sections.count + 1) * 4
        for length in sections.map({ $0.count * 4 }) + [strings.blob.count] {
            guard let start = UInt32(exactly: offset), let size = UInt32(exactly: length) else {
                throw Problem("index.tooLarge", "A package list is too long to be compiled")
            }
            words += [start, size]
            offset += length
        }
        try emit(words, write)
        for section in sections { try emit(section, write) }
        try write(strings.blob.span)
    }

    static func headerWords(sections: Int) -> Int { 4 + 2 * sections }

    /// Writes words as little-endian bytes, in pieces of 64 KiB.
    private static func emit(_ words: [UInt32], _ write: (borrowing Span<UInt8>) throws -> Void) throws {
        var piece: [UInt8] = []
        piece.reserveCapacity(1 << 16)
        for word in words {
            piece.append(UInt8(truncatingIfNeeded: word))
            piece.append(UInt8(truncatingIfNeeded: word >> 8))
            piece.append(UInt8(truncatingIfNeeded: word >> 16))
            piece.append(UInt8(truncatingIfNeeded: word >> 24))
            if piece.count == 1 << 16 {
                try write(piece.span)
                piece.removeAll(keepingCapacity: true)
            }
        }
        if !piece.isEmpty { try write(piece.span) }
    }
}

/// FNV-1a in 32 bits.
package func fnv(_ range: Range<Int>, in bytes: borrowing Span<UInt8>) -> UInt32 {
    var hash: UInt32 = 0x811c_9dc5
    for index in range { hash = (hash ^ UInt32(bytes[index])) &* 0x0100_0193 }
    return hash
}
