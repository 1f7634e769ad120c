// SPDX-License-Identifier: Apache-2.0

/// What a blob is: a media type of OCI or Docker, or any other that a manifest names.
package struct MediaType: RawRepresentable, Hashable, Codable, Sendable {
    package let rawValue: String

    package init(rawValue: String) { self.rawValue = rawValue }
}

extension MediaType {
    package static let imageIndex = oci("image.index.v1+json")
    package static let imageManifest = oci("image.manifest.v1+json")
    package static let imageConfig = oci("image.config.v1+json")
    package static let layer = oci("image.layer.v1.tar")
    package static let layerGzip = oci("image.layer.v1.tar+gzip")
    package static let layerZstd = oci("image.layer.v1.tar+zstd")
    /// The two bytes `{}`: the config of a manifest that is not an image.
    package static let empty = oci("empty.v1+json")

    package static let dockerManifestList = docker("distribution.manifest.list.v2+json")
    package static let dockerManifest = docker("distribution.manifest.v2+json")
    package static let dockerConfig = docker("container.image.v1+json")
    package static let dockerLayer = docker("image.rootfs.diff.tar")
    package static let dockerLayerGzip = docker("image.rootfs.diff.tar.gzip")

    package static let spdx = MediaType(rawValue: "application/spdx+json")

    private static func oci(_ name: String) -> MediaType { MediaType(rawValue: "application/vnd.oci." + name) }
    private static func docker(_ name: String) -> MediaType { MediaType(rawValue: "application/vnd.docker." + name) }
}

extension MediaType {
    package var isIndex: Bool { self == .imageIndex || self == .dockerManifestList }
    package var isManifest: Bool { self == .imageManifest || self == .dockerManifest }
    package var isConfig: Bool { self == .imageConfig || self == .dockerConfig }

    /// A file system layer of any form, the non-distributable ones included.
    package var isLayer: Bool {
        rawValue.hasPrefix("application/vnd.oci.image.layer.")
            || rawValue.hasPrefix("application/vnd.docker.image.rootfs.")
    }
}

extension MediaType: CustomStringConvertible {
    package var description: String { rawValue }

    package init(from decoder: any Decoder) throws {
        rawValue = try decoder.singleValueContainer().decode(String.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}
