// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthPackages

/// Where the sections of a compiled list lie. All reads go through it and stay in bounds.
struct IndexLayout: Sendable {
    private let table: TableLayout

    var packageCount: Int { table.packageCount }

    /// - Throws: `Problem` with code `index.damaged` when the header is not ours or does not fit the bytes.
    init(_ bytes: borrowing Span<UInt8>) throws(Problem) {
        table = try TableLayout(
            bytes, magic: IndexFormat.magic, version: IndexFormat.version,
            sections: IndexFormat.Section.allCases.count)
        guard words(in: .packages) == packageCount * PackageWord.count else {
            throw damaged("the number of packages does not fit")
        }
        let slots = words(in: .slots)
        guard slots > 0, slots & (slots - 1) == 0 else { throw damaged("the table of names has an odd size") }
    }

    func words(in section: IndexFormat.Section) -> Int { table.words(in: section.rawValue) }

    /// A word of a section.
    func word(
        _ index: Int, in section: IndexFormat.Section, of bytes: borrowing Span<UInt8>
    ) throws(Problem) -> UInt32 {
        try table.word(index, in: section.rawValue, of: bytes)
    }

    func text(_ offset: UInt32, in bytes: borrowing Span<UInt8>) throws(Problem) -> String {
        try table.text(offset, in: bytes)
    }

    /// The number of a name.
    func find(_ name: String, in bytes: borrowing Span<UInt8>) throws(Problem) -> Int? {
        try table.find(
            name, slots: IndexFormat.Section.slots.rawValue, names: IndexFormat.Section.names.rawValue,
            stride: IndexFormat.nameWords, in: bytes)
    }
}
