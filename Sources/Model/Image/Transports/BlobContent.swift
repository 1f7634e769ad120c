// SPDX-License-Identifier: Apache-2.0
package import PlinthCore
package import PlinthOCI
package import SystemPackage

/// Where the bytes of a blob are.
package enum BlobContent: Sendable {
    case bytes([UInt8])
    /// A whole file.
    case file(FilePath)
    case pieces([BlobPiece])
}

/// One stretch of a blob.
package enum BlobPiece: Sendable {
    case bytes([UInt8])
    /// `length` bytes of a file from `offset` on.
    case file(FilePath, offset: Int64, length: Int64)
}

/// A blob to be written, and what it must turn out to be.
package struct OutgoingBlob: Sendable {
    package var descriptor: Descriptor
    package var content: BlobContent

    package init(_ descriptor: Descriptor, _ content: BlobContent) {
        self.descriptor = descriptor
        self.content = content
    }

    /// A document in memory.
    package init(_ mediaType: MediaType, bytes: [UInt8], platform: OCIPlatform? = nil) {
        self.init(Descriptor(mediaType, of: bytes, platform: platform), .bytes(bytes))
    }
}

/// A layer in both its forms.
package struct OutgoingLayer: Sendable {
    package var blob: OutgoingBlob
    package var diffID: Digest
    /// Bytes of the uncompressed layer.
    package var unpackedSize: Int64
    /// The uncompressed layer, which only Docker's archive needs.
    package var unpacked: BlobContent

    package init(_ blob: OutgoingBlob, diffID: Digest, unpackedSize: Int64, unpacked: BlobContent) {
        self.blob = blob
        self.diffID = diffID
        self.unpackedSize = unpackedSize
        self.unpacked = unpacked
    }
}

/// One platform's image.
package struct OutgoingPlatform: Sendable {
    package var manifest: OutgoingBlob
    package var config: OutgoingBlob
    /// The lowest first.
    package var layers: [OutgoingLayer]

    package init(manifest: OutgoingBlob, config: OutgoingBlob, layers: [OutgoingLayer]) {
        self.manifest = manifest
        self.config = config
        self.layers = layers
    }
}

/// An image that is ready to be written anywhere.
package struct OutgoingImage: Sendable {
    package var platforms: [OutgoingPlatform]
    /// Over several platforms; nil when there is one.
    package var index: OutgoingBlob?
    /// What belongs to no platform, children first: attestations, and indexes within the index.
    package var others: [OutgoingBlob] = []
    /// What the content lies in, for as long as it is needed.
    var keeping: [any Sendable] = []

    package init(platforms: [OutgoingPlatform], index: OutgoingBlob? = nil) {
        self.platforms = platforms
        self.index = index
    }

    /// Keeps what another image's content lies in, for layers that both have.
    package mutating func keep(_ other: OutgoingImage) { keeping += other.keeping }

    /// What the image's name stands for: the index, or the only manifest.
    /// - Throws: `image.empty` when there is neither, or several manifests without an index: a bug of ours.
    package var root: Descriptor {
        get throws {
            if let index { return index.descriptor }
            guard let only = platforms.first, platforms.count == 1 else {
                throw Problem(
                    "image.empty", "An image of \(platforms.count) platforms has no index", kind: .bug)
            }
            return only.manifest.descriptor
        }
    }

    /// Every blob once, children before those that name them.
    package var blobs: [OutgoingBlob] {
        let all =
            platforms.flatMap { $0.layers.map(\.blob) + [$0.config, $0.manifest] } + others
            + (index.map { [$0] } ?? [])
        var seen = Set<Digest>()
        return all.filter { seen.insert($0.descriptor.digest).inserted }
    }
}
