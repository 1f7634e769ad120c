// SPDX-License-Identifier: Apache-2.0
import PlinthArchive
import PlinthCore

/// Where a stretch's two forms go.
protocol StretchSink: AnyObject {
    func writeRaw(_ bytes: borrowing Span<UInt8>) throws
    func writePacked(_ bytes: borrowing Span<UInt8>) throws
}

/// Cuts a tar stretch into members of `LayerFormat.memberSize` raw bytes and compresses each.
///
/// Memory: one member and its compressed form, about 8 MiB.
final class StretchWriter {
    private let sink: any StretchSink
    private let encoder: GzipEncoder
    private var chunk: [UInt8] = []
    private(set) var rawSize: Int64 = 0
    private(set) var packedSize: Int64 = 0
    private(set) var rawSum: UInt32 = 0
    private(set) var packedSum: UInt32 = 0
    private(set) var members: [SegmentTable.Member] = []

    init(to sink: any StretchSink, level: Int) {
        self.sink = sink
        encoder = GzipEncoder(level: level)
    }

    /// Raw bytes so far.
    var position: Int64 { rawSize + Int64(chunk.count) }

    func append(_ bytes: borrowing Span<UInt8>) throws {
        var start = 0
        while start < bytes.count {
            let count = min(bytes.count - start, LayerFormat.memberSize - chunk.count)
            let part = bytes.extracting(start..<start + count)
            part.withUnsafeBufferPointer { chunk.append(contentsOf: $0) }
            start += count
            if chunk.count == LayerFormat.memberSize { try flush() }
        }
    }

    func append(_ bytes: [UInt8]) throws { try append(bytes.span) }

    /// Fills up to the next 512-byte block.
    func pad(after size: Int64) throws {
        try append([UInt8](repeating: 0, count: TarHeader.padding(after: size)))
    }

    /// Compresses what is pending; call once at the end.
    func flush() throws {
        guard !chunk.isEmpty else { return }
        // Taken out of self for the time being: a span cannot be lent from a class's property.
        var raw: [UInt8] = []
        swap(&raw, &chunk)
        members.append(.init(rawOffset: rawSize, packedOffset: packedSize))
        let packed = encoder.encode(raw.span)
        try sink.writeRaw(raw.span)
        try sink.writePacked(packed.span)
        rawSum = GzipMember.crc32(raw.span, seed: rawSum)
        packedSum = GzipMember.crc32(packed.span, seed: packedSum)
        rawSize += Int64(raw.count)
        packedSize += Int64(packed.count)
        raw.removeAll(keepingCapacity: true)
        swap(&raw, &chunk)
    }
}
