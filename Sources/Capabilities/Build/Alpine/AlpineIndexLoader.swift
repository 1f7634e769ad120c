// SPDX-License-Identifier: Apache-2.0
import PlinthAlpine
import PlinthCore
import PlinthDistribution
import PlinthFetch
import SystemPackage

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// One repository's index for one architecture, its signature checked.
struct LoadedApkIndex: Sendable {
    let archive: ApkArchive
    /// Of the signed file.
    let digest: Digest
    /// The newest build among its packages, seconds since 1970.
    let date: Int64
    /// The plain text.
    let text: [UInt8]
}

/// Brings the indexes of repositories into the store: signed, verified, unpacked once.
struct AlpineIndexLoader: Sendable {
    let store: Store
    let downloader: Downloader
    let progress: any ProgressSink
    let now: Int64
    let freshness: Freshness
    /// Keys of the recipe that are no files of this machine.
    var fetchedKeys: [AlpineKey] = []

    /// What is remembered of an index, so that the next run need not ask.
    private struct State: Codable {
        static let schema = 1
        var schema = Self.schema
        /// When the repository was last asked, seconds since 1970.
        var asked: Int64
        var digest: Digest
        var date: Int64
    }

    /// - Throws: `Problem`s of fetching, of keys and signatures, and `apk.index`.
    func load(_ archive: ApkArchive, architecture: String) async throws -> LoadedApkIndex {
        let keyring = try keyring(of: archive)
        let key = Digest.of(Array("apk index\0\(archive.baseURL)\0\(architecture)\0\(keyring.digest)".utf8)).hex
        let remembered = try remembered(key)
        let isFresh = remembered.map { now - $0.asked < Freshness.hour && now >= $0.asked } ?? false
        // A folder of this machine costs nothing to ask.
        let isLocal = !archive.baseURL.contains("://")
        if let remembered, freshness.offline || (isFresh && !freshness.refresh && !isLocal) {
            if let text = try store.readIntact(.indexes, remembered.digest.hex, ".apkindex", limit: Self.limit) {
                return LoadedApkIndex(archive: archive, digest: remembered.digest, date: remembered.date, text: text)
            }
        }
        guard !freshness.offline || isLocal else {
            throw Problem(
                "fetch.offline", "The index of \(archive.label) is not in the store",
                hints: ["run once without --offline"])
        }
        return try await fetch(archive, architecture, keyring.keys, key, after: remembered)
    }

    private static let limit = 256 << 20

    private func fetch(
        _ archive: ApkArchive, _ architecture: String, _ keyring: ApkKeyring, _ key: String, after previous: State?
    ) async throws -> LoadedApkIndex {
        let place = "\(archive.label) \(architecture)/APKINDEX.tar.gz"
        let document = try await downloader.document(
            place, [archive.address(architecture, "APKINDEX.tar.gz")], limit: ByteCount(64 << 20))
        let digest = Digest.of(document.bytes)
        let signed = try ApkIndexArchive(document.bytes, verifiedBy: keyring, place: place)
        let date = Self.newest(signed.index)
        if let previous, date < previous.date, archive.baseURL.contains("://") {
            throw Problem(
                "index.rollback", "The repository went back to an older index", at: archive.label,
                why: "the newest package was of \(TimeText.date(previous.date)), now of \(TimeText.date(date))",
                hints: ["the mirror may be stale: try another, or --offline with what the store holds"])
        }
        try store.write(.indexes, digest.hex, ".apkindex", signed.index)
        let state = State(asked: now, digest: digest, date: date)
        try store.write(.indexes, key, ".apk.json", Array(try JSONEncoder().encode(state)))
        return LoadedApkIndex(archive: archive, digest: digest, date: date, text: signed.index)
    }

    private func remembered(_ key: String) throws -> State? {
        guard let bytes = try store.readIntact(.indexes, key, ".apk.json", limit: 1 << 16) else { return nil }
        guard let state = try? JSONDecoder().decode(State.self, from: Data(bytes)) else { return nil }
        return state.schema == State.schema ? state : nil
    }

    /// The largest `t:` of an index.
    private static func newest(_ text: [UInt8]) -> Int64 {
        var newest: Int64 = 0
        var isStart = true
        var index = text.startIndex
        while index < text.endIndex {
            if isStart, text[index] == UInt8(ascii: "t"), index + 1 < text.endIndex,
                text[index + 1] == UInt8(ascii: ":")
            {
                var number: Int64 = 0
                index += 2
                while index < text.endIndex, text[index] &- 0x30 < 10, number < 1 << 40 {
                    number = number * 10 + Int64(text[index] - 0x30)
                    index += 1
                }
                newest = max(newest, number)
                guard index < text.endIndex else { break }
            }
            isStart = text[index] == UInt8(ascii: "\n")
            index += 1
        }
        return newest
    }

    // MARK: Keys

    private func keyring(of archive: ApkArchive) throws -> (keys: ApkKeyring, digest: Digest) {
        var keyring = ApkKeyring()
        var all: [UInt8] = []
        for key in try AlpineKey.read(archive.keys) + fetchedKeys {
            try keyring.add(name: key.name, pem: key.content)
            all += Array(key.name.utf8) + [0] + key.content + [0]
        }
        return (keyring, Digest.of(all))
    }
}

/// A public key under the name that signatures give it.
struct AlpineKey: Codable, Hashable, Sendable {
    var name: String
    var content: [UInt8]

    /// The keys of a folder, or the one key.
    static func paths(at path: FilePath) throws -> [FilePath] {
        let names = try MachineFiles.real.list(path).filter { $0.hasSuffix(".pub") }
        return names.isEmpty ? [path] : names.map { path.appending($0) }
    }

    static func read(_ paths: [FilePath]) throws -> [AlpineKey] {
        try paths.map { path in
            AlpineKey(name: path.lastComponent?.string ?? "", content: try FileSource(path).readAll(limit: 1 << 16))
        }
    }
}
