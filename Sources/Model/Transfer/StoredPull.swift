// SPDX-License-Identifier: Apache-2.0
import PlinthCore
package import PlinthFetch
package import PlinthImage
package import PlinthOCI

extension Store {
    /// An image of a registry that was brought here before and is whole for a platform; nil for any other, and for one
    /// that is named without a digest: only the registry knows what a tag stands for.
    ///
    /// Nothing is asked for. Layers are verified when they are read.
    /// - Throws: `registry.reference`, `store.damaged`.
    package func pulledImage(_ name: String, for platform: OCIPlatform) throws -> StoredImage? {
        let reference = try RegistryReference(parsing: name)
        guard let digest = reference.digest,
            let bytes = try verifiedBlob(digest).map({ try FileSource($0).readAll(limit: OCIJSON.limit) }),
            let kind = try? OCIJSON.decode(DocumentKind.self, from: bytes, at: name),
            let image = try? image(below: Descriptor(kind.mediaType, of: bytes), place: "docker://\(reference)"),
            let part = try? image.platform(platform, host: platform)
        else { return nil }
        let layers = part.manifest?.layers ?? []
        return try layers.allSatisfy { try blob($0.digest, size: ByteCount($0.size)) != nil } ? image : nil
    }

    /// An image whose documents are here; its layers are there or not.
    /// - Throws: as `StoredImage.open`.
    func image(below root: Descriptor, place: String) throws -> StoredImage {
        try StoredImage.open(root: root, place: place) { digest in
            guard let path = try? blob(digest), let size = try? contentLength(.blobs, digest.hex) else { return nil }
            return BlobStretch(path: path, offset: 0, length: size)
        }
    }
}

/// What a document is by its own word, or by what it has.
private struct DocumentKind: Decodable {
    var mediaType: MediaType

    private enum CodingKeys: String, CodingKey {
        case mediaType, manifests
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        let own = try fields.decodeIfPresent(MediaType.self, forKey: .mediaType)
        mediaType = own ?? (fields.contains(.manifests) ? .imageIndex : .imageManifest)
    }
}
