// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthOCI

/// One image in the `manifest.json` of `docker save`.
struct DockerImage: Codable {
    var config: String
    var repoTags: [String]?
    var layers: [String]

    enum CodingKeys: String, CodingKey {
        case config = "Config"
        case repoTags = "RepoTags"
        case layers = "Layers"
    }
}

/// Reads what `docker save` writes; since engine 25 that is a layout as well.
struct DockerArchive {
    private let place: ImageDestination
    private var shelf: BlobShelf

    init(_ place: ImageDestination, shelf: BlobShelf) {
        self.place = place
        self.shelf = shelf
    }

    func image(named reference: String?) throws -> StoredImage {
        let manifest = "\(shelf.place): manifest.json"
        let images = try OCIJSON.decode(
            [DockerImage].self, from: shelf.document(named: "manifest.json"), at: manifest)
        let image = try choose(reference, from: images)
        let bytes = try shelf.document(named: image.config)
        let config = try OCIJSON.decode(ImageConfig.self, from: bytes, at: "\(shelf.place): \(image.config)")
        guard config.rootfs.diffIDs.count == image.layers.count else {
            throw Problem(
                "image.notImage", "The manifest and the config of the image do not agree", at: manifest,
                why: "\(image.layers.count) layers, and diff IDs for \(config.rootfs.diffIDs.count)")
        }
        return try stored(image, config, Descriptor(.dockerConfig, of: bytes))
    }

    /// Makes up the manifest that the archive lacks.
    private func stored(_ image: DockerImage, _ config: ImageConfig, _ descriptor: Descriptor) throws -> StoredImage {
        var shelf = shelf
        shelf.call(descriptor.digest, image.config)
        let layers = try zip(config.rootfs.diffIDs, image.layers).map { diffID, name in
            shelf.call(diffID, name)
            return Descriptor(
                mediaType: .dockerLayer, digest: diffID, size: try shelf.stretch(of: diffID).length)
        }
        let manifest = ImageManifest(mediaType: .dockerManifest, config: descriptor, layers: layers)
        let root = Descriptor(.dockerManifest, of: try OCIJSON.encode(manifest))
        let platform = StoredImage.Platform(descriptor: root, manifest: manifest, config: config)
        return StoredImage(place: place, root: root, platforms: [platform], shelf: shelf)
    }

    private func choose(_ reference: String?, from images: [DockerImage]) throws -> DockerImage {
        guard let reference else {
            if images.count == 1 { return images[0] }
            throw Problem(
                images.isEmpty ? "image.notImage" : "image.ambiguous",
                images.isEmpty ? "There is no image here" : "There are several images here", at: shelf.place,
                hints: images.isEmpty ? [] : ["say which, as in docker-archive:FILE:NAME"])
        }
        let wanted = Self.familiar(reference)
        if let found = images.first(where: { $0.repoTags?.contains { Self.familiar($0) == wanted } == true }) {
            return found
        }
        let names = images.flatMap { $0.repoTags ?? [] }
        throw Problem(
            "image.noSuchTag", "There is no image of this name", at: shelf.place, why: "no \(reference)",
            hints: names.isEmpty ? [] : ["there is " + names.prefix(8).joined(separator: ", ")])
    }

    /// The short form that Docker shows: without its own registry and library.
    private static func familiar(_ name: String) -> Substring {
        var rest = name[...]
        for prefix in ["docker.io/", "library/"] where rest.hasPrefix(prefix) { rest = rest.dropFirst(prefix.count) }
        return rest
    }
}
