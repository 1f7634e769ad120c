// SPDX-License-Identifier: Apache-2.0

extension ELFSummary {
    /// Reads the header, the program headers and the dynamic section; nothing else of the file is touched.
    ///
    /// Gives nil when the bytes are no ELF object. Time and memory do not grow with the file. System V ABI,
    /// chapters 4 and 5.
    /// - Throws: `ELFError` for an object whose parts lie outside the file or contradict one another.
    package init?(parsing bytes: borrowing Span<UInt8>) throws(ELFError) {
        guard bytes.count >= 16, bytes[0] == 0x7f, bytes[1] == 0x45, bytes[2] == 0x4c, bytes[3] == 0x46 else {
            return nil
        }
        guard bytes[4] == 1 || bytes[4] == 2 else { throw .badIdentity(offset: 4, value: bytes[4]) }
        guard bytes[5] == 1 || bytes[5] == 2 else { throw .badIdentity(offset: 5, value: bytes[5]) }
        let fields = ELFFields(is64: bytes[4] == 2, isLittleEndian: bytes[5] == 1)
        _ = try ELFFields.range(bytes, 0, fields.is64 ? 64 : 52)
        let segments = try ELFSegments(bytes, fields)
        let type = try fields.number(bytes, at: 16, size: 2)
        let kind: Kind = type == 2 ? .executable : type == 3 ? .sharedObject : .other
        // Core dumps and relocatable objects have nothing that a loader reads.
        let dynamic = kind == .other ? ELFDynamic() : try ELFDynamic(bytes, fields, segments)
        self.init(
            kind: kind, bits: fields.is64 ? 64 : 32, isLittleEndian: fields.isLittleEndian,
            machine: UInt16(try fields.number(bytes, at: 18, size: 2)),
            flags: UInt32(try fields.number(bytes, at: fields.is64 ? 48 : 36, size: 4)),
            soname: dynamic.soname, needed: dynamic.needed,
            interpreter: try Self.interpreter(bytes, fields, segments))
    }

    private static func interpreter(
        _ bytes: borrowing Span<UInt8>, _ fields: ELFFields, _ segments: ELFSegments
    ) throws(ELFError) -> String? {
        guard let place = segments.interpreter, place.size > 0 else { return nil }
        _ = try ELFFields.range(bytes, place.offset, place.size)
        return try fields.text(bytes, at: place.offset, end: place.offset + place.size)
    }
}
