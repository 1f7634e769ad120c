// SPDX-License-Identifier: Apache-2.0
import PlinthArchive
import PlinthCore
import PlinthOCI
package import SystemPackage

/// Where a blob lies: a whole file or a part of one.
package struct BlobStretch: Hashable, Sendable {
    package var path: FilePath
    package var offset: Int64
    package var length: Int64

    package init(path: FilePath, offset: Int64, length: Int64) {
        self.path = path
        self.offset = offset
        self.length = length
    }

    func source() throws -> FileSource { try FileSource(path, from: offset, length: length) }
}

/// Where the parts of a stored image are: files of a directory, or stretches of an archive.
struct BlobShelf: Sendable {
    private enum Kind: Sendable {
        case directory(FilePath)
        case archive([String: BlobStretch])
        case scattered(@Sendable (Digest) -> BlobStretch?)
        case nothing
    }

    private let kind: Kind
    let place: String
    /// What the stretches lie in, if it was made for reading.
    let scratch: ScratchFile?
    /// Parts that are called otherwise than by their digest.
    private var names: [Digest: String] = [:]

    private init(_ kind: Kind, place: String, scratch: ScratchFile? = nil) {
        self.kind = kind
        self.place = place
        self.scratch = scratch
    }

    /// No blobs at all.
    init(place: String, scratch: ScratchFile? = nil) { self.init(.nothing, place: place, scratch: scratch) }

    /// Blobs that lie one by one.
    init(place: String, _ blob: @escaping @Sendable (Digest) -> BlobStretch?) {
        self.init(.scattered(blob), place: place)
    }

    /// - Throws: `image.missing`, `image.notLayout`.
    init(layout path: FilePath) throws {
        let place = path.string
        guard let type = HostFile.type(path) else {
            throw Problem("image.missing", "There is no image here", at: place)
        }
        guard type == .directory, HostFile.type(path.appending("oci-layout")) == .regular else {
            let hints = type == .regular ? ["for an archive write oci-archive:\(path) or docker-archive:\(path)"] : []
            throw Problem("image.notLayout", "This is no OCI layout", at: place, hints: hints)
        }
        self.init(.directory(path), place: place)
    }

    /// Reads the headers of an archive, and nothing between them that is large.
    /// - Throws: `image.missing`, `image.notFile`, `tar.*`, `archive.*`.
    init(archive file: ImageSource.File, scratch directory: FilePath) throws {
        try self.init(OpenedArchive(file, seekable: true, scratch: directory))
    }

    /// The same for one that has been looked at.
    init(archive: OpenedArchive, scratch directory: FilePath) throws {
        try self.init(archive.seekable(scratch: directory))
    }

    private init(_ archive: OpenedArchive) throws {
        let stretches = try ArchiveScan(archive.path, place: archive.place).stretches()
        self.init(.archive(stretches), place: archive.place, scratch: archive.scratch)
    }

    /// A part by its name in the layout or archive; nil when there is none.
    func named(_ name: String) -> BlobStretch? {
        switch kind {
        case .archive(let stretches): return stretches[TreePath(text: name)?.description ?? name]
        case .directory(let directory):
            let path = directory.appending(FilePath(name).components)
            return HostFile.size(path).map { BlobStretch(path: path, offset: 0, length: $0) }
        case .scattered, .nothing: return nil
        }
    }

    /// Says that a blob goes by another name than its digest.
    mutating func call(_ digest: Digest, _ name: String) { names[digest] = name }

    func contains(_ digest: Digest) -> Bool { find(digest) != nil }

    private func find(_ digest: Digest) -> BlobStretch? {
        if case .scattered(let blob) = kind { return blob(digest) }
        return named(name(of: digest))
    }

    private func name(of digest: Digest) -> String { names[digest] ?? "blobs/sha256/\(digest.hex)" }

    /// - Throws: `image.missing`, `image.blobMismatch` when its size is another.
    func stretch(of descriptor: Descriptor) throws -> BlobStretch {
        guard let stretch = find(descriptor.digest) else {
            throw Problem(
                "image.missing", "A blob of the image is missing", at: place,
                why: "there is no \(name(of: descriptor.digest))")
        }
        guard stretch.length == descriptor.size else {
            throw Self.mismatch(
                descriptor, at: place, "it has \(stretch.length) bytes instead of \(descriptor.size)")
        }
        return stretch
    }

    /// A document by its name, unchecked.
    /// - Throws: `image.missing`, `oci.tooLarge`.
    func document(named name: String) throws -> [UInt8] {
        guard let stretch = named(name) else {
            throw Problem("image.missing", "The image is not complete", at: place, why: "there is no \(name)")
        }
        guard stretch.length <= OCIJSON.limit else { throw OCIJSON.tooLarge(stretch.length, at: "\(place): \(name)") }
        return try stretch.source().readAll(limit: OCIJSON.limit)
    }

    /// A document by its digest, checked.
    /// - Throws: `image.missing`, `image.blobMismatch`, `oci.tooLarge`.
    func document(_ descriptor: Descriptor) throws -> [UInt8] {
        guard descriptor.size <= OCIJSON.limit else { throw OCIJSON.tooLarge(descriptor.size, at: place) }
        let stretch = try stretch(of: descriptor)
        let bytes = try stretch.source().readAll(limit: OCIJSON.limit)
        let found = Digest.of(bytes)
        guard found == descriptor.digest else { throw Self.mismatch(descriptor, at: place, "its digest is \(found)") }
        return bytes
    }

    static func mismatch(_ descriptor: Descriptor, at place: String, _ why: String) -> Problem {
        Problem(
            "image.blobMismatch", "A blob of the image is not what it should be", at: place,
            why: "\(descriptor.digest): \(why)", hints: ["the image is damaged: get or build it again"])
    }
}
