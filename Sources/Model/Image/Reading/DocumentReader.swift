// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthOCI

/// Reads from `index.json`, or from an index or manifest, down to the configs.
struct DocumentReader {
    let shelf: BlobShelf

    init(_ shelf: BlobShelf) { self.shelf = shelf }

    func image(_ choice: ImageSource.Choice) throws -> StoredImage {
        let bytes = try shelf.document(named: "index.json")
        let index = try OCIJSON.decode(ImageIndex.self, from: bytes, at: "\(shelf.place): index.json")
        let images = RootChoice(index.manifests, place: shelf.place)
        guard choice == .only, images.isOneImage else { return try image(below: images.choose(choice)) }
        let root = Descriptor(.imageIndex, of: bytes)
        var shelf = shelf
        shelf.call(root.digest, "index.json")
        return try DocumentReader(shelf).image(below: root)
    }

    func image(below root: Descriptor) throws -> StoredImage {
        var walk = IndexWalk(shelf)
        try walk.enter(root)
        let manifests = walk.manifests
        let present = manifests.count == 1 ? manifests : manifests.filter { shelf.contains($0.digest) }
        let platforms = try present.compactMap { try platform($0, isOnly: manifests.count == 1) }
        guard !platforms.isEmpty else {
            throw Problem(
                "image.notImage", "There is no image for any platform here", at: shelf.place,
                why: manifests.isEmpty ? "the index is empty" : "what the index names is missing or no image")
        }
        return StoredImage(place: shelf.place, root: root, platforms: platforms, shelf: shelf)
    }

    /// nil for an artifact that is no image, and for one of several platforms whose config is not here.
    private func platform(_ descriptor: Descriptor, isOnly: Bool) throws -> StoredImage.Platform? {
        let place = "\(shelf.place): \(descriptor.digest)"
        let bytes = try shelf.document(descriptor)
        try OldSchema.refuse(bytes, descriptor, at: place)
        let manifest = try OCIJSON.decode(ImageManifest.self, from: bytes, at: place)
        guard manifest.artifactType?.isConfig != false, manifest.config.mediaType.isConfig else { return nil }
        if !isOnly, !shelf.contains(manifest.config.digest) { return nil }
        let config = try OCIJSON.decode(
            ImageConfig.self, from: try shelf.document(manifest.config),
            at: "\(shelf.place): \(manifest.config.digest)")
        guard config.rootfs.diffIDs.count == manifest.layers.count else {
            throw Problem(
                "image.notImage", "The manifest and the config of the image do not agree", at: place,
                why: "\(manifest.layers.count) layers, and diff IDs for \(config.rootfs.diffIDs.count)")
        }
        let layers = LayerList(shelf).layers(manifest.layers, diffIDs: config.rootfs.diffIDs)
        return StoredImage.Platform(descriptor: descriptor, manifest: manifest, config: config, layers: layers)
    }
}

/// Follows indexes to manifests.
///
/// Every document is read once, so that neither cycles nor many names for the same cost anything.
struct IndexWalk {
    /// Real images have two: `index.json` and the platforms' index.
    private static let depthLimit = 3
    /// Platforms of one image, and indexes that name them; real ones have fewer than fifty.
    private static let limit = 500

    private let shelf: BlobShelf
    private var seen: Set<Digest> = []
    /// Those of attestations are left out.
    private(set) var manifests: [Descriptor] = []

    init(_ shelf: BlobShelf) { self.shelf = shelf }

    /// - Throws: `image.nested`, `image.tooManyParts`, `image.schema1`, `image.missing`, `image.blobMismatch`, `oci.*`.
    mutating func enter(_ descriptor: Descriptor, depth: Int = 0) throws {
        guard seen.insert(descriptor.digest).inserted else { return }
        guard seen.count <= Self.limit else {
            throw Problem("image.tooManyParts", "The image has more than \(Self.limit) platforms", at: shelf.place)
        }
        guard descriptor.mediaType.isIndex else {
            if depth == 0 || descriptor.mediaType.isManifest || OldSchema.names(descriptor) {
                manifests.append(descriptor)
            }
            return
        }
        guard depth < Self.depthLimit else {
            throw Problem("image.nested", "The indexes of the image are nested too deep", at: shelf.place)
        }
        if depth > 0, !shelf.contains(descriptor.digest) { return }
        let place = "\(shelf.place): \(descriptor.digest)"
        let bytes = try shelf.document(descriptor)
        try OldSchema.refuse(bytes, descriptor, at: place)
        let index = try OCIJSON.decode(ImageIndex.self, from: bytes, at: place)
        for entry in index.manifests where entry.platform?.isUnknown != true { try enter(entry, depth: depth + 1) }
    }
}

/// Docker's first form of manifests, which names layers by the digests of their archives and has no config.
enum OldSchema {
    private struct Version: Decodable { var schemaVersion: Int? }

    static func names(_ descriptor: Descriptor) -> Bool {
        descriptor.mediaType.rawValue.hasPrefix("application/vnd.docker.distribution.manifest.v1")
    }

    /// - Throws: `image.schema1`.
    static func refuse(_ bytes: [UInt8], _ descriptor: Descriptor, at place: String) throws {
        let version = try? OCIJSON.decode(Version.self, from: bytes, at: place).schemaVersion
        guard names(descriptor) || version == 1 else { return }
        throw Problem(
            "image.schema1", "The image has a manifest of schema 1, which nobody should use any more", at: place,
            hints: ["convert it, for example with skopeo copy --format v2s2"])
    }
}
