// SPDX-License-Identifier: Apache-2.0
package import PlinthCore
package import PlinthFetch
import PlinthImage
import SystemPackage

/// A file of the store that is one stretch of a layer, in two forms of known length.
package struct LayerPiece: Codable, Hashable, Sendable {
    /// The shelf's name.
    package var shelf: String
    package var key: String
    package var rawSize: Int64
    package var packedSize: Int64
    /// CRC-32 of both forms.
    package var rawSum: UInt32
    package var packedSum: UInt32

    func path(_ suffix: String, in store: Store) -> FilePath { store.path(Shelf(rawValue: shelf), key, suffix) }
}

/// A layer as a list of pieces, with the digests of both its forms.
package struct LayerRecord: Codable, Hashable, Sendable {
    package var diffID: Digest
    package var digest: Digest
    package var size: Int64
    package var rawSize: Int64
    package var packing: LayerPacking
    package var pieces: [LayerPiece]
}

/// How a layer is compressed.
package enum LayerPacking: String, Codable, CaseIterable, Sendable {
    case gzip, zstd

    var suffix: String { self == .gzip ? ".gz" : ".zst" }
    package var encoder: String { self == .gzip ? LayerFormat.gzipEncoder : LayerFormat.zstdEncoder }
}
