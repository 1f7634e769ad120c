// SPDX-License-Identifier: Apache-2.0

/// The program headers that matter: what is loaded where, the dynamic section and the interpreter.
struct ELFSegments {
    struct Load {
        var offset: UInt64
        var address: UInt64
        var size: UInt64
    }

    private(set) var loads: [Load] = []
    /// `PT_DYNAMIC`: offset and size in the file.
    private(set) var dynamic: (offset: UInt64, size: UInt64)?
    /// `PT_INTERP`: offset and size in the file.
    private(set) var interpreter: (offset: UInt64, size: UInt64)?

    /// Real objects have a dozen; a hostile one may claim four thousand million.
    private static let limit: UInt64 = 4096

    init(_ bytes: borrowing Span<UInt8>, _ fields: ELFFields) throws(ELFError) {
        let table = try fields.word(bytes, at: fields.is64 ? 32 : 28)
        let entrySize = try fields.number(bytes, at: fields.is64 ? 54 : 42, size: 2)
        let count = try Self.count(bytes, fields)
        guard table != 0, count > 0 else { return }
        guard entrySize == fields.programHeaderSize else { throw .badEntrySize(entrySize) }
        guard count <= Self.limit else { throw .tooMany(count) }
        _ = try ELFFields.range(bytes, table, count * entrySize)
        for index in 0..<count {
            try add(bytes, fields, at: table + index * entrySize)
        }
    }

    /// `e_phnum`, or `sh_info` of the first section when that field is too small.
    private static func count(_ bytes: borrowing Span<UInt8>, _ fields: ELFFields) throws(ELFError) -> UInt64 {
        let count = try fields.number(bytes, at: fields.is64 ? 56 : 44, size: 2)
        guard count == 0xffff else { return count }
        let sections = try fields.word(bytes, at: fields.is64 ? 40 : 32)
        guard sections != 0 else { return count }
        let (place, overflows) = sections.addingReportingOverflow(fields.is64 ? 44 : 28)
        guard !overflows else { throw .outOfBounds(offset: sections, length: 64) }
        return try fields.number(bytes, at: place, size: 4)
    }

    private mutating func add(
        _ bytes: borrowing Span<UInt8>, _ fields: ELFFields, at place: UInt64
    ) throws(ELFError) {
        let kind = try fields.number(bytes, at: place, size: 4)
        guard (1...3).contains(kind) else { return }
        let offset = try fields.word(bytes, at: place + (fields.is64 ? 8 : 4))
        let size = try fields.word(bytes, at: place + (fields.is64 ? 32 : 16))
        switch kind {
        case 1:
            let address = try fields.word(bytes, at: place + (fields.is64 ? 16 : 8))
            loads.append(Load(offset: offset, address: address, size: size))
        case 2: dynamic = dynamic ?? (offset, size)
        default: interpreter = interpreter ?? (offset, size)
        }
    }

    /// Where in the file the byte at an address lies.
    func offset(of address: UInt64) throws(ELFError) -> UInt64 {
        for load in loads where address >= load.address && address - load.address < load.size {
            let (offset, overflows) = load.offset.addingReportingOverflow(address - load.address)
            guard !overflows else { break }
            return offset
        }
        throw .unmapped(address: address)
    }
}
