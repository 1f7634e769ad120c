// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthOCI

/// Reads from `index.json` down to the configs.
struct DocumentReader {
    /// Platforms of one image; real indexes have fewer than fifty.
    private static let limit = 500

    let place: ImageDestination
    let shelf: BlobShelf

    init(_ place: ImageDestination, shelf: BlobShelf) {
        self.place = place
        self.shelf = shelf
    }

    func image(named tag: String?) throws -> StoredImage {
        let bytes = try shelf.document(named: "index.json")
        let index = try OCIJSON.decode(ImageIndex.self, from: bytes, at: "\(shelf.place): index.json")
        let root = try choose(tag, from: index.manifests)
        let manifests = try manifests(below: root, depth: 0)
        let present = manifests.count == 1 ? manifests : manifests.filter { shelf.contains($0.digest) }
        let platforms = try present.compactMap { try platform($0) }
        guard !platforms.isEmpty else {
            throw Problem(
                "image.notImage", "There is no image for any platform here", at: shelf.place,
                why: manifests.isEmpty ? "the index is empty" : "what the index names is missing or no image")
        }
        return StoredImage(place: place, root: root, platforms: platforms, shelf: shelf)
    }

    private func choose(_ tag: String?, from all: [Descriptor]) throws -> Descriptor {
        let images = all.filter { $0.artifactType == nil && ($0.mediaType.isIndex || $0.mediaType.isManifest) }
        let names = images.compactMap(\.referenceName)
        if let tag {
            if let found = images.first(where: { $0.referenceName == tag }) { return found }
            let nearest = nearestNames(to: tag, among: names)
            throw Problem(
                "image.noSuchTag", "There is no image of this tag", at: shelf.place, why: "no \(tag)",
                hints: nearest.isEmpty ? Self.list(names) : ["did you mean \(nearest.joined(separator: " or "))?"])
        }
        if images.count == 1 { return images[0] }
        if let nameless = images.first(where: { $0.referenceName == nil }), names.count == images.count - 1 {
            return nameless
        }
        throw Problem(
            images.isEmpty ? "image.notImage" : "image.ambiguous",
            images.isEmpty ? "There is no image here" : "There are several images here", at: shelf.place,
            hints: images.isEmpty ? [] : ["say which, as in oci:DIR:TAG"] + Self.list(names))
    }

    private static func list(_ names: [String]) -> [String] {
        names.isEmpty ? [] : ["there is " + names.prefix(8).joined(separator: ", ")]
    }

    /// Index documents may name indexes, two deep at most.
    private func manifests(below root: Descriptor, depth: Int) throws -> [Descriptor] {
        guard root.mediaType.isIndex else { return [root] }
        guard depth < 2 else {
            throw Problem("image.nested", "The indexes of the image are nested too deep", at: shelf.place)
        }
        if depth > 0, !shelf.contains(root.digest) { return [] }
        let place = "\(shelf.place): \(root.digest)"
        let index = try OCIJSON.decode(ImageIndex.self, from: try shelf.document(root), at: place)
        let all = try index.manifests.flatMap { entry in
            entry.platform?.isUnknown == true ? [] : try manifests(below: entry, depth: depth + 1)
        }
        guard all.count <= Self.limit else {
            throw Problem("image.tooManyParts", "The image has \(all.count) platforms", at: place)
        }
        return all
    }

    /// nil for an artifact that is no image.
    private func platform(_ descriptor: Descriptor) throws -> StoredImage.Platform? {
        let place = "\(shelf.place): \(descriptor.digest)"
        let manifest = try OCIJSON.decode(ImageManifest.self, from: try shelf.document(descriptor), at: place)
        guard manifest.artifactType == nil, manifest.config.mediaType.isConfig else { return nil }
        let bytes = try shelf.document(manifest.config)
        let config = try OCIJSON.decode(
            ImageConfig.self, from: bytes, at: "\(shelf.place): \(manifest.config.digest)")
        guard config.rootfs.diffIDs.count == manifest.layers.count else {
            throw Problem(
                "image.notImage", "The manifest and the config of the image do not agree", at: place,
                why: "\(manifest.layers.count) layers, and diff IDs for \(config.rootfs.diffIDs.count)")
        }
        return StoredImage.Platform(descriptor: descriptor, manifest: manifest, config: config)
    }
}
