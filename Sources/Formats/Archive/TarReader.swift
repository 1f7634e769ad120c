// SPDX-License-Identifier: Apache-2.0
package import PlinthCore

/// Reads a tar archive from front to back: seventh edition, ustar, star, GNU and pax.
///
/// What it cannot read faithfully it refuses: unknown types, pax keys that matter and mean nothing to it, names given
/// twice. Sparse files are read with their zeros where the caller allows it. End blocks may be missing. Memory:
/// 256 KiB, and at most 1 MiB for each extended header.
package final class TarReader {
    private static let headerLimit: Int64 = 1 << 20

    private var input: ReadAhead
    private let place: String
    private var globals = PaxRecords()
    private var globalBytes: Int64 = 0
    /// Of the entry's bytes in the archive.
    private var remaining: Int64 = 0
    private var padding = 0
    private var sparse: TarSparseWalk?
    private var sparseLimit: Int64
    private var headerOffset: Int64 = 0
    private var ended = false
    /// Bytes of the archive read so far: after `next()`, where the entry's content begins.
    package private(set) var offset: Int64 = 0

    /// - Parameters:
    ///   - place: the archive's name, for problems.
    ///   - sparse: how large all sparse files may be together with their zeros; 0 refuses them.
    package init(_ source: any ByteSource, place: String, sparse limit: Int64 = 0) {
        input = ReadAhead(source, capacity: 262_144)
        self.place = place
        sparseLimit = limit
    }

    /// The next entry, or nil at the end; then the source has been read to its end too, so that its checksums hold.
    /// - Throws: `tar.truncated`, `tar.corrupt`, `tar.unsupported`, `tar.sparse`, `tar.tooLarge`, and what the
    ///   source throws.
    package func next() throws -> TarEntry? {
        if ended { return nil }
        try skip()
        do {
            var extras = TarExtras(globals)
            while let block = try nextBlock() {
                if try absorb(block, into: &extras) { continue }
                var entry = try extras.entry(block)
                try expect(&entry, block, extras)
                return entry
            }
            guard extras.isEmpty else { throw truncated("behind the header of a long name") }
        } catch let fault as TarFault {
            throw fault.problem(at: place, header: headerOffset)
        }
        ended = true
        try drain()
        return nil
    }

    /// Content of the current entry; 0 at its end.
    /// - Throws: `tar.truncated`, and what the source throws.
    package func read(into buffer: inout MutableSpan<UInt8>) throws -> Int {
        if buffer.count == 0 { return 0 }
        guard sparse != nil else { return try readStored(into: &buffer, limit: remaining) }
        guard let step = sparse?.step else { return 0 }
        let count =
            step.isContent
            ? try readStored(into: &buffer, limit: step.count) : Self.zero(&buffer, limit: step.count)
        sparse?.advance(Int64(count))
        return count
    }

    private func readStored(into buffer: inout MutableSpan<UInt8>, limit: Int64) throws -> Int {
        if limit == 0 { return 0 }
        let count = try input.read(into: &buffer, limit: limit)
        if count == 0 { throw truncated("in the content of a file") }
        remaining -= Int64(count)
        offset += Int64(count)
        return count
    }

    private static func zero(_ buffer: inout MutableSpan<UInt8>, limit: Int64) -> Int {
        let count = Int(min(Int64(buffer.count), limit))
        // Inside the buffer.
        unsafe buffer.withUnsafeMutableBufferPointer { bytes in
            unsafe UnsafeMutableBufferPointer(rebasing: bytes[..<count]).update(repeating: 0)
        }
        return count
    }

    /// Passes over the rest of the current entry's content; `next()` does it too.
    /// - Throws: `tar.truncated`, and what the source throws.
    package func skip() throws {
        sparse = nil
        try pass(&remaining)
        var rest = Int64(padding)
        padding = 0
        try pass(&rest)
    }

    private func expect(_ size: Int64) {
        remaining = size
        padding = TarHeader.padding(after: size)
    }

    private func pass(_ bytes: inout Int64) throws {
        while bytes > 0 {
            guard try input.has(1) else { throw truncated("in the content of a file") }
            let step = Int(min(bytes, Int64(input.count)))
            input.drop(step)
            bytes -= Int64(step)
            offset += Int64(step)
        }
    }

    /// A header block; nil at the two blocks of zeros, or where the archive stops without them.
    private func nextBlock() throws -> TarBlock? {
        headerOffset = offset
        guard try input.has(TarBlock.size) else {
            if input.count == 0 { return nil }
            throw truncated("in a header")
        }
        let block = try unsafe input.withBytes { bytes in
            // has() has seen to it that 512 bytes are there.
            let span = unsafe UnsafeBufferPointer(rebasing: bytes[..<TarBlock.size]).span
            return TarBlock.isZero(span) ? nil : try TarBlock(span)
        }
        consume(TarBlock.size)
        if block == nil { try verifyEnd() }
        return block
    }

    /// A block of zeros must be the end: readers differ about what comes behind a lone one.
    private func verifyEnd() throws {
        guard try input.has(TarBlock.size) else { return }
        let isZero = unsafe input.withBytes { bytes in
            // has() has seen to it that 512 bytes are there.
            TarBlock.isZero(unsafe UnsafeBufferPointer(rebasing: bytes[..<TarBlock.size]).span)
        }
        guard isZero else { throw TarFault.corrupt("entries follow a block of zeros") }
        consume(TarBlock.size)
    }

    private func consume(_ count: Int) {
        input.drop(count)
        offset += Int64(count)
    }

    /// Takes in headers that speak about the next entry; false for the entry itself.
    private func absorb(_ block: TarBlock, into extras: inout TarExtras) throws -> Bool {
        switch block.type {
        case UInt8(ascii: "L"): try extras.setLongName(content(of: block))
        case UInt8(ascii: "K"): try extras.setLongLink(content(of: block))
        case UInt8(ascii: "x"): try extras.setRecords(content(of: block))
        case UInt8(ascii: "g"): try setGlobals(content(of: block), before: &extras)
        // The label of the archive, which is no file.
        case UInt8(ascii: "V"): break
        default: return false
        }
        return true
    }

    private func setGlobals(_ content: [UInt8], before extras: inout TarExtras) throws {
        globalBytes += Int64(content.count)
        guard globalBytes <= Self.headerLimit else { throw TarFault.tooLarge("\(globalBytes) bytes of global headers") }
        try globals.apply(content)
        guard globals.path == nil, globals.linkTarget == nil, globals.size == nil, globals.sparse.isEmpty else {
            throw TarFault.unsupported("a global header that names every file alike")
        }
        guard extras.isEmpty else { throw TarFault.unsupported("a global header behind the header of one file") }
        extras = TarExtras(globals)
    }

    /// The content of an extended header.
    private func content(of block: TarBlock) throws -> [UInt8] {
        guard block.size >= 0, block.size <= Self.headerLimit else { throw TarFault.tooLarge("\(block.size) bytes") }
        expect(block.size)
        var content = [UInt8](repeating: 0, count: Int(block.size))
        var filled = 0
        while filled < content.count {
            var span = content.mutableSpan
            var rest = span._mutatingExtracting(filled...)
            filled += try read(into: &rest)
        }
        try skip()
        return content
    }

    /// Reads the source to its end: whatever lies behind the archive is part of digests and checksums.
    private func drain() throws {
        while try input.has(1) { consume(input.count) }
    }

    private func truncated(_ what: String) -> Problem {
        Problem("tar.truncated", "A tar archive is cut short", at: place, why: "it ends at byte \(offset), \(what)")
    }
}

// MARK: - Sparse files

extension TarReader {
    /// Makes ready for the content of an entry, and gives a sparse file its real size.
    private func expect(_ entry: inout TarEntry, _ block: TarBlock, _ extras: TarExtras) throws {
        let pax = try extras.paxSparse(entry)
        if pax != nil || block.sparse != nil, sparseLimit == 0 { throw TarFault.sparse() }
        if let field = block.sparse {
            var map = try GNUSparse(field)
            try readExtensions(&map)
            expect(entry.size)
            return try begin(map.numbers, map.size, &entry)
        }
        expect(entry.kind == .directory ? extras.dumpSize(block) : entry.size)
        guard let pax else { return }
        guard let size = pax.size else { throw TarFault.corrupt("a sparse file does not say how large it is") }
        try begin(pax.isMapInContent ? try mapInContent() : pax.numbers, size, &entry)
    }

    private func begin(_ numbers: [Int64], _ size: Int64, _ entry: inout TarEntry) throws {
        let map = try TarSparseMap(numbers, size: size, stored: remaining)
        guard map.size <= sparseLimit else {
            throw TarFault.tooLarge("sparse files claim more than they may, this one \(size) bytes")
        }
        sparseLimit -= map.size
        sparse = TarSparseWalk(map)
        entry.size = map.size
        entry.isSparse = true
    }

    /// Blocks behind the header that no size counts.
    private func readExtensions(_ map: inout GNUSparse) throws {
        var bytes: Int64 = 0
        while map.isExtended {
            guard try input.has(TarBlock.size) else { throw truncated("in the map of a sparse file") }
            bytes += Int64(TarBlock.size)
            guard bytes <= Self.headerLimit else { throw TarFault.tooLarge("the map of a sparse file") }
            try unsafe input.withBytes { bytes in
                // has() has seen to it that 512 bytes are there.
                try map.extend(unsafe UnsafeBufferPointer(rebasing: bytes[..<TarBlock.size]).span)
            }
            consume(TarBlock.size)
        }
    }

    /// Decimal numbers, one a line: how many stretches, then each one's offset and size; filled up to a block.
    private func mapInContent() throws -> [Int64] {
        var lines = MapLines()
        var block = [UInt8](repeating: 0, count: TarBlock.size)
        var bytes: Int64 = 0
        while !lines.isComplete {
            guard remaining >= Int64(block.count) else { throw TarFault.corrupt("a sparse file ends in its map") }
            var filled = 0
            while filled < block.count {
                var span = block.mutableSpan
                var rest = span._mutatingExtracting(filled...)
                filled += try readStored(into: &rest, limit: Int64(rest.count))
            }
            bytes += Int64(block.count)
            guard bytes <= Self.headerLimit else { throw TarFault.tooLarge("the map of a sparse file") }
            try lines.take(block)
        }
        return lines.numbers
    }
}

/// The numbers of a map, block by block.
private struct MapLines {
    private(set) var numbers: [Int64] = []
    private var count: Int64?
    private var line: [UInt8] = []

    var isComplete: Bool { count.map { Int64(numbers.count) == 2 * $0 } ?? false }

    mutating func take(_ block: [UInt8]) throws(TarFault) {
        for byte in block {
            if isComplete { return }
            guard byte == 0x0a else {
                line.append(byte)
                continue
            }
            guard let number = decimal(line[...]), number < 1 << 62 else {
                throw .corrupt("the map of a sparse file holds something that is no number")
            }
            line.removeAll(keepingCapacity: true)
            if count == nil { count = number } else { numbers.append(number) }
        }
    }
}
