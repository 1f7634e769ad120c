// SPDX-License-Identifier: Apache-2.0
package import PlinthCore
package import PlinthOCI
package import SystemPackage

/// An image as it lies on this machine: its documents in memory, its layers where they are.
package struct StoredImage: Sendable {
    /// One platform's part.
    package struct Platform: Sendable {
        /// The manifest's; nil when there is none, as in a root file system.
        package let descriptor: Descriptor?
        /// For Docker's archive one that is made up; nil when there is none.
        package let manifest: ImageManifest?
        /// For a root file system one that is made up.
        package let config: ImageConfig
        /// The lowest first. Nothing of them has been read.
        package let layers: [StoredLayer]

        package var platform: OCIPlatform { config.platform }
    }

    /// What the image is called for people.
    package let place: String
    /// What the image's name stands for: an index or a manifest; nil when there is none. For Docker's archive a
    /// manifest that is made up.
    package let root: Descriptor?
    /// In the order of the index; attestations and artifacts are left out.
    package let platforms: [Platform]
    let shelf: BlobShelf

    /// Reads index, manifests and configs, and checks the digest and size of each before it is believed.
    ///
    /// Memory: the documents, of 4 MiB each at most. Time: reading them, and the headers of an archive; a compressed
    /// archive and standard input are copied first.
    /// - Parameter scratch: a directory for such copies.
    /// - Throws: `image.missing`, `image.ambiguous`, `image.noSuchTag`, `image.notImage`, `image.notLayout`,
    ///   `image.blobMismatch`, `image.schema1`, `image.nested`, `image.tooManyParts`, `image.notPulled`,
    ///   `oci.malformed`, `oci.tooLarge`, `tar.*`, `archive.*`, `file.*`.
    package static func open(_ source: ImageSource, scratch: FilePath = "/var/tmp") throws -> StoredImage {
        switch source {
        case .layout(let path, let choice):
            return try DocumentReader(BlobShelf(layout: path)).image(choice)
        case .ociArchive(let file, let choice):
            return try DocumentReader(BlobShelf(archive: file, scratch: scratch)).image(choice)
        case .dockerArchive(let file, let choice):
            return try DockerArchive(BlobShelf(archive: file, scratch: scratch)).image(choice)
        case .directory(let path): return try RootFileSystem.image(directory: path)
        case .tar(let file): return try RootFileSystem.image(tar: file, scratch: scratch)
        case .found(let file): return try ImageDetection(file, scratch: scratch).image()
        case .registry(let name):
            throw Problem("image.notPulled", "An image of a registry has to be pulled first", at: name, kind: .bug)
        }
    }

    /// What was written there before.
    package static func open(_ place: ImageDestination) throws -> StoredImage { try open(place.source) }

    /// Reads an image whose blobs lie one by one, such as one that was pulled into the store.
    /// - Parameters:
    ///   - root: its index or manifest.
    ///   - place: what it is called for people.
    ///   - blob: where a blob lies; nil when it is not there.
    /// - Throws: as `open`.
    package static func open(
        root: Descriptor, place: String, blob: @escaping @Sendable (Digest) -> BlobStretch?
    ) throws -> StoredImage {
        try DocumentReader(BlobShelf(place: place, blob)).image(below: root)
    }

    /// A blob as it is stored, checked when its end is reached.
    /// - Throws: `image.missing`; reading throws `image.blobMismatch` and `file.read`.
    package func source(of descriptor: Descriptor) throws -> any ByteSource {
        CheckedBlob(try shelf.stretch(of: descriptor).source(), descriptor, place: shelf.place)
    }

    /// A blob from some byte on. A part cannot be checked: whoever takes it checks the whole.
    /// - Throws: as `source(of:)`.
    package func source(of descriptor: Descriptor, from offset: Int64) throws -> any ByteSource {
        if offset == 0 { return try source(of: descriptor) }
        var stretch = try shelf.stretch(of: descriptor)
        let start = min(max(offset, 0), stretch.length)
        stretch.offset += start
        stretch.length -= start
        return try stretch.source()
    }

    /// The bytes of a manifest, index or config, checked.
    /// - Throws: `image.missing`, `image.blobMismatch`, `oci.tooLarge`.
    package func document(_ descriptor: Descriptor) throws -> [UInt8] { try shelf.document(descriptor) }
}

/// Hashes what is read and compares at the end.
final class CheckedBlob: ByteSource {
    private let source: any ByteSource
    private let descriptor: Descriptor
    private let place: String
    private var hash = DigestStream()
    private var ended = false

    init(_ source: any ByteSource, _ descriptor: Descriptor, place: String) {
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
