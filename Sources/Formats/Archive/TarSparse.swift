// SPDX-License-Identifier: Apache-2.0

/// Where the content of a sparse file lies; all between reads as zeros.
///
/// Memory: 16 bytes for each stretch; a MiB of map at most.
/// [GNU tar manual, “Storing Sparse Files”](https://www.gnu.org/software/tar/manual/html_section/Sparse-Formats.html)
struct TarSparseMap: Equatable {
    struct Stretch: Equatable {
        var offset: Int64
        var size: Int64
    }

    /// In their order, none empty.
    let stretches: [Stretch]
    /// Bytes of the file with all its zeros.
    let size: Int64

    /// - Parameters:
    ///   - numbers: offset and size of each stretch, as the archive has them.
    ///   - stored: bytes of content in the archive.
    init(_ numbers: [Int64], size: Int64, stored: Int64) throws(TarFault) {
        guard numbers.count % 2 == 0, size >= 0 else { throw .corrupt("a sparse file's map is not complete") }
        var stretches: [Stretch] = []
        var end: Int64 = 0
        var sum: Int64 = 0
        for index in stride(from: 0, to: numbers.count, by: 2) {
            let (offset, length) = (numbers[index], numbers[index + 1])
            // Neither can overflow: all lie between 0 and the size.
            guard offset >= end, offset <= size, length >= 0, length <= size - offset else {
                throw .corrupt("a sparse file's stretches overlap or leave it")
            }
            if length > 0 { stretches.append(Stretch(offset: offset, size: length)) }
            end = offset + length
            sum += length
        }
        guard sum == stored else {
            throw .corrupt("a sparse file's map speaks of \(sum) bytes, and there are \(stored)")
        }
        self.stretches = stretches
        self.size = size
    }
}

/// Tells content and zeros apart while a sparse file is read.
struct TarSparseWalk {
    private let map: TarSparseMap
    private var next = 0
    private var position: Int64 = 0

    init(_ map: TarSparseMap) { self.map = map }

    /// What comes next, and for how many bytes; nil at the end.
    var step: (isContent: Bool, count: Int64)? {
        guard next < map.stretches.count else { return position < map.size ? (false, map.size - position) : nil }
        let stretch = map.stretches[next]
        return position < stretch.offset
            ? (false, stretch.offset - position) : (true, stretch.offset + stretch.size - position)
    }

    mutating func advance(_ count: Int64) {
        position += count
        guard next < map.stretches.count else { return }
        if position == map.stretches[next].offset + map.stretches[next].size { next += 1 }
    }
}

/// What pax headers say about a sparse file, in any of three versions.
struct PaxSparse {
    /// 0.0 names offset and size of every stretch one after the other, 0.1 all in one list.
    private(set) var numbers: [Int64] = []
    private(set) var size: Int64?
    private(set) var name: [UInt8]?
    private var count: Int64?
    private var major: Int64?
    private var minor: Int64?
    private(set) var isEmpty = true

    /// 1.0 writes the map before the content.
    var isMapInContent: Bool { major == 1 }

    /// Takes a record whose key begins with `GNU.sparse.`.
    mutating func take(_ key: Substring, _ value: ArraySlice<UInt8>) throws(TarFault) {
        isEmpty = false
        switch key {
        case "major": major = try Self.number(value)
        case "minor": minor = try Self.number(value)
        case "size", "realsize": size = try Self.number(value)
        case "numblocks": count = try Self.number(value)
        case "offset" where numbers.count % 2 == 0: numbers.append(try Self.number(value))
        case "numbytes" where numbers.count % 2 == 1: numbers.append(try Self.number(value))
        case "map" where numbers.isEmpty: numbers = try Self.list(value)
        case "name":
            guard !value.isEmpty, !value.contains(0) else { throw .corrupt("a sparse file's name is none") }
            name = Array(value)
        default: throw .sparse()
        }
    }

    /// - Throws: a fault for a version that nobody knows, or records that do not belong together.
    func verify() throws(TarFault) {
        switch (major ?? 0, minor ?? 0) {
        case (0, 0), (0, 1):
            guard count == nil || count == Int64(numbers.count / 2) else {
                throw .corrupt("a sparse file's map has not the length that it should")
            }
        case (1, 0): guard numbers.isEmpty else { throw .corrupt("a sparse file has two maps") }
        default: throw .sparse()
        }
    }

    private static func number(_ value: ArraySlice<UInt8>) throws(TarFault) -> Int64 {
        guard let number = decimal(value) else { throw .corrupt("a number of a sparse file is none") }
        return number
    }

    private static func list(_ value: ArraySlice<UInt8>) throws(TarFault) -> [Int64] {
        var numbers: [Int64] = []
        if value.isEmpty { return numbers }
        for part in value.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
            numbers.append(try number(part))
        }
        return numbers
    }
}

/// The map that GNU's own header holds: four stretches, and as many blocks of 21 behind it as it takes.
struct GNUSparse {
    static let headerField = 386..<495
    private static let inHeader = 4
    private static let inBlock = 21

    private(set) var numbers: [Int64] = []
    let size: Int64
    /// Another block follows.
    private(set) var isExtended: Bool

    /// - Parameter field: bytes 386 to 494 of the header.
    init(_ field: [UInt8]) throws(TarFault) {
        let span = field.span
        size = try tarNumber(span, 97..<109, "real size")
        isExtended = field[96] != 0
        try take(span, Self.inHeader)
    }

    mutating func extend(_ block: borrowing Span<UInt8>) throws(TarFault) {
        isExtended = block[504] != 0
        try take(block, Self.inBlock)
    }

    /// An entry without an offset ends the list.
    private mutating func take(_ block: borrowing Span<UInt8>, _ count: Int) throws(TarFault) {
        for start in stride(from: 0, to: count * 24, by: 24) {
            if block[start] == 0, block[start + 12] == 0 { return }
            numbers.append(try tarNumber(block, start..<start + 12, "offset"))
            numbers.append(try tarNumber(block, start + 12..<start + 24, "size of a stretch"))
        }
    }
}
