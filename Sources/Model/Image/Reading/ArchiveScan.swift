// SPDX-License-Identifier: Apache-2.0
import PlinthArchive
import PlinthCore
import SystemPackage

/// Finds the files of a tar archive without reading through them.
struct ArchiveScan {
    /// An image has a few dozen parts; a layer unpacked in their place has thousands.
    private static let limit = 10_000
    /// Behind content larger than this, reading begins anew.
    private static let jump: Int64 = 1 << 18

    private let path: FilePath
    private let place: String

    /// - Parameter place: what the archive is called for people.
    init(_ path: FilePath, place: String) {
        self.path = path
        self.place = place
    }

    /// The stretch of every file by its name without `./`, links followed.
    /// - Throws: `tar.*`, `file.*`, `image.tooManyParts`.
    func stretches() throws -> [String: BlobStretch] {
        var found: [String: BlobStretch] = [:]
        var links: [(name: String, target: String)] = []
        var start: Int64 = 0
        var reader = try reader(from: start)
        while let entry = try reader.next() {
            try Task.checkCancellation()
            guard let name = try? TreePath(archiveName: entry.name).description else { continue }
            if entry.kind.isLink, let target = Self.target(of: entry, at: name) { links.append((name, target)) }
            guard entry.kind == .file else { continue }
            guard !entry.isSparse else { throw sparse(name) }
            let offset = start + reader.offset
            found[name] = BlobStretch(path: path, offset: offset, length: entry.size)
            try verify(found.count + links.count, offset: offset, entry)
            if entry.size > Self.jump {
                start = offset + entry.size + Int64(TarHeader.padding(after: entry.size))
                reader = try self.reader(from: start)
            }
        }
        for link in links.reversed() where found[link.name] == nil { found[link.name] = found[link.target] }
        return found
    }

    private func verify(_ count: Int, offset: Int64, _ entry: TarEntry) throws {
        guard count <= Self.limit else {
            throw Problem("image.tooManyParts", "This archive holds more than an image has", at: place)
        }
        let (end, overflow) = offset.addingReportingOverflow(entry.size)
        guard !overflow, let size = HostFile.size(path), end <= size else {
            throw Problem(
                "tar.truncated", "A tar archive is cut short", at: place, why: "in the content of a file")
        }
    }

    private func reader(from offset: Int64) throws -> TarReader {
        TarReader(try FileSource(path, from: offset), place: place, sparse: .max)
    }

    /// Its parts are read where they lie in the archive.
    private func sparse(_ name: String) -> Problem {
        Problem(
            "tar.sparse", "A part of the image is stored as a sparse file", at: place, why: name,
            hints: ["make the archive without --sparse"])
    }

    /// What a link means, seen from the root of the archive: Docker's older archives link equal layers.
    private static func target(of entry: TarEntry, at name: String) -> String? {
        let target = String(decoding: entry.linkTarget, as: UTF8.self)
        if entry.kind == .hardLink { return TreePath(text: target)?.description }
        var parts = name.split(separator: "/").dropLast().map(String.init)
        for part in target.split(separator: "/") where part != "." {
            if part == ".." {
                guard parts.popLast() != nil else { return nil }
            } else {
                parts.append(String(part))
            }
        }
        return target.hasPrefix("/") ? nil : parts.joined(separator: "/")
    }
}

extension TarEntry.Kind {
    fileprivate var isLink: Bool { self == .hardLink || self == .symlink }
}
