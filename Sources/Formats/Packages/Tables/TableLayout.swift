// SPDX-License-Identifier: Apache-2.0
package import PlinthCore

/// The checked header of a compiled index: where its sections lie. All reads go through it and stay in bounds.
package struct TableLayout: Sendable {
    package let packageCount: Int
    private let sections: [Range<Int>]

    /// - Parameter count: how many sections there are, the strings included.
    /// - Throws: `Problem` with code `index.damaged` when the header is not ours or does not fit the bytes.
    package init(
        _ bytes: borrowing Span<UInt8>, magic: [UInt8], version: UInt32, sections count: Int
    ) throws(Problem) {
        let headerLength = TableFile.headerWords(sections: count) * 4
        guard bytes.count >= headerLength else { throw damaged("it is shorter than its header") }
        for index in 0..<8 where bytes[index] != magic[index] { throw damaged("it does not begin as one") }
        guard littleEndian(bytes, 8) == version else { throw damaged("it has another format version") }
        packageCount = Int(littleEndian(bytes, 12))
        var found: [Range<Int>] = []
        for section in 0..<count {
            let start = Int(littleEndian(bytes, 16 + 8 * section))
            let length = Int(littleEndian(bytes, 20 + 8 * section))
            guard start >= headerLength, length <= bytes.count, start <= bytes.count - length else {
                throw damaged("a section lies outside")
            }
            found.append(start..<(start + length))
        }
        sections = found
    }

    package func words(in section: Int) -> Int { sections[section].count / 4 }

    /// A word of a section.
    package func word(
        _ index: Int, in section: Int, of bytes: borrowing Span<UInt8>
    ) throws(Problem) -> UInt32 {
        let range = sections[section]
        guard index >= 0, index < range.count / 4, range.upperBound <= bytes.count else {
            throw damaged("a reference leads outside its section")
        }
        return littleEndian(bytes, range.lowerBound + 4 * index)
    }

    /// Where the bytes of a string lie.
    package func string(_ offset: UInt32, in bytes: borrowing Span<UInt8>) throws(Problem) -> Range<Int> {
        let range = sections[sections.count - 1]
        let start = range.lowerBound + Int(offset)
        guard range.upperBound <= bytes.count, start + 2 <= range.upperBound else {
            throw damaged("a string lies outside")
        }
        let length = Int(bytes[start]) | Int(bytes[start + 1]) << 8
        guard start + 2 + length <= range.upperBound else { throw damaged("a string lies outside") }
        return (start + 2)..<(start + 2 + length)
    }

    package func text(_ offset: UInt32, in bytes: borrowing Span<UInt8>) throws(Problem) -> String {
        let range = try string(offset, in: bytes)
        // The buffer is only read during the call.
        return unsafe bytes.extracting(range).withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
    }

    /// The number of a name in a hash table of numbers + 1 (`slots`), whose names have `stride` words, the string first.
    package func find(
        _ name: String, slots: Int, names: Int, stride: Int, in bytes: borrowing Span<UInt8>
    ) throws(Problem) -> Int? {
        let wanted = name.utf8.span
        let count = words(in: slots)
        guard count > 0, count & (count - 1) == 0 else { throw damaged("the table of names has an odd size") }
        var slot = Int(fnv(0..<wanted.count, in: wanted)) & (count - 1)
        for _ in 0..<count {
            let entry = try word(slot, in: slots, of: bytes)
            if entry == 0 { return nil }
            let number = Int(entry) - 1
            let found = try string(try word(number * stride, in: names, of: bytes), in: bytes)
            if equals(found, wanted, bytes) { return number }
            slot = (slot + 1) & (count - 1)
        }
        throw damaged("the table of names is full")
    }

    private func equals(
        _ range: Range<Int>, _ wanted: borrowing Span<UInt8>, _ bytes: borrowing Span<UInt8>
    ) -> Bool {
        guard range.count == wanted.count else { return false }
        for index in 0..<wanted.count where wanted[index] != bytes[range.lowerBound + index] { return false }
        return true
    }
}

package func damaged(_ why: String) -> Problem {
    Problem(
        "index.damaged", "A compiled package list is damaged", why: why,
        hints: ["remove it from the store: it is compiled again from the verified list"])
}

/// Four bytes that the caller knows to be inside.
private func littleEndian(_ bytes: borrowing Span<UInt8>, _ offset: Int) -> UInt32 {
    UInt32(bytes[offset]) | UInt32(bytes[offset + 1]) << 8 | UInt32(bytes[offset + 2]) << 16
        | UInt32(bytes[offset + 3]) << 24
}
