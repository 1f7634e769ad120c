// SPDX-License-Identifier: Apache-2.0
import PlinthAlpine
import PlinthCore
import PlinthFetch
import SystemPackage

/// The SHA-256 of packages that an index names by the SHA-1 of a part of them.
///
/// What a checksum stands for is remembered, and a package that is in the store under it is not fetched again.
struct AlpinePins: Sendable {
    let loader: AlpineIndexLoader

    /// The digest that was found earlier.
    func known(_ record: ApkCandidate) -> Digest? {
        guard let bytes = try? loader.store.read(.indexes, key(of: record), ".pin", limit: 100) else { return nil }
        return Digest(parsing: String(decoding: bytes, as: UTF8.self))
    }

    private func key(of record: ApkCandidate) -> String {
        Digest.of(Array("apk pin 1 \(record.identity) \(record.size)".utf8)).hex
    }

    /// - Throws: `fetch.*`; `apk.*` for a package that is not the one the index names.
    func digest(of record: ApkCandidate, at addresses: [String]) async throws -> Digest {
        if let known = known(record) { return known }
        let fetched = try await loader.downloader.fetch(
            FetchRequest(
                name: "\(record.name) \(record.version)", addresses: addresses, size: ByteCount(record.size)),
            progress: loader.progress)
        try Self.check(fetched.path, Int64(fetched.size.bytes), record)
        try loader.store.write(.indexes, key(of: record), ".pin", Array("\(fetched.digest)".utf8))
        return fetched.digest
    }

    /// The chain from the signed index down to the data; its files are checked when they are unpacked.
    private static func check(_ path: FilePath, _ length: Int64, _ record: ApkCandidate) throws {
        let place = "\(record.name)-\(record.version).apk"
        let (file, control) = try ApkFile.opened(path, length: length, place: place)
        var promised = ApkRecord(name: record.name, version: record.version, architecture: record.architecture)
        promised.checksum = ApkChecksum(text: record.identity)
        promised.size = ByteCount(record.size)
        try control.check(against: promised, place: place)
        var digest = DigestStream()
        _ = try digest.update(from: FileSource(path, from: file.data.offset, length: file.data.size))
        let found = digest.finish()
        guard found == control.dataDigest else {
            throw Problem(
                "apk.dataDigest", "The data of a package is not the one that was packed", at: place,
                why: "its digest is \(found), the package says \(control.dataDigest)")
        }
    }
}
