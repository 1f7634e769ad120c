// SPDX-License-Identifier: Apache-2.0
import PlinthArchive
import PlinthCore
import PlinthOCI
import SystemPackage

/// Finds out what a path without a transport is.
struct ImageDetection {
    private let file: ImageSource.File
    private let scratch: FilePath

    init(_ file: ImageSource.File, scratch: FilePath) {
        self.file = file
        self.scratch = scratch
    }

    func image() throws -> StoredImage {
        if case .path(let path) = file, HostFile.type(path) == .directory { return try image(in: path) }
        let archive = try OpenedArchive(file, seekable: false, scratch: scratch)
        guard try holdsImage(archive) else { return RootFileSystem.image(tar: archive) }
        return try Self.image(on: BlobShelf(archive: archive, scratch: scratch))
    }

    private func image(in path: FilePath) throws -> StoredImage {
        if HostFile.type(path.appending("oci-layout")) == .regular {
            return try DocumentReader(BlobShelf(layout: path)).image(.only)
        }
        let isRoot = ["usr", "etc", "bin", "lib"].contains { HostFile.type(path.appending($0)) == .directory }
        guard isRoot else {
            throw Problem(
                "image.notImage", "This is no image", at: path.string,
                why: "it has neither an oci-layout nor usr, etc, bin or lib",
                hints: ["to take it for a root file system all the same write dir:\(path)"])
        }
        return try RootFileSystem.image(directory: path)
    }

    /// An archive may be both, since docker save writes a layout too. The layout keeps the digests, but it may be empty.
    static func image(on shelf: BlobShelf) throws -> StoredImage {
        let isLayout = shelf.named("oci-layout") != nil && shelf.named("index.json") != nil
        let isDocker = shelf.named("manifest.json") != nil || shelf.named("repositories") != nil
        guard isLayout else { return try DockerArchive(shelf).image(.only) }
        guard isDocker else { return try DocumentReader(shelf).image(.only) }
        do {
            return try DocumentReader(shelf).image(.only)
        } catch let problem as Problem where problem.code == "image.notImage" {
            return try DockerArchive(shelf).image(.only)
        }
    }

    /// Tells by the first name in the archive whether it holds the parts of an image: they are named by digest.
    private func holdsImage(_ archive: OpenedArchive) throws -> Bool {
        let head = try FileSource(archive.path, length: 16).readAll(limit: 16)
        let unpacked = try Decompressor(FileSource(archive.path), Compression.detect(head), limit: 64 << 30)
        let reader = TarReader(unpacked, place: archive.place, sparse: .max)
        do {
            while let entry = try reader.next() {
                guard let first = try? TreePath(archiveName: entry.name).components.first else { continue }
                return Self.isPart(String(decoding: first, as: UTF8.self))
            }
        } catch let problem as Problem {
            throw Problem(
                "image.notImage", "This is no image", at: archive.place, why: "it is no tar archive",
                hints: ["an image is a layout, an archive of one, or a root file system"], cause: problem)
        }
        return false
    }

    private static func isPart(_ name: String) -> Bool {
        if ["oci-layout", "index.json", "manifest.json", "repositories", "blobs"].contains(name) { return true }
        let digits = name.hasPrefix("sha256:") ? name.dropFirst(7) : name[...]
        return digits.prefix(64).utf8.count == 64 && digits.prefix(64).utf8.allSatisfy { hexValue($0) != nil }
    }
}
