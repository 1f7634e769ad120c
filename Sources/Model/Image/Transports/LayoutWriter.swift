// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthOCI
package import SystemPackage

/// Writes an image into an OCI layout and leaves the other images in it alone.
///
/// Blobs come first and `index.json` last, each written beside and renamed: a run killed at any moment leaves a layout
/// that holds what it held before. [OCI image-spec v1.1, image-layout.md](https://github.com/opencontainers/image-spec/blob/v1.1.0/image-layout.md)
package struct LayoutWriter: Sendable {
    private let directory: FilePath
    private let tag: String?

    package init(_ directory: FilePath, tag: String?) {
        self.directory = directory
        self.tag = tag
    }

    /// Says early, before an image is built, that it could not be written.
    /// - Throws: `image.notLayout` for anything but a layout, an empty directory or nothing at all.
    package func preflight() throws {
        switch HostFile.type(directory) {
        case nil: return
        case .directory?: break
        default: throw notLayout("it is not a directory")
        }
        if let mark = try HostFile.contents(directory.appending("oci-layout"), limit: 4096) {
            let version = try OCIJSON.decode(LayoutMark.self, from: mark, at: "\(directory)/oci-layout").version
            guard version == LayoutMark.current else { throw notLayout("it is one of version \(version)") }
            return
        }
        let names = try HostFile.names(in: directory).filter { !PartialFile.isPartial($0) }
        guard names.isEmpty else { throw notLayout("it holds other things, such as \(names[0])") }
    }

    /// Writes what is missing. A blob that is there with the right size is taken as it is.
    /// - Returns: whether anything was written.
    /// - Throws: `image.notLayout`, `image.ambiguous`, `image.blobMismatch`, `oci.malformed`, `file.*`.
    package func write(_ image: OutgoingImage) throws -> Bool {
        var root = try image.root
        root.referenceName = tag
        try preflight()
        try HostFile.makeDirectories(directory)
        let lock = try DirectoryLock(directory)
        defer { lock.release() }
        try preflight()
        let sweep = LayoutSweep(directory)
        sweep.removePartialFiles()
        var changed = try start()
        var index = try readIndex()
        let before = try index.root(named: tag)
        changed = try writeBlobs(image.blobs) || changed
        try index.put(root, at: "\(directory)")
        if let bytes = try index.changedBytes() {
            try PartialFile.write(bytes, to: indexPath)
            changed = true
        }
        if let before, before.digest != root.digest {
            sweep.remove(before, keeping: try index.descriptors)
        }
        return changed
    }

    private var indexPath: FilePath { directory.appending("index.json") }

    /// Makes an empty directory a layout.
    private func start() throws -> Bool {
        let mark = directory.appending("oci-layout")
        if HostFile.type(mark) != nil { return false }
        try PartialFile.write(LayoutMark.bytes, to: mark)
        return true
    }

    private func readIndex() throws -> LayoutIndex {
        guard let bytes = try HostFile.contents(indexPath, limit: OCIJSON.limit) else { return LayoutIndex() }
        return try LayoutIndex(bytes, at: indexPath.string)
    }

    private func writeBlobs(_ blobs: [OutgoingBlob]) throws -> Bool {
        let shelf = directory.appending("blobs").appending("sha256")
        let missing = blobs.filter { HostFile.size(shelf.appending($0.descriptor.digest.hex)) != $0.descriptor.size }
        if missing.isEmpty { return false }
        try HostFile.makeDirectories(shelf)
        let copier = BlobCopier()
        for blob in missing {
            let descriptor = blob.descriptor
            let file = try PartialFile(for: shelf.appending(descriptor.digest.hex))
            try copier.copy(blob.content, digest: descriptor.digest, size: descriptor.size) { try file.append($0) }
            try file.commit()
        }
        return true
    }

    private func notLayout(_ why: String) -> Problem {
        Problem(
            "image.notLayout", "This is no OCI layout, and it is not written over", at: directory.string, why: why,
            hints: ["name a directory that does not exist yet, or an OCI layout"], kind: .usage)
    }
}

/// The file `oci-layout`.
struct LayoutMark: Codable {
    var version: String

    enum CodingKeys: String, CodingKey { case version = "imageLayoutVersion" }

    static let current = "1.0.0"
    static let bytes = Array(#"{"imageLayoutVersion":"1.0.0"}"#.utf8)
}
