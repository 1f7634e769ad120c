// SPDX-License-Identifier: Apache-2.0
package import PlinthArchive
package import PlinthCore

/// Reads the files of a package and checks every promise about them on the way.
///
/// Only when `next()` has given nil without an error is all of it true: the digest of the data is known at its end.
/// Give nothing away before. Memory: that of `GzipMembers` and `TarReader`, and the paths of the package.
package final class ApkDataReader {
    private let tar: TarReader
    private let place: String
    private var known: [TreePath: Known] = [.root: .directory]
    /// The file that is being read, and what its content must give.
    private var current: (path: TreePath, promised: ApkChecksum?, hash: ApkChecksumStream, left: Int64)?
    /// Of the file that was read last, once its content has been read to the end.
    package private(set) var checksum: ApkChecksum?

    private enum Known {
        case directory
        case file(ApkChecksum?)
    }

    /// - Parameters:
    ///   - source: the data as it lies in the package.
    ///   - length: of the data.
    ///   - digest: what its SHA-256 must be.
    /// - Throws: `archive.memory`.
    package init(_ source: any ByteSource, length: Int64, digest: Digest, place: String) throws {
        let verified = DigestedSource(source, digest: digest, place: place)
        tar = TarReader(try GzipMembers(verified, length: length), place: place)
        self.place = place
    }

    /// The next file of the package, or nil at the end; hidden files at the top are passed over, as apk does.
    ///
    /// A path comes once, its directory before it, and the target of a hard link before the link.
    /// - Throws: `Problem` with code `apk.entry`, `apk.fileChecksum` or `apk.dataDigest`; what `TarReader` and the
    ///   source throw.
    package func next() throws -> ApkEntry? {
        try finishFile()
        while let entry = try placed(place, { try tar.next() }) {
            if isHidden(entry) { continue }
            return try accept(entry)
        }
        return nil
    }

    /// Content of the current file; 0 at its end, where it has been checked.
    /// - Throws: `Problem` with code `apk.fileChecksum`; what `TarReader` throws.
    package func read(into buffer: inout MutableSpan<UInt8>) throws -> Int {
        let count: Int
        do { count = try tar.read(into: &buffer) } catch let problem as Problem { throw problem.at(place) }
        if count > 0, current != nil {
            current?.hash.update(buffer.span.extracting(..<count))
            current?.left -= Int64(count)
        }
        if let current, current.left <= 0 { try check(current) }
        return count
    }

    /// Reads what nobody asked for, so that it is checked too.
    private func finishFile() throws {
        guard current != nil else { return }
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while current != nil {
            var span = chunk.mutableSpan
            _ = try read(into: &span)
        }
    }

    private func check(_ file: (path: TreePath, promised: ApkChecksum?, hash: ApkChecksumStream, left: Int64)) throws {
        current = nil
        let found = file.hash.finish()
        if let promised = file.promised, promised != found { throw wrong(file.path, found, promised) }
        checksum = found
        known[file.path] = .file(found)
    }

    /// `.PKGINFO` again, or anything else that begins with a dot; and `.keep_` files, which keep directories alive in
    /// sources.
    private func isHidden(_ entry: TarEntry) -> Bool {
        if entry.name.first == UInt8(ascii: "."), !entry.name.contains(UInt8(ascii: "/")) { return true }
        let name = entry.name.split(separator: UInt8(ascii: "/")).last ?? []
        return entry.kind != .directory && name.count > 6 && name.starts(with: ".keep_".utf8)
    }

    private func accept(_ entry: TarEntry) throws -> ApkEntry {
        let path = try path(of: entry)
        let promised = try promisedChecksum(entry, path)
        checksum = promised
        guard let parent = path.parent, case .directory? = known[parent] else {
            throw refused(path, "its directory is not in the package")
        }
        if entry.kind == .directory {
            if case .file? = known[path] { throw refused(path, "it is there already, and no directory") }
            known[path] = .directory
            return ApkEntry(path: path, header: entry, checksum: nil)
        }
        guard known[path] == nil else { throw refused(path, "the package has it twice") }
        known[path] = .file(promised)
        switch entry.kind {
        case .file:
            current = (path, promised, ApkChecksumStream(), entry.size)
            if entry.size == 0, let current { try check(current) }
            return ApkEntry(path: path, header: entry, checksum: promised)
        case .symlink:
            let found = ApkChecksum.of(entry.linkTarget)
            if let promised, promised != found { throw wrong(path, found, promised) }
            known[path] = .file(found)
            return ApkEntry(path: path, header: entry, checksum: found)
        case .hardLink:
            return try link(path, entry)
        default:
            return ApkEntry(path: path, header: entry, checksum: promised)
        }
    }

    /// A hard link has the checksum of what it leads to.
    private func link(_ path: TreePath, _ entry: TarEntry) throws -> ApkEntry {
        guard let target = try? TreePath(archiveName: entry.linkTarget), target != path,
            case .file(let checksum)? = known[target]
        else { throw refused(path, "it is a hard link to a file that the package does not have before it") }
        known[path] = .file(checksum)
        return ApkEntry(path: path, header: entry, checksum: checksum, linkTarget: target)
    }

    /// apk drops what lies outside of the tree, with a warning; a package that has such names is not to be trusted.
    private func path(of entry: TarEntry) throws -> TreePath {
        let name = entry.name
        let isOdd = name.first == UInt8(ascii: "/") || name.starts(with: "./".utf8) || name.starts(with: "../".utf8)
        guard !isOdd, let path = try? TreePath(archiveName: name), !path.isRoot else {
            throw Problem(
                "apk.entry", "A package holds a file that cannot be", at: place,
                why: "“\(String(decoding: name.prefix(300), as: UTF8.self))” is not a path inside the tree")
        }
        return path
    }

    private func promisedChecksum(_ entry: TarEntry, _ path: TreePath) throws -> ApkChecksum? {
        guard let value = entry.apkRecords["APK-TOOLS.checksum.SHA1"] else { return nil }
        guard value.count == 40, let checksum = ApkChecksum(text: value) else {
            throw refused(path, "its checksum is not one")
        }
        return checksum
    }

    private func refused(_ path: TreePath, _ why: String) -> Problem {
        Problem("apk.entry", "A package holds a file that cannot be", at: place, why: "\(path): \(why)")
    }

    private func wrong(_ path: TreePath, _ found: ApkChecksum, _ promised: ApkChecksum) -> Problem {
        Problem(
            "apk.fileChecksum", "A file of a package is not the one that was packed", at: place,
            why: "\(path): its SHA-1 is \(found.hex), the package says \(promised.hex)")
    }
}

/// A file of a package.
package struct ApkEntry: Sendable, Equatable {
    package let path: TreePath
    package let header: TarEntry
    /// nil for directories, for devices without one, and for a file that promises none: see
    /// `ApkDataReader.checksum` behind its content.
    package var checksum: ApkChecksum?
    /// Of hard links.
    package var linkTarget: TreePath?

    package init(path: TreePath, header: TarEntry, checksum: ApkChecksum?, linkTarget: TreePath? = nil) {
        self.path = path
        self.header = header
        self.checksum = checksum
        self.linkTarget = linkTarget
    }
}
