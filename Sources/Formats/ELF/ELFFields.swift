// SPDX-License-Identifier: Apache-2.0

/// How numbers are laid out in one ELF file, and where the fields of its structures lie.
///
/// Offsets are those of the System V ABI, chapter 4 and 5.
struct ELFFields {
    let is64: Bool
    let isLittleEndian: Bool

    /// Bytes of an address, offset or size.
    var wordSize: Int { is64 ? 8 : 4 }
    var programHeaderSize: UInt64 { is64 ? 56 : 32 }
    var dynamicSize: UInt64 { is64 ? 16 : 8 }

    /// An unsigned number of up to 8 bytes.
    func number(_ bytes: borrowing Span<UInt8>, at offset: UInt64, size: Int) throws(ELFError) -> UInt64 {
        let start = try Self.range(bytes, offset, UInt64(size))
        var value: UInt64 = 0
        for index in 0..<size {
            let byte = UInt64(bytes[start + (isLittleEndian ? size - 1 - index : index)])
            value = value << 8 | byte
        }
        return value
    }

    /// An address, offset or size.
    func word(_ bytes: borrowing Span<UInt8>, at offset: UInt64) throws(ELFError) -> UInt64 {
        try number(bytes, at: offset, size: wordSize)
    }

    /// The text from an offset to the next NUL.
    func text(_ bytes: borrowing Span<UInt8>, at offset: UInt64, end: UInt64) throws(ELFError) -> String {
        guard offset < end, end <= UInt64(bytes.count) else { throw .badString(offset: offset) }
        var letters: [UInt8] = []
        for index in Int(offset)..<Int(end) {
            if bytes[index] == 0 { return String(decoding: letters, as: UTF8.self) }
            guard letters.count < 4096 else { break }
            letters.append(bytes[index])
        }
        throw .badString(offset: offset)
    }

    /// The start of a stretch that lies inside the file.
    static func range(
        _ bytes: borrowing Span<UInt8>, _ offset: UInt64, _ length: UInt64
    ) throws(ELFError) -> Int {
        let (end, overflows) = offset.addingReportingOverflow(length)
        guard !overflows, end <= UInt64(bytes.count) else { throw .outOfBounds(offset: offset, length: length) }
        return Int(offset)
    }
}
