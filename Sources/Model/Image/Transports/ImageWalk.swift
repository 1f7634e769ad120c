// SPDX-License-Identifier: Apache-2.0
import PlinthCore
package import PlinthOCI

/// Everything that an image is made of, children before those that name them: what has to be copied to keep its digest.
package struct ImageWalk: Sendable {
    /// Indexes and manifests, the root last.
    package private(set) var documents: [(descriptor: Descriptor, bytes: [UInt8])] = []
    /// Configs and layers, each once.
    package private(set) var blobs: [Descriptor] = []
    private let image: StoredImage
    private var seen: Set<Digest> = []

    /// Walks down from an index or manifest of the image; attestations are part of it.
    /// - Throws: `image.nested`, `image.missing`, `image.blobMismatch`, `oci.*`.
    package init(_ image: StoredImage, from root: Descriptor) throws {
        self.image = image
        try enter(root, depth: 0)
    }

    private mutating func enter(_ descriptor: Descriptor, depth: Int) throws {
        guard seen.insert(descriptor.digest).inserted else { return }
        let place = "\(image.place): \(descriptor.digest)"
        guard depth < 4 else {
            throw Problem("image.nested", "The indexes of the image are nested too deep", at: place)
        }
        let bytes = try image.manifestBytes(descriptor)
        if descriptor.mediaType.isIndex {
            for child in try OCIJSON.decode(ImageIndex.self, from: bytes, at: place).manifests {
                try enter(child, depth: depth + 1)
            }
        } else {
            let manifest = try OCIJSON.decode(ImageManifest.self, from: bytes, at: place)
            for blob in manifest.layers + [manifest.config] where seen.insert(blob.digest).inserted {
                blobs.append(blob)
            }
        }
        documents.append((descriptor, bytes))
    }
}

extension StoredImage {
    /// The bytes of an index or manifest; one that was made up is written out.
    func manifestBytes(_ descriptor: Descriptor) throws -> [UInt8] {
        if !shelf.contains(descriptor.digest),
            let manifest = platforms.first(where: { $0.descriptor?.digest == descriptor.digest })?.manifest
        {
            return try OCIJSON.encode(manifest)
        }
        return try document(descriptor)
    }

    /// What a name of the image shall stand for: all of it, or one platform's manifest.
    /// - Throws: `image.noManifest` for a root file system.
    package func root(of platform: Platform?) throws -> Descriptor {
        guard let chosen = platform == nil ? root : platform?.descriptor else {
            throw Problem(
                "image.noManifest", "Files alone are no image yet", at: place,
                hints: ["an image of them is made with a recipe"], kind: .usage)
        }
        return chosen
    }
}
