// SPDX-License-Identifier: Apache-2.0
package import PlinthCore
package import PlinthOCI

/// What an image's index names and what is not here, such as the platforms that nobody has pulled.
package struct ImageGaps: Sendable {
    /// Manifests that are missing, or that lack a config or a layer, in the order of the index.
    package private(set) var missing: [Descriptor] = []
    private let image: StoredImage
    private var seen: Set<Digest> = []

    /// Time: reading every manifest. An image without an index has no gaps: what it lacks is said when it is read.
    /// - Throws: `image.blobMismatch`, `image.nested`, `oci.*`.
    package init(_ image: StoredImage) throws {
        self.image = image
        guard let root = image.root, root.mediaType.isIndex else { return }
        try enter(root, depth: 0)
    }

    private mutating func enter(_ descriptor: Descriptor, depth: Int) throws {
        guard seen.insert(descriptor.digest).inserted else { return }
        guard image.shelf.contains(descriptor.digest) else {
            missing.append(descriptor)
            return
        }
        let place = "\(image.place): \(descriptor.digest)"
        guard depth < 4 else {
            throw Problem("image.nested", "The indexes of the image are nested too deep", at: place)
        }
        let bytes = try image.document(descriptor)
        guard descriptor.mediaType.isIndex else {
            let manifest = try OCIJSON.decode(ImageManifest.self, from: bytes, at: place)
            let isWhole = (manifest.layers + [manifest.config]).allSatisfy { image.shelf.contains($0.digest) }
            if !isWhole { missing.append(descriptor) }
            return
        }
        for child in try OCIJSON.decode(ImageIndex.self, from: bytes, at: place).manifests {
            try enter(child, depth: depth + 1)
        }
    }

    /// The missing ones for a person, at most eight.
    private var names: String {
        let names = missing.prefix(8).map { part in
            part.platform.flatMap { $0.isUnknown ? nil : "\($0)" } ?? "\(part.digest)"
        }
        return names.joined(separator: ", ") + (missing.count > 8 ? " and \(missing.count - 8) more" : "")
    }

    /// What a person is told who wants all of it.
    package func problem(chosen: OCIPlatform?) -> Problem {
        Problem(
            "image.missingPlatforms", "Not every platform of the image is here", at: image.place,
            why: "missing are \(names)",
            hints: ["take one that is here\(chosen.map { " with --platform \($0)" } ?? ", with --platform")"])
    }

    /// What a person is told who wanted as much as there is.
    package func note(chosen: OCIPlatform) -> String {
        "only \(chosen) is copied, since not every platform is here: missing are \(names)"
    }
}
