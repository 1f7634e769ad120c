// SPDX-License-Identifier: Apache-2.0

/// The names that the dynamic section of an object gives.
struct ELFDynamic {
    private(set) var soname: String?
    private(set) var needed: [String] = []

    /// Real objects need some hundred libraries at most.
    private static let limit = 4096

    init() {}

    init(
        _ bytes: borrowing Span<UInt8>, _ fields: ELFFields, _ segments: ELFSegments
    ) throws(ELFError) {
        guard let place = segments.dynamic, place.size > 0 else { return }
        _ = try ELFFields.range(bytes, place.offset, place.size)
        let found = try Self.entries(bytes, fields, place)
        guard found.soname != nil || !found.needed.isEmpty else { return }
        let start = try segments.offset(of: found.table)
        let (end, overflows) = start.addingReportingOverflow(found.tableSize)
        guard !overflows, end <= UInt64(bytes.count) else {
            throw .outOfBounds(offset: start, length: found.tableSize)
        }
        if let offset = found.soname { soname = try fields.text(bytes, at: Self.sum(start, offset), end: end) }
        for offset in found.needed {
            needed.append(try fields.text(bytes, at: Self.sum(start, offset), end: end))
        }
    }

    private struct Entries {
        var table: UInt64 = 0
        var tableSize: UInt64 = 0
        var soname: UInt64?
        var needed: [UInt64] = []
    }

    private static func entries(
        _ bytes: borrowing Span<UInt8>, _ fields: ELFFields, _ place: (offset: UInt64, size: UInt64)
    ) throws(ELFError) -> Entries {
        var found = Entries()
        for index in 0..<(place.size / fields.dynamicSize) {
            let start = place.offset + index * fields.dynamicSize
            let tag = try fields.word(bytes, at: start)
            let value = try fields.word(bytes, at: start + UInt64(fields.wordSize))
            switch tag {
            case 0: return found
            case 1: found.needed.append(value)
            case 5: found.table = value
            case 10: found.tableSize = value
            case 14: found.soname = value
            default: break
            }
            guard found.needed.count <= limit else { throw .tooMany(UInt64(found.needed.count)) }
        }
        return found
    }

    private static func sum(_ start: UInt64, _ offset: UInt64) throws(ELFError) -> UInt64 {
        let (place, overflows) = start.addingReportingOverflow(offset)
        guard !overflows else { throw .badString(offset: offset) }
        return place
    }
}
