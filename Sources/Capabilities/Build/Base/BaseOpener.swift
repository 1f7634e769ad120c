// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthFetch
import PlinthImage
import PlinthOCI

/// Opens the image that a recipe builds on, and checks it against its digest.
struct BaseOpener: Sendable {
    let base: Recipe.Base
    let images: NamedImages
    let store: Store

    /// The files are packed for the store alone: no image ever has these pieces.
    private static let level = 1

    /// Time: once in the life of the store all layers are unpacked; then reading a table of all entries.
    /// - Throws: `base.*`, `image.*`, `registry.*`, what reading layers throws, `store.*`.
    func open(for wanted: OCIPlatform) async throws -> BaseImage {
        let found = try await images.find(base.image, for: wanted)
        guard let manifest = found.platform.descriptor?.digest, found.platform.manifest != nil else {
            throw Problem(
                "base.noImage", "Files alone are no image to build on", at: base.image,
                hints: ["take them in with files: from: \(base.image)", line], kind: .usage)
        }
        if let digest = base.digest, !found.digests.contains(digest) {
            throw Problem(
                "base.digest", "The base is not what its digest says", at: base.image,
                why: found.digests.mismatch(digest), hints: [line])
        }
        let item = Recipe.FileItem(image: base.image, source: "/", path: .root, keepsOwners: true, line: base.line)
        let files = LocalFile(item: item, digest: manifest, content: .layers(found.platform.layers, .root))
        let segments = try await LocalSegment(store: store, clamp: nil, level: Self.level).segments(of: [files])
        return BaseImage(
            name: base.image, reference: try images.reference(base.image), manifest: manifest, image: found.image,
            platform: found.platform, segment: segments[0])
    }

    private var line: String { base.line == 0 ? "it is what --base names" : "line \(base.line) of the recipe" }
}
