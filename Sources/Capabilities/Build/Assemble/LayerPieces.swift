// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthFetch
import PlinthImage
import SystemPackage

/// A file of the store that is one stretch of a layer, in two forms of known length.
struct LayerPiece: Codable, Hashable, Sendable {
    /// The shelf's name.
    var shelf: String
    var key: String
    var rawSize: Int64
    var packedSize: Int64
    /// CRC-32 of both forms.
    var rawSum: UInt32
    var packedSum: UInt32

    func path(_ suffix: String, in store: Store) -> FilePath { store.path(Shelf(rawValue: shelf), key, suffix) }
}

/// A layer as a list of pieces, with the digests of both its forms.
struct LayerRecord: Codable, Hashable, Sendable {
    var diffID: Digest
    var digest: Digest
    var size: Int64
    var rawSize: Int64
    var packing: LayerPacking
    var pieces: [LayerPiece]
}

/// How a layer is compressed.
enum LayerPacking: String, Codable, CaseIterable, Sendable {
    case gzip, zstd

    var suffix: String { self == .gzip ? ".gz" : ".zst" }
    var encoder: String { self == .gzip ? LayerFormat.gzipEncoder : LayerFormat.zstdEncoder }
}
