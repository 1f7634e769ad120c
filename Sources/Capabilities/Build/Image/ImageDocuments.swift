// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage
import PlinthOCI

/// The configuration and manifest of one platform's image: pure.
struct ImageDocuments {
    let config: [UInt8]
    let manifest: [UInt8]
    let manifestDescriptor: Descriptor
    let configDescriptor: Descriptor

    /// - Parameter base: whose layers lie below.
    init(
        _ settings: ImageSettings, upon base: BaseImage?, layers: [LayerRecord], platform: OCIPlatform, created: Int64,
        history: String
    ) throws {
        let date = RFC3339.format(created)
        let document = ImageConfig(
            platform: platform, created: date, config: settings.runtimeConfig,
            diffIDs: (base?.platform.config.rootfs.diffIDs ?? []) + layers.map(\.diffID),
            history: (base?.history ?? []) + layers.map { _ in .init(created: date, createdBy: history) })
        config = try OCIJSON.encode(document)
        configDescriptor = Descriptor(.imageConfig, of: config)
        manifest = try OCIJSON.encode(
            ImageManifest(
                mediaType: .imageManifest, config: configDescriptor,
                layers: (base?.layers ?? []) + layers.map(\.descriptor),
                annotations: Self.annotations(settings, created: date).merging(base?.annotations ?? [:]) { own, _ in own
                }))
        manifestDescriptor = Descriptor(.imageManifest, of: manifest, platform: platform)
    }

    static func annotations(_ settings: ImageSettings, created: String) -> [String: String] {
        settings.annotations.merging([AnnotationName.created: created]) { own, _ in own }
    }

    /// The index over several platforms.
    static func index(
        of manifests: [Descriptor], _ settings: ImageSettings, created: Int64
    ) throws -> [UInt8] {
        let index = ImageIndex(
            mediaType: .imageIndex, manifests: manifests,
            annotations: annotations(settings, created: RFC3339.format(created)))
        return try OCIJSON.encode(index.sortedByPlatform)
    }
}

extension LayerRecord {
    var descriptor: Descriptor {
        Descriptor(mediaType: packing == .gzip ? .layerGzip : .layerZstd, digest: digest, size: size)
    }
}
