// SPDX-License-Identifier: Apache-2.0
import PlinthArchive
import PlinthCore
import PlinthFetch

/// The zstd form of stretches, made when an image first asks for it.
enum Zstandard {
    /// Makes a segment's frames, of `LayerFormat.memberSize` raw bytes each, if the store lacks them; gives their length and CRC-32.
    static func pack(_ segment: Segment, in store: Store) throws -> (size: Int64, sum: UInt32) {
        let suffix = LayerPacking.zstd.suffix
        // A damaged one is made anew.
        let kept =
            store.contains(.segments, segment.key, suffix)
            ? try? store.checkedLength(.segments, segment.key, suffix) : nil
        if kept == nil { try write(segment, to: store, suffix) }
        let size = try kept ?? store.contentLength(.segments, segment.key, suffix)
        var digest = DigestStream()
        let path = store.path(.segments, segment.key, suffix)
        return (size, try digest.update(from: FileSource(path, length: size)))
    }

    private static func write(_ segment: Segment, to store: Store, _ suffix: String) throws {
        let encoder = ZstdEncoder(level: LayerFormat.zstdLevel)
        let writer = try store.writer()
        var offset: Int64 = 0
        while offset < segment.table.rawSize {
            let count = min(Int64(LayerFormat.memberSize), segment.table.rawSize - offset)
            // Bound to names first: the compiler does not cope with spans of temporaries.
            let raw = try segment.raw(offset, count)
            let frame = encoder.encode(raw.span)
            try writer.write(frame)
            offset += count
        }
        try writer.commit(.segments, segment.key, suffix)
    }
}
