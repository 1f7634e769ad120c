// SPDX-License-Identifier: Apache-2.0
import PlinthArchive
import PlinthCore

/// Puts an archive together in pieces of some size.
struct TarWriter: RootfsWriter {
    private let output: RootfsExport.Output
    private var buffer: [UInt8]
    private var filled = 0
    private var summary = RootfsExport.Summary()

    init(_ output: @escaping RootfsExport.Output) {
        self.output = output
        buffer = [UInt8](repeating: 0, count: 1 << 18)
    }

    mutating func put(_ entry: TarEntry) throws {
        summary.entries += 1
        try append(TarHeader.encode(entry))
    }

    mutating func putFile(_ entry: TarEntry, _ read: (inout MutableSpan<UInt8>) throws -> Int) throws {
        try put(entry)
        var left = entry.size
        while left > 0 {
            if filled == buffer.count { try flush() }
            let room = Int(min(Int64(buffer.count - filled), left))
            let start = filled
            var span = buffer.mutableSpan
            var rest = span._mutatingExtracting(start..<start + room)
            let count = try read(&rest)
            guard count > 0 else {
                throw Problem(
                    "layer.changed", "A file became shorter while it was read", why: "\(left) bytes are missing")
            }
            filled += count
            left -= Int64(count)
        }
        try append([UInt8](repeating: 0, count: TarHeader.padding(after: entry.size)))
    }

    mutating func finish() throws -> RootfsExport.Summary {
        try append(TarHeader.endOfArchive)
        try flush()
        return summary
    }

    private mutating func append(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            if filled == buffer.count { try flush() }
            let piece = rest.prefix(buffer.count - filled)
            buffer.replaceSubrange(filled..<filled + piece.count, with: piece)
            filled += piece.count
            rest = rest.dropFirst(piece.count)
        }
    }

    private mutating func flush() throws {
        summary.bytes += Int64(filled)
        let end = filled
        filled = 0
        try output(buffer.span.extracting(..<end))
    }
}
