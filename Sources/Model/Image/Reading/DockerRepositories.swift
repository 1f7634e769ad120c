// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthOCI

/// Reads the first form of `docker save`: `repositories` names the top layer of each image, and each layer's own `json`
/// names the one below. There are no digests in it.
struct DockerRepositories {
    /// More than Docker could ever mount.
    private static let limit = 200

    private struct Layer: Decodable {
        var parent: String?
        var architecture: String?
        var os: String?
        var variant: String?
        var created: String?
        var author: String?
        var config: RuntimeConfig?
    }

    private struct Image {
        var name: String
        var top: String
    }

    private let shelf: BlobShelf

    init(_ shelf: BlobShelf) { self.shelf = shelf }

    func image(_ choice: ImageSource.Choice) throws -> StoredImage {
        let table = try OCIJSON.decode(
            [String: [String: String]].self, from: shelf.document(named: "repositories"),
            at: "\(shelf.place): repositories")
        let images = table.flatMap { name, tags in tags.map { Image(name: "\(name):\($0)", top: $1) } }
            .sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        return try image(DockerName.choose(choice, from: images, at: shelf.place) { [$0.name] }.top)
    }

    private func image(_ top: String) throws -> StoredImage {
        let chain = try chain(from: top)
        let first = chain[0].layer
        var config = ImageConfig(
            platform: OCIPlatform(
                os: first.os ?? "linux", architecture: first.architecture ?? "unknown", variant: first.variant),
            created: first.created, author: first.author, config: first.config, diffIDs: [])
        config.variant = config.variant.flatMap { $0.isEmpty ? nil : $0 }
        let names = chain.reversed().map { "\($0.name)/layer.tar" }
        let layers = try names.enumerated().map { try layer($0, $1, of: names.count) }
        let platform = StoredImage.Platform(descriptor: nil, manifest: nil, config: config, layers: layers)
        return StoredImage(place: shelf.place, root: nil, platforms: [platform], shelf: shelf)
    }

    /// The top layer first.
    private func chain(from top: String) throws -> [(name: String, layer: Layer)] {
        var chain: [(name: String, layer: Layer)] = []
        var seen: Set<String> = []
        var next: String? = top
        while let name = next, !name.isEmpty {
            guard seen.insert(name).inserted, chain.count < Self.limit else {
                throw Problem(
                    "image.nested", "The layers of the image lie upon one another without end", at: shelf.place,
                    why: "at \(name)")
            }
            let layer = try OCIJSON.decode(
                Layer.self, from: shelf.document(named: "\(name)/json"), at: "\(shelf.place): \(name)/json")
            chain.append((name, layer))
            next = layer.parent
        }
        guard !chain.isEmpty else { throw Problem("image.notImage", "There is no image here", at: shelf.place) }
        return chain
    }

    private func layer(_ number: Int, _ name: String, of count: Int) throws -> StoredLayer {
        guard let stretch = shelf.named(name) else {
            throw Problem(
                "image.missing", "A layer of the image is missing", at: shelf.place, why: "there is no \(name)")
        }
        return StoredLayer(
            number: number, descriptor: nil, diffID: nil, proof: .nothing, size: stretch.length,
            content: .blob(stretch), isRootFileSystem: false,
            place: "\(shelf.place): layer \(number + 1) of \(count), \(name)", scratch: shelf.scratch)
    }
}
