// SPDX-License-Identifier: Apache-2.0
package import PlinthCore

/// Reads a tar archive from front to back: seventh edition, ustar, star, GNU and pax.
///
/// What it cannot read faithfully it refuses: sparse files, unknown types, pax keys that matter and mean nothing to it,
/// names given twice. End blocks may be missing. Memory: 256 KiB, and at most 1 MiB for each extended header.
package final class TarReader {
    private static let headerLimit: Int64 = 1 << 20

    private var input: ReadAhead
    private let place: String
    private var globals = PaxRecords()
    private var globalBytes: Int64 = 0
    private var remaining: Int64 = 0
    private var padding = 0
    private var headerOffset: Int64 = 0
    private var ended = false
    /// Bytes of the archive read so far: after `next()`, where the entry's content begins.
    package private(set) var offset: Int64 = 0

    /// - Parameter place: the archive's name, for problems.
    package init(_ source: any ByteSource, place: String) {
        input = ReadAhead(source, capacity: 262_144)
        self.place = place
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
                let entry = try extras.entry(block)
                expect(entry.kind == .directory ? extras.dumpSize(block) : entry.size)
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
        if remaining == 0 || buffer.count == 0 { return 0 }
        let count = try input.read(into: &buffer, limit: remaining)
        if count == 0 { throw truncated("in the content of a file") }
        remaining -= Int64(count)
        offset += Int64(count)
        return count
    }

    /// Passes over the rest of the current entry's content; `next()` does it too.
    /// - Throws: `tar.truncated`, and what the source throws.
    package func skip() throws {
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
        guard globals.path == nil, globals.linkTarget == nil, globals.size == nil else {
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
