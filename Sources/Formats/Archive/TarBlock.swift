// SPDX-License-Identifier: Apache-2.0

/// One header block of 512 bytes as it stands, before long names and pax records change it.
///
/// POSIX ustar, pax and star, GNU, and the seventh edition, told apart by their magic.
struct TarBlock {
    static let size = 512

    let type: UInt8
    let name: [UInt8]
    let linkTarget: [UInt8]
    let mode: Int64
    let user: Int64
    let group: Int64
    let size: Int64
    let modified: Int64
    let userName: [UInt8]
    let groupName: [UInt8]
    let deviceMajor: Int64
    let deviceMinor: Int64
    /// Of GNU's sparse files, where the content lies.
    let sparse: [UInt8]?

    /// - Parameter block: exactly 512 bytes.
    init(_ block: borrowing Span<UInt8>) throws(TarFault) {
        try Self.verifyChecksum(block)
        type = block[156]
        mode = try tarNumber(block, 100..<108, "mode")
        user = try tarNumber(block, 108..<116, "user")
        group = try tarNumber(block, 116..<124, "group")
        size = try tarNumber(block, 124..<136, "size")
        modified = try tarNumber(block, 136..<148, "time")
        linkTarget = tarText(block, 157..<257)
        let posix = tarText(block, 257..<263) == Array("ustar".utf8)
        let gnu = tarText(block, 257..<265) == Array("ustar  ".utf8)
        userName = posix || gnu ? tarText(block, 265..<297) : []
        groupName = posix || gnu ? tarText(block, 297..<329) : []
        let isDevice = type == UInt8(ascii: "3") || type == UInt8(ascii: "4")
        deviceMajor = isDevice && (posix || gnu) ? try tarNumber(block, 329..<337, "device") : 0
        deviceMinor = isDevice && (posix || gnu) ? try tarNumber(block, 337..<345, "device") : 0
        // star keeps times behind a shorter prefix. GNU keeps times in place of the prefix: if they are none, some old
        // program wrote a prefix all the same, and readers differ about the name.
        if gnu { _ = try tarNumber(block, 345..<357, "access time") }
        let star = posix && tarText(block, 508..<512) == Array("tar".utf8)
        let prefix = posix ? tarText(block, star ? 345..<476 : 345..<500) : []
        let last = tarText(block, 0..<100)
        name = prefix.isEmpty ? last : prefix + [UInt8(ascii: "/")] + last
        let isSparse = type == UInt8(ascii: "S") && gnu
        sparse = isSparse ? block.extracting(GNUSparse.headerField).array : nil
    }

    static func isZero(_ block: borrowing Span<UInt8>) -> Bool {
        for index in 0..<block.count where block[index] != 0 { return false }
        return true
    }

    /// The sum of all bytes with the sum itself taken as spaces; some old programs summed signed characters.
    private static func verifyChecksum(_ block: borrowing Span<UInt8>) throws(TarFault) {
        let expected = try tarNumber(block, 148..<156, "checksum")
        var sum = 8 * 32
        var high = 0
        for index in 0..<block.count where index < 148 || index >= 156 {
            sum += Int(block[index])
            high += Int(block[index] >> 7)
        }
        guard expected == sum || expected == sum - 256 * high else { throw .corrupt("its checksum is wrong") }
    }
}

/// The bytes of a field up to the first NUL.
func tarText(_ block: borrowing Span<UInt8>, _ field: Range<Int>) -> [UInt8] {
    var end = field.lowerBound
    while end < field.upperBound, block[end] != 0 { end += 1 }
    return block.extracting(field.lowerBound..<end).array
}

/// A number in octal digits, or in base 256 as GNU writes large and negative ones.
func tarNumber(_ block: borrowing Span<UInt8>, _ field: Range<Int>, _ what: StaticString) throws(TarFault) -> Int64 {
    if block[field.lowerBound] & 0x80 != 0 { return try base256(block, field, what) }
    var index = field.lowerBound
    while index < field.upperBound, block[index] == 0x20 || block[index] == 0 { index += 1 }
    // Twelve octal digits are 36 bits at most.
    var value: Int64 = 0
    while index < field.upperBound, block[index] != 0x20, block[index] != 0 {
        guard (0x30...0x37).contains(block[index]) else { throw .corrupt("its \(what) is not a number") }
        value = value << 3 | Int64(block[index] - 0x30)
        index += 1
    }
    return value
}

/// Big-endian two's complement without the top bit, which marks the form.
private func base256(_ block: borrowing Span<UInt8>, _ field: Range<Int>, _ what: StaticString) throws(TarFault)
    -> Int64
{
    let first = block[field.lowerBound] & 0x7f
    var value = Int64(first) - (first & 0x40 != 0 ? 0x80 : 0)
    for index in field.dropFirst() {
        guard (-(1 << 55)..<(1 << 55)).contains(value) else { throw .corrupt("its \(what) does not fit 64 bits") }
        value = value << 8 | Int64(block[index])
    }
    return value
}

extension Span where Element == UInt8 {
    /// A copy in an array.
    var array: [UInt8] {
        // Only read, during the call.
        unsafe withUnsafeBufferPointer { unsafe Array($0) }
    }
}
