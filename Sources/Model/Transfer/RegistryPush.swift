// SPDX-License-Identifier: Apache-2.0
import PlinthCore
package import PlinthImage
package import PlinthOCI
import PlinthRegistry

/// What a push moved.
package struct PushResult: Sendable {
    /// The manifest or index that the reference now names.
    package var root: Descriptor
    package var sent = 0
    package var mounted = 0
    package var present = 0
    package var bytesSent: Int64 = 0
}

extension ImageTransfer {
    /// Sends an image: first the blobs, several at a time, then what names them, the root last.
    ///
    /// Memory: the documents and a few buffers. A blob that the registry has is not sent.
    /// - Parameter wish: `.all` sends the index as it is; one platform sends its manifest alone.
    /// - Throws: `registry.*`, `image.*`.
    package func push(
        _ image: StoredImage, _ wish: PlatformWish, to reference: RegistryReference
    ) async throws -> PushResult {
        let root = try image.root(of: wish == .all ? nil : wish.platforms(of: image, host: host).first)
        let walk = try ImageWalk(image, from: root)
        let origin = Self.origin(of: image, reference)
        let arrivals = try await client.upload(
            walk.blobs.map { content($0, of: image) }, to: reference, mountingFrom: origin, limit: width,
            progress: progress)
        var result = PushResult(root: root)
        for (blob, arrival) in zip(walk.blobs, arrivals) { result.count(arrival, blob) }
        for document in walk.documents {
            let isRoot = document.descriptor.digest == root.digest
            let place = isRoot ? reference : reference.pinned(to: document.descriptor.digest)
            try await client.putManifest(document.bytes, document.descriptor.mediaType, to: place)
        }
        return result
    }

    private func content(_ blob: Descriptor, of image: StoredImage) -> PlinthRegistry.BlobContent {
        PlinthRegistry.BlobContent(blob) { offset in
            try image.source(of: blob, from: offset)
        }
    }

    /// The repository of the same registry from which the image came.
    private static func origin(of image: StoredImage, _ reference: RegistryReference) -> String? {
        let scheme = "docker://"
        guard image.place.hasPrefix(scheme),
            let from = try? RegistryReference(parsing: image.place.dropFirst(scheme.count)),
            from.host == reference.host, from.repository != reference.repository
        else { return nil }
        return from.repository
    }
}

extension PushResult {
    fileprivate mutating func count(_ arrival: BlobArrival, _ blob: Descriptor) {
        switch arrival {
        case .sent:
            sent += 1
            bytesSent += blob.size
        case .mounted: mounted += 1
        case .wasThere: present += 1
        }
    }
}
