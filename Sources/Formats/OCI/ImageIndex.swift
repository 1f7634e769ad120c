// SPDX-License-Identifier: Apache-2.0

/// The images for several platforms, or all images of a layout.
///
/// [OCI image-spec v1.1, image-index.md](https://github.com/opencontainers/image-spec/blob/v1.1.0/image-index.md)
package struct ImageIndex: Hashable, Codable, Sendable {
    package var schemaVersion = 2
    package var mediaType: MediaType?
    package var artifactType: MediaType?
    package var manifests: [Descriptor]
    package var subject: Descriptor?
    package var annotations: [String: String]?

    /// Keeps the order given: `sortedByPlatform` gives the order of an image's index.
    package init(
        mediaType: MediaType = .imageIndex, manifests: [Descriptor], annotations: [String: String]? = nil
    ) {
        self.manifests = manifests
        self.mediaType = mediaType
        self.annotations = annotations
    }

    package init(from decoder: any Decoder) throws {
        try DocumentKind.refuse("layers", "config", in: decoder)
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        schemaVersion = try DocumentKind.version(fields.decode(Int.self, forKey: .schemaVersion), decoder)
        mediaType = try fields.decodeIfPresent(MediaType.self, forKey: .mediaType)
        artifactType = try fields.decodeIfPresent(MediaType.self, forKey: .artifactType)
        manifests = try fields.decodeIfPresent([Descriptor].self, forKey: .manifests) ?? []
        subject = try fields.decodeIfPresent(Descriptor.self, forKey: .subject)
        annotations = try fields.decodeIfPresent([String: String].self, forKey: .annotations)
        if let mediaType, !mediaType.isIndex { throw DocumentKind.other(mediaType, decoder) }
    }

    package var sortedByPlatform: ImageIndex {
        var copy = self
        copy.manifests.sort {
            ($0.platform?.description ?? "", $0.digest) < ($1.platform?.description ?? "", $1.digest)
        }
        return copy
    }
}
