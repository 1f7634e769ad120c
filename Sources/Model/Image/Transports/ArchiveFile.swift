// SPDX-License-Identifier: Apache-2.0
import PlinthArchive
import PlinthCore
import SystemPackage

/// Writes members as one tar file, beside its place and renamed when whole.
struct ArchiveFile {
    let path: FilePath
    let members: [ArchiveMember]
    /// Of every member, seconds since 1970.
    let modified: Int64

    /// - Returns: whether anything was written.
    /// - Throws: `image.blobMismatch`, `image.notFile`, `file.*`.
    func write() throws -> Bool {
        if path == ImageDestination.standardOutput {
            try put { try HostFile.write($0, to: .standardOutput) }
            return true
        }
        try preflight()
        if try isThere() { return false }
        try HostFile.makeDirectories(path.removingLastComponent())
        let file = try PartialFile(for: path)
        try put { try file.append($0) }
        try file.commit()
        return true
    }

    private func put(_ output: BlobCopier.Output) throws {
        func append(_ bytes: [UInt8]) throws { try bytes.withUnsafeBytes { try output($0) } }
        let copier = BlobCopier()
        for member in members {
            try append(member.header(modified: modified))
            guard let content = member.content else { continue }
            try copier.copy(content, digest: member.digest, size: member.size, to: output)
            try append([UInt8](repeating: 0, count: TarHeader.padding(after: member.size)))
        }
        try append(TarHeader.endOfArchive)
    }

    /// - Throws: `image.notFile`.
    func preflight() throws {
        guard HostFile.type(path) == .directory else { return }
        throw Problem(
            "image.notFile", "An image's archive cannot take the place of a directory", at: path.string, kind: .usage)
    }

    /// Whether the file has the size it would get and begins as it would: what comes first names all the rest by
    /// digest.
    private func isThere() throws -> Bool {
        guard HostFile.size(path) == size else { return false }
        let head = head
        return try FileSource(path, length: Int64(head.count)).readAll(limit: head.count) == head
    }

    /// The members up to the first that is not in memory.
    private var head: [UInt8] {
        var bytes: [UInt8] = []
        for member in members {
            bytes += member.header(modified: modified)
            guard let content = member.content else { continue }
            guard case .bytes(let own) = content else { break }
            bytes += own + [UInt8](repeating: 0, count: TarHeader.padding(after: member.size))
        }
        return bytes
    }

    private var size: Int64 {
        members.reduce(Int64(TarHeader.endOfArchive.count)) { sum, member in
            sum + Int64(member.header(modified: modified).count) + member.size
                + Int64(TarHeader.padding(after: member.size))
        }
    }
}

extension ImageDestination {
    /// Says early, before an image is built, that it could not be written here.
    /// - Throws: `image.notLayout`, `image.notFile`.
    package func preflight() throws {
        switch self {
        case .layout(let path, let tag): try LayoutWriter(path, tag: tag).preflight()
        case .ociArchive(let path, _), .dockerArchive(let path, _):
            try ArchiveFile(path: path, members: [], modified: 0).preflight()
        }
    }

    /// Writes an image; what is there already is not written again.
    /// - Parameter modified: the time of the entries of archives, seconds since 1970.
    /// - Returns: whether anything was written.
    /// - Throws: `image.*`, `file.*`.
    package func write(_ image: OutgoingImage, modified: Int64 = 0) throws -> Bool {
        switch self {
        case .layout(let path, let tag): try LayoutWriter(path, tag: tag).write(image)
        case .ociArchive(let path, let tag):
            try ArchiveFile(path: path, members: ArchiveMembers.oci(image, tag: tag), modified: modified).write()
        case .dockerArchive(let path, let name):
            try ArchiveFile(path: path, members: ArchiveMembers.docker(image, reference: name), modified: modified)
                .write()
        }
    }
}
