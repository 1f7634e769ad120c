// SPDX-License-Identifier: Apache-2.0
package import PlinthCore
package import PlinthOCI

/// An image as it lies in a layout or an archive: its documents in memory, its layers where they are.
package struct StoredImage: Sendable {
    /// One platform's part.
    package struct Platform: Sendable {
        package let descriptor: Descriptor
        package let manifest: ImageManifest
        package let config: ImageConfig

        package var platform: OCIPlatform { config.platform }
    }

    package let place: ImageDestination
    /// What the image's name stands for: an index or a manifest. For Docker's archive a manifest that is made up,
    /// because there is none.
    package let root: Descriptor
    /// In the order of the index; attestations and artifacts are left out.
    package let platforms: [Platform]
    let shelf: BlobShelf

    /// Reads index, manifests and configs, and checks the digest and size of each before it is believed.
    ///
    /// Memory: the documents, of 4 MiB each at most. Time: reading them, and the headers of an archive.
    /// - Throws: `image.missing`, `image.ambiguous`, `image.noSuchTag`, `image.notImage`, `image.blobMismatch`,
    ///   `oci.malformed`, `oci.tooLarge`, `tar.*`, `file.*`.
    package static func open(_ place: ImageDestination) throws -> StoredImage {
        switch place {
        case .layout(let path, let tag):
            return try DocumentReader(place, shelf: BlobShelf(layout: path)).image(named: tag)
        case .ociArchive(let path, let tag):
            return try DocumentReader(place, shelf: BlobShelf(archive: path)).image(named: tag)
        case .dockerArchive(let path, let reference):
            return try DockerArchive(place, shelf: BlobShelf(archive: path)).image(named: reference)
        }
    }

    /// A blob as it is stored, checked when its end is reached.
    /// - Throws: `image.missing`; reading throws `image.blobMismatch` and `file.read`.
    package func source(of descriptor: Descriptor) throws -> any ByteSource {
        let stretch = try shelf.stretch(of: descriptor.digest)
        guard stretch.length == descriptor.size else {
            throw BlobShelf.mismatch(
                descriptor, at: shelf.place, "it has \(stretch.length) bytes instead of \(descriptor.size)")
        }
        return CheckedBlob(try stretch.source(), descriptor, place: shelf.place)
    }
}

/// Hashes what is read and compares at the end.
final class CheckedBlob: ByteSource {
    private let source: FileSource
    private let descriptor: Descriptor
    private let place: String
    private var hash = DigestStream()
    private var ended = false

    init(_ source: FileSource, _ descriptor: Descriptor, place: String) {
        self.source = source
        self.descriptor = descriptor
        self.place = place
    }

    func read(into buffer: inout MutableSpan<UInt8>) throws -> Int {
        let count = try source.read(into: &buffer)
        hash.update(buffer.span.extracting(..<count))
        if count == 0, buffer.count > 0, !ended {
            ended = true
            let found = hash.finish()
            guard found == descriptor.digest else {
                throw BlobShelf.mismatch(descriptor, at: place, "its digest is \(found)")
            }
        }
        return count
    }
}
