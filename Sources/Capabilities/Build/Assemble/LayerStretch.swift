// SPDX-License-Identifier: Apache-2.0
import PlinthArchive
import PlinthCore
import PlinthFetch

/// A stretch that is made for one image, on its way to the store: kept under the digest of its raw bytes.
final class LayerStretch: StretchSink {
    private let packing: LayerPacking
    private let raw: StoreWriter
    private let packed: StoreWriter
    private let zstd = ZstdEncoder(level: LayerFormat.zstdLevel)
    private var packedSum: UInt32 = 0

    init(_ store: Store, _ packing: LayerPacking) throws {
        self.packing = packing
        raw = try store.writer()
        packed = try store.writer()
    }

    /// A member's raw bytes, or fewer at the end: one frame.
    func writeRaw(_ bytes: borrowing Span<UInt8>) throws {
        try raw.write(bytes)
        guard packing == .zstd else { return }
        let frame = zstd.encode(bytes)
        try pack(frame.span)
    }

    func writePacked(_ bytes: borrowing Span<UInt8>) throws {
        if packing == .gzip { try pack(bytes) }
    }

    private func pack(_ bytes: borrowing Span<UInt8>) throws {
        packedSum = GzipMember.crc32(bytes, seed: packedSum)
        try packed.write(bytes)
    }

    func commit(rawSum: UInt32) throws -> LayerPiece {
        let (key, rawSize, packedSize) = (raw.digest.hex, raw.count, packed.count)
        try raw.commit(.layers, key, ".tar")
        try packed.commit(.layers, key, packing.suffix)
        return LayerPiece(
            shelf: Shelf.layers.rawValue, key: key, rawSize: rawSize, packedSize: packedSize, rawSum: rawSum,
            packedSum: packedSum)
    }
}
