// SPDX-License-Identifier: Apache-2.0
package import PlinthCore
package import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A place for the files of an image, without the image around them.
package enum FilesDestination: Hashable, Sendable {
    /// `dir:ROOTFS`: a directory that does not exist yet, or is empty.
    case directory(FilePath)
    /// `tar:FILE`: an archive, compressed as its name says.
    case tar(FilePath)
    /// `tar:-`
    case standardOutput

    package static let transports = ["dir", "tar"]

    /// What was written.
    package struct Summary: Sendable {
        package var entries: Int
        /// Bytes of the archive; nil for a directory.
        package var size: ByteCount?
        /// What could not be kept, a sentence each.
        package var notes: [String] = []
    }

    /// nil for another kind of place.
    /// - Throws: `image.destination`, a usage mistake.
    package init?(parsing text: String) throws {
        guard let colon = text.firstIndex(of: ":") else { return nil }
        let (transport, path) = (text[..<colon], String(text[text.index(after: colon)...]))
        guard Self.transports.contains(String(transport)) else { return nil }
        guard !path.isEmpty, !path.utf8.contains(0) else {
            throw ImageDestination.fault(text, "it names no file or directory")
        }
        if transport == "dir" {
            self = .directory(FilePath(path))
        } else {
            self = path == "-" ? .standardOutput : .tar(FilePath(path))
        }
    }

    /// Says early, before an image is fetched, that its files could not be written here.
    /// - Throws: `file.notEmpty`, `file.notDirectory`, `file.destination`, `image.notFile`, `archive.cannotCompress`.
    package func preflight() throws {
        switch self {
        case .directory(let path): try StagingDirectory.checked(path)
        case .tar(let path):
            _ = try ArchivePacking(suffixOf: path)
            try ArchiveFile(path: path, members: [], modified: 0).preflight()
        case .standardOutput: break
        }
    }

    /// Writes the files, beside their place and renamed when all are there.
    ///
    /// Time: every layer that files are left of is read once more.
    /// - Throws: as `preflight`; what reading layers throws, `layer.changed`, `file.write`.
    package func write(_ tree: LayeredTree) throws -> Summary {
        let export = RootfsExport(tree)
        switch self {
        case .directory(let path):
            let (entries, losses) = try export.unpack(to: path)
            return Summary(entries: entries, notes: losses.notes)
        case .tar(let path): return Self.summary(try export.write(to: path))
        case .standardOutput: return Self.summary(try export.write(to: FileDescriptor.standardOutput))
        }
    }

    private static func summary(_ archive: RootfsExport.Summary) -> Summary {
        Summary(entries: archive.entries, size: ByteCount(archive.bytes))
    }
}

extension FilesDestination: CustomStringConvertible {
    package var description: String {
        switch self {
        case .directory(let path): "dir:\(path)"
        case .tar(let path): "tar:\(path)"
        case .standardOutput: "tar:-"
        }
    }
}

extension RootfsExport {
    /// Makes the files themselves, in a directory that does not exist yet or is empty.
    ///
    /// Contents, modes, links, hard links and times are kept; owners and devices with root's rights.
    /// - Parameter hasRights: whether root's rights are to be used.
    /// - Throws: what reading layers throws, `layer.changed`, `file.*`.
    package func unpack(
        to place: FilePath, hasRights: Bool = geteuid() == 0
    ) throws -> (entries: Int, losses: UnpackLosses) {
        let staging = try StagingDirectory(for: place)
        var writer = DirectoryWriter(into: staging.directory, hasRights: hasRights)
        do {
            try put(into: &writer)
            try writer.finish()
        } catch let problem as Problem { throw problem.at(place.string) }
        try staging.commit()
        return (writer.entries, writer.losses)
    }
}
