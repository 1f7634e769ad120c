// SPDX-License-Identifier: Apache-2.0
import PlinthCore

/// The checked header of a compiled list: where its sections lie. All reads go through it and stay in bounds.
struct IndexLayout: Sendable {
    let packageCount: Int
    private let sections: [Range<Int>]

    /// - Throws: `Problem` with code `index.damaged` when the header is not ours or does not fit the bytes.
    init(_ bytes: borrowing Span<UInt8>) throws(Problem) {
        let headerLength = IndexFormat.headerWords * 4
        guard bytes.count >= headerLength else { throw damaged("it is shorter than its header") }
        for index in 0..<8 where bytes[index] != IndexFormat.magic[index] {
            throw damaged("it does not begin as one")
        }
        guard littleEndian(bytes, 8) == IndexFormat.version else { throw damaged("it has another format version") }
        packageCount = Int(littleEndian(bytes, 12))
        var found: [Range<Int>] = []
        for section in IndexFormat.Section.allCases {
            let start = Int(littleEndian(bytes, 16 + 8 * section.rawValue))
            let length = Int(littleEndian(bytes, 20 + 8 * section.rawValue))
            guard start >= headerLength, length <= bytes.count, start <= bytes.count - length else {
                throw damaged("a section lies outside")
            }
            found.append(start..<(start + length))
        }
        sections = found
        guard words(in: .packages) == packageCount * PackageWord.count else {
            throw damaged("the number of packages does not fit")
        }
        let slots = words(in: .slots)
        guard slots > 0, slots & (slots - 1) == 0 else { throw damaged("the table of names has an odd size") }
    }

    func words(in section: IndexFormat.Section) -> Int { sections[section.rawValue].count / 4 }

    /// A word of a section.
    func word(
        _ index: Int, in section: IndexFormat.Section, of bytes: borrowing Span<UInt8>
    ) throws(Problem) -> UInt32 {
        let range = sections[section.rawValue]
        guard index >= 0, index < range.count / 4, range.upperBound <= bytes.count else {
            throw damaged("a reference leads outside its section")
        }
        return littleEndian(bytes, range.lowerBound + 4 * index)
    }

    /// Where the bytes of a string lie.
    func string(_ offset: UInt32, in bytes: borrowing Span<UInt8>) throws(Problem) -> Range<Int> {
        let range = sections[IndexFormat.Section.strings.rawValue]
        let start = range.lowerBound + Int(offset)
        guard range.upperBound <= bytes.count, start + 2 <= range.upperBound else {
            throw damaged("a string lies outside")
        }
        let length = Int(bytes[start]) | Int(bytes[start + 1]) << 8
        guard start + 2 + length <= range.upperBound else { throw damaged("a string lies outside") }
        return (start + 2)..<(start + 2 + length)
    }

    func text(_ offset: UInt32, in bytes: borrowing Span<UInt8>) throws(Problem) -> String {
        PlinthDebian.text(try string(offset, in: bytes), in: bytes)
    }
}

func damaged(_ why: String) -> Problem {
    Problem(
        "index.damaged", "A compiled package list is damaged", why: why,
        hints: ["remove it from the store: it is compiled again from the verified list"])
}

/// Four bytes that the caller knows to be inside.
private func littleEndian(_ bytes: borrowing Span<UInt8>, _ offset: Int) -> UInt32 {
    UInt32(bytes[offset]) | UInt32(bytes[offset + 1]) << 8 | UInt32(bytes[offset + 2]) << 16
        | UInt32(bytes[offset + 3]) << 24
}
