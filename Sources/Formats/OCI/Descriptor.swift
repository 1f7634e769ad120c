// SPDX-License-Identifier: Apache-2.0
package import PlinthCore

/// A reference to a blob by media type, digest and size.
///
/// [OCI image-spec v1.1, descriptor.md](https://github.com/opencontainers/image-spec/blob/v1.1.0/descriptor.md)
package struct Descriptor: Hashable, Codable, Sendable {
    package var mediaType: MediaType
    package var digest: Digest
    /// Bytes; never negative.
    package var size: Int64
    package var platform: OCIPlatform?
    package var annotations: [String: String]?
    package var artifactType: MediaType?

    package init(
        mediaType: MediaType, digest: Digest, size: Int64, platform: OCIPlatform? = nil,
        annotations: [String: String]? = nil, artifactType: MediaType? = nil
    ) {
        self.mediaType = mediaType
        self.digest = digest
        self.size = size
        self.platform = platform
        self.annotations = annotations
        self.artifactType = artifactType
    }

    /// Describes bytes in memory.
    package init(_ mediaType: MediaType, of bytes: [UInt8], platform: OCIPlatform? = nil) {
        self.init(mediaType: mediaType, digest: .of(bytes), size: Int64(bytes.count), platform: platform)
    }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        mediaType = try fields.decodeIfPresent(MediaType.self, forKey: .mediaType) ?? MediaType(rawValue: "")
        digest = try fields.decode(Digest.self, forKey: .digest)
        size = try fields.decode(Int64.self, forKey: .size)
        platform = try fields.decodeIfPresent(OCIPlatform.self, forKey: .platform)
        annotations = try fields.decodeIfPresent([String: String].self, forKey: .annotations)
        artifactType = try fields.decodeIfPresent(MediaType.self, forKey: .artifactType)
        guard size >= 0 else {
            throw DecodingError.dataCorruptedError(forKey: .size, in: fields, debugDescription: "a negative size")
        }
    }

    /// Something other than an image that is kept like one. Some programs write the config's type here, as an image's.
    package var isArtifact: Bool { artifactType.map { !$0.isConfig } ?? false }

    /// The name that a layout gives the image, in its annotations.
    package var referenceName: String? {
        get { annotations?[AnnotationName.referenceName] }
        set {
            var changed = annotations ?? [:]
            changed[AnnotationName.referenceName] = newValue
            annotations = changed.isEmpty ? nil : changed
        }
    }
}

/// The annotations we write or understand.
package enum AnnotationName {
    package static let referenceName = "org.opencontainers.image.ref.name"
    package static let containerdName = "io.containerd.image.name"
    package static let created = "org.opencontainers.image.created"
    package static let title = "org.opencontainers.image.title"
    package static let version = "org.opencontainers.image.version"
    package static let source = "org.opencontainers.image.source"
    package static let revision = "org.opencontainers.image.revision"
    package static let baseName = "org.opencontainers.image.base.name"
    package static let baseDigest = "org.opencontainers.image.base.digest"
}
