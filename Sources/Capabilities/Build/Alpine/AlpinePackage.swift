// SPDX-License-Identifier: Apache-2.0
import PlinthAlpine
import PlinthArchive
import PlinthCore
import SystemPackage

extension OpenedPackage {
    /// An `.apk` file: what it promises of its data is checked while the data is read.
    /// - Throws: `apk.*`, `archive.*`, `file.*`.
    init(apk path: FilePath, length: Int64) throws {
        let place = path.lastComponent?.string ?? path.string
        let (file, control) = try ApkFile.opened(path, length: length, place: place)
        let sums = ApkSums()
        // A segment keeps the files of the control data, not the member: these two are told by nothing else.
        var files = control.files
        files[ApkFacts.name] = ApkFacts(control).encoded
        self.init(
            name: control.record.name, version: control.record.version, architecture: control.record.architecture,
            control: files,
            entries: {
                let source = try FileSource(path, from: file.data.offset, length: file.data.size)
                let reader = try ApkDataReader(
                    source, length: file.data.size, digest: control.dataDigest, place: control.record.name)
                return ApkEntrySource(reader, sums)
            }, sums: { _ in sums.found })
    }
}

extension ApkFile {
    /// Where the parts of a package on the disk lie, and its control data, which nothing has vouched for yet.
    static func opened(
        _ path: FilePath, length: Int64, place: String
    ) throws -> (file: ApkFile, control: ApkControl) {
        func read(_ offset: Int64, _ count: Int) throws -> [UInt8] {
            try FileSource(path, from: offset, length: min(Int64(count), max(0, length - offset))).readPrefix(count)
        }
        let file = try ApkFile(length: length, place: place, read: read)
        return (file, try file.control(place: place, read: read))
    }
}

/// What a segment must know of the compressed control member.
struct ApkFacts {
    static let name = ".plinth"
    let checksum: ApkChecksum
    let digest: Digest
    let size: Int64

    init(_ control: ApkControl) {
        checksum = control.record.checksum ?? .of([])
        digest = control.digest
        size = Int64(control.record.size.bytes)
    }

    init?(_ bytes: [UInt8]) {
        let words = String(decoding: bytes, as: UTF8.self).split(separator: " ").map(String.init)
        guard words.count == 3, let checksum = ApkChecksum(text: words[0]),
            let digest = Digest(parsing: words[1]), let size = Int64(words[2])
        else { return nil }
        (self.checksum, self.digest, self.size) = (checksum, digest, size)
    }

    var encoded: [UInt8] { Array("\(checksum) \(digest) \(size)".utf8) }
}

extension Segment {
    /// The package's control data.
    /// - Throws: `Problem` with code `apk.control`.
    func apkControl() throws -> ApkControl {
        try parsed.value { try ApkControl(kept: table.control, place: table.package) }
    }
}

extension ApkControl {
    /// Of the files that an opened package has.
    /// - Throws: `Problem` with code `apk.control`.
    init(kept files: [String: [UInt8]], place: String) throws {
        var files = files
        guard let bytes = files.removeValue(forKey: ApkFacts.name), let facts = ApkFacts(bytes) else {
            throw TableReader.damaged
        }
        try self.init(
            files: files, checksum: facts.checksum, digest: facts.digest, fileSize: ByteCount(facts.size), place: place)
    }
}

/// The checksums of a package's files, by path: the database wants them.
private final class ApkSums {
    var found: [String: String] = [:]
}

/// The entries of a package for the normaliser.
private final class ApkEntrySource: PackageEntrySource {
    private let reader: ApkDataReader
    private let sums: ApkSums
    private var last: TreePath?

    init(_ reader: ApkDataReader, _ sums: ApkSums) {
        self.reader = reader
        self.sums = sums
    }

    func next() throws -> TarEntry? {
        let entry = try reader.next()
        note(nil)
        last = entry?.path
        if let entry, let checksum = entry.checksum { sums.found["\(entry.path)"] = checksum.description }
        return entry?.header
    }

    func read(into buffer: inout MutableSpan<UInt8>) throws -> Int {
        let count = try reader.read(into: &buffer)
        if count == 0 { note(reader.checksum) }
        return count
    }

    /// A file without a promise has the checksum of its content.
    private func note(_ checksum: ApkChecksum?) {
        guard let last, let checksum else { return }
        sums.found["\(last)"] = checksum.description
    }
}
