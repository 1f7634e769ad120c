// SPDX-License-Identifier: Apache-2.0
import PlinthArchive
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

/// Reads what `docker save` writes, now and in its first years.
struct DockerArchive {
    private let shelf: BlobShelf

    init(_ shelf: BlobShelf) { self.shelf = shelf }

    func image(_ choice: ImageSource.Choice) throws -> StoredImage {
        if shelf.named("manifest.json") == nil, shelf.named("repositories") != nil {
            return try DockerRepositories(shelf).image(choice)
        }
        let place = "\(shelf.place): manifest.json"
        let images = try OCIJSON.decode(
            [DockerImage]?.self, from: shelf.document(named: "manifest.json"), at: place)
        let image = try DockerName.choose(choice, from: images ?? [], at: shelf.place) { $0.repoTags ?? [] }
        let bytes = try shelf.document(named: image.config)
        let config = try OCIJSON.decode(ImageConfig.self, from: bytes, at: "\(shelf.place): \(image.config)")
        guard config.rootfs.diffIDs.count == image.layers.count else {
            throw Problem(
                "image.notImage", "The manifest and the config of the image do not agree", at: place,
                why: "\(image.layers.count) layers, and diff IDs for \(config.rootfs.diffIDs.count)")
        }
        return try stored(image, config, Descriptor(.imageConfig, of: bytes))
    }

    /// Makes up the manifest that the archive lacks.
    private func stored(_ image: DockerImage, _ config: ImageConfig, _ descriptor: Descriptor) throws -> StoredImage {
        var shelf = shelf
        shelf.call(descriptor.digest, image.config)
        var layers: [StoredLayer] = []
        for (diffID, name) in zip(config.rootfs.diffIDs, image.layers) {
            let stretch = try part(name)
            let layer = try self.layer(name, stretch, diffID)
            shelf.call(layer.digest, name)
            layers.append(
                StoredLayer(
                    number: layers.count, descriptor: layer, diffID: diffID, proof: .diffID, size: stretch.length,
                    content: .blob(stretch), isRootFileSystem: false,
                    place: "\(shelf.place): layer \(layers.count + 1) of \(image.layers.count), \(name)",
                    scratch: shelf.scratch))
        }
        let manifest = ImageManifest(
            mediaType: .imageManifest, config: descriptor, layers: layers.compactMap(\.descriptor))
        let root = Descriptor(.imageManifest, of: try OCIJSON.encode(manifest))
        let platform = StoredImage.Platform(descriptor: root, manifest: manifest, config: config, layers: layers)
        return StoredImage(place: shelf.place, root: root, platforms: [platform], shelf: shelf)
    }

    private func part(_ name: String) throws -> BlobStretch {
        guard let stretch = shelf.named(name) else {
            throw Problem(
                "image.missing", "A layer of the image is missing", at: shelf.place, why: "there is no \(name)")
        }
        return stretch
    }

    /// Layers are mostly not compressed, and then the diff ID is their digest. That of others is often their name; it
    /// is taken for the made-up manifest alone, and nothing is believed by it.
    private func layer(_ name: String, _ stretch: BlobStretch, _ diffID: Digest) throws -> Descriptor {
        let head = try FileSource(stretch.path, from: stretch.offset, length: min(16, stretch.length)).readAll(
            limit: 16)
        let compression = Compression.detect(head)
        if compression == .none { return Descriptor(mediaType: .layer, digest: diffID, size: stretch.length) }
        let type: MediaType = compression == .zstd ? .layerZstd : .layerGzip
        let base = name.split(separator: "/").last?.prefix(64) ?? ""
        return Descriptor(mediaType: type, digest: try Digest(hex: base) ?? digest(stretch), size: stretch.length)
    }

    private func digest(_ stretch: BlobStretch) throws -> Digest {
        let source = try stretch.source()
        var hash = DigestStream()
        var buffer = [UInt8](repeating: 0, count: 1 << 18)
        while true {
            var span = buffer.mutableSpan
            let count = try source.read(into: &span)
            if count == 0 { return hash.finish() }
            hash.update(span.span.extracting(..<count))
        }
    }
}

/// Names of images as Docker writes them.
enum DockerName {
    /// The short form that Docker shows: without its own registry and library, with a tag.
    static func familiar(_ name: String) -> String {
        var rest = name[...]
        for prefix in ["docker.io/", "library/"] where rest.hasPrefix(prefix) { rest = rest.dropFirst(prefix.count) }
        let last = rest.split(separator: "/").last ?? ""
        return last.contains(":") ? String(rest) : rest + ":latest"
    }

    /// - Throws: `image.noSuchTag`, `image.ambiguous`, `image.notImage`.
    static func choose<Image>(
        _ choice: ImageSource.Choice, from images: [Image], at place: String, names: (Image) -> [String]
    ) throws -> Image {
        let all = images.flatMap(names)
        let hints = all.isEmpty ? [] : ["there is " + all.prefix(8).joined(separator: ", ")]
        switch choice {
        case .only where images.count == 1: return images[0]
        case .only:
            throw Problem(
                images.isEmpty ? "image.notImage" : "image.ambiguous",
                images.isEmpty ? "There is no image here" : "There are several images here", at: place,
                hints: images.isEmpty ? [] : ["say which, as in docker-archive:FILE:NAME or FILE:@0"] + hints)
        case .number(let number):
            if images.indices.contains(number) { return images[number] }
            throw Problem(
                "image.noSuchTag", "There is no such image", at: place, why: "there are \(images.count)", hints: hints)
        case .digest(let digest):
            throw Problem(
                "image.noSuchTag", "Docker's archives name no digests", at: place, why: "no \(digest)", hints: hints)
        case .named(let name):
            let wanted = familiar(name)
            if let found = images.first(where: { names($0).contains { familiar($0) == wanted } }) { return found }
            throw Problem(
                "image.noSuchTag", "There is no image of this name", at: place, why: "no \(name)", hints: hints)
        }
    }
}
