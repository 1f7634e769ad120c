// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthFetch
import PlinthImage
import PlinthOCI
import PlinthRegistry

extension ImageTransfer {
    /// Brings an image into the store: first what names the rest, then the layers, several at a time.
    func pull(
        _ reference: RegistryReference, _ wish: PlatformWish, _ depth: Depth
    ) async throws -> StoredImage {
        let root = try await client.manifest(reference)
        _ = try store.writeBlob(root.bytes)
        try await bringManifests(below: root, reference, wish)
        let image = try open(root.descriptor, reference)
        guard depth == .layers else { return image }
        let layers = try wish.platforms(of: image, host: host).flatMap { $0.manifest?.layers ?? [] }
        try await bring(layers, from: reference)
        // Only now that its layers are here does the image know where they lie.
        return try open(root.descriptor, reference)
    }

    private func open(_ root: Descriptor, _ reference: RegistryReference) throws -> StoredImage {
        try store.image(below: root, place: "docker://\(reference)")
    }

    /// The manifests that are wanted, and their configs.
    private func bringManifests(
        below parent: RemoteManifest, _ reference: RegistryReference, _ wish: PlatformWish, depth: Int = 0
    ) async throws {
        let place = "docker://\(reference): \(parent.descriptor.digest)"
        guard parent.descriptor.mediaType.isIndex else {
            let manifest = try OCIJSON.decode(ImageManifest.self, from: parent.bytes, at: place)
            return try await bring([manifest.config], from: reference)
        }
        guard depth < 3 else {
            throw Problem("image.nested", "The indexes of the image are nested too deep", at: place)
        }
        let index = try OCIJSON.decode(ImageIndex.self, from: parent.bytes, at: place)
        let wanted = wish.candidates(index.manifests, host: host).filter {
            $0.mediaType.isManifest || $0.mediaType.isIndex
        }
        _ = try await mapConcurrently(wanted, limit: width) { entry in
            let child = try await client.manifest(reference.pinned(to: entry.digest))
            _ = try store.writeBlob(child.bytes)
            try await bringManifests(below: child, reference, wish, depth: depth + 1)
        }
    }

    /// Brings blobs that the store lacks; what an interrupted download left is gone on with.
    private func bring(_ blobs: [Descriptor], from reference: RegistryReference) async throws {
        var seen: Set<Digest> = []
        let different = blobs.filter { seen.insert($0.digest).inserted }
        _ = try await mapConcurrently(different, limit: width) { blob in
            let found = try await store.blob(blob.digest, size: ByteCount(blob.size)) { writer in
                try await client.download(blob, from: reference, into: writer, progress: progress)
            }
            if found.wasThere { progress.finished("\(blob.digest)", isFromStore: true) }
        }
    }
}
