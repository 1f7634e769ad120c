// SPDX-License-Identifier: Apache-2.0
package import PlinthCore

/// How an image is run and what its layers are when unpacked.
///
/// [OCI image-spec v1.1, config.md](https://github.com/opencontainers/image-spec/blob/v1.1.0/config.md)
package struct ImageConfig: Hashable, Codable, Sendable {
    package var architecture: String
    package var os: String
    package var variant: String?
    /// RFC 3339.
    package var created: String?
    package var author: String?
    package var config: RuntimeConfig?
    package var rootfs: RootFileSystem
    package var history: [HistoryEntry]?

    package init(
        platform: OCIPlatform, created: String? = nil, author: String? = nil, config: RuntimeConfig? = nil,
        diffIDs: [Digest], history: [HistoryEntry]? = nil
    ) {
        architecture = platform.architecture
        os = platform.os
        variant = platform.variant
        self.created = created
        self.author = author
        self.config = config
        rootfs = RootFileSystem(diffIDs: diffIDs)
        self.history = history
    }

    package var platform: OCIPlatform {
        OCIPlatform(os: os, architecture: architecture, variant: variant.flatMap { $0.isEmpty ? nil : $0 })
    }

    package struct RootFileSystem: Hashable, Codable, Sendable {
        package var type = "layers"
        /// The digests of the uncompressed layers, the lowest first.
        package var diffIDs: [Digest]

        package init(diffIDs: [Digest]) { self.diffIDs = diffIDs }

        enum CodingKeys: String, CodingKey {
            case type
            case diffIDs = "diff_ids"
        }
    }

    package struct HistoryEntry: Hashable, Codable, Sendable {
        /// RFC 3339.
        package var created: String?
        package var createdBy: String?
        package var author: String?
        package var comment: String?
        package var emptyLayer: Bool?

        package init(
            created: String? = nil, createdBy: String? = nil, author: String? = nil, comment: String? = nil,
            emptyLayer: Bool? = nil
        ) {
            self.created = created
            self.createdBy = createdBy
            self.author = author
            self.comment = comment
            self.emptyLayer = emptyLayer
        }

        enum CodingKeys: String, CodingKey {
            case created, author, comment
            case createdBy = "created_by"
            case emptyLayer = "empty_layer"
        }
    }
}
