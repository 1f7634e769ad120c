// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthDistribution
import PlinthFetch
import PlinthPackages
import PlinthTestSupport
import SystemPackage

@testable import PlinthBuild

/// A signed archive on this machine's disk, and a store that reads it at times of the test's choice.
struct SuiteBench: Sendable {
    /// Later than the dates of test archives.
    static let noon: Int64 = 1_750_003_600

    let scratch: FilePath
    let key: TestKey
    let store: Store
    var archive: TestArchive

    static func with<Result>(_ body: (inout SuiteBench) async throws -> Result) async throws -> Result {
        try await withAsyncTestKey { key in
            try await withAsyncScratchDirectory { scratch in
                var bench = SuiteBench(
                    scratch: scratch, key: key, store: try Store(home: scratch.appending("store")),
                    archive: TestArchive(scratch.appending("archive")))
                return try await body(&bench)
            }
        }
    }

    func publish(_ packages: [TestPackage], suite: String = "stable") throws {
        _ = try archive.write(suite: suite, packages, key: key)
    }

    func source(_ suite: String = "stable", components: [String] = ["main"], keyrings: [FilePath]? = nil)
        -> ArchiveSource
    {
        ArchiveSource(
            baseURL: archive.directory.string, suite: suite, components: components,
            keyrings: keyrings ?? [key.keyring])
    }

    /// Loads a suite as one run of the program would.
    func load(
        _ source: ArchiveSource? = nil, at now: Int64 = noon, refresh: Bool = false, offline: Bool = false,
        ignoreValidUntil: Bool = false, architecture: String = "amd64"
    ) async throws -> LoadedSuite {
        var configuration = FetchConfiguration()
        configuration.isOffline = offline
        return try await Downloader.with(store, configuration) { downloader in
            try await SuiteLoader(
                store: store, downloader: downloader, progress: NoProgress(), now: now,
                freshness: Freshness(refresh: refresh, offline: offline, ignoreValidUntil: ignoreValidUntil)
            ).load(source ?? self.source(), architecture: architecture)
        }
    }

    /// Names and versions of all that a suite offers, sorted.
    func offers(
        _ source: ArchiveSource? = nil, at now: Int64 = noon, refresh: Bool = false, offline: Bool = false,
        ignoreValidUntil: Bool = false, architecture: String = "amd64"
    ) async throws -> [String] {
        let suite = try await load(
            source, at: now, refresh: refresh, offline: offline, ignoreValidUntil: ignoreValidUntil,
            architecture: architecture)
        return try Self.offers(suite)
    }

    static func offers(_ suite: LoadedSuite) throws -> [String] {
        let indexes = suite.indexes.map {
            IndexSource(index: $0.index, priority: 500, label: suite.label(of: $0.component))
        }
        return try indexes.flatMap { index in
            try index.names().flatMap { name in
                try index.versions(of: name).map { "\(index.label) \($0.name) \($0.version)" }
            }
        }.sorted()
    }

    var root: FilePath { archive.suiteDirectory("stable") }

    /// Writes a suite whose lists are given by their folders, such as `main/binary-all`, and extra Release lines.
    func publish(lists: [String: String], lines: [String], suite: String = "stable") throws {
        var release = ["Suite: \(suite)", "Codename: \(suite)", "Date: \(TestArchive.dateText(archive.date))"] + lines
        release.append("SHA256:")
        let root = archive.suiteDirectory(suite)
        for (folder, list) in lists.sorted(by: { $0.key < $1.key }) {
            let bytes = Array(list.utf8)
            try writeFile(root.appending(folder).appending("Packages"), bytes)
            release.append(" \(Digest.of(bytes).hex) \(bytes.count) \(folder)/Packages")
        }
        try archive.write(release: release.map { $0 + "\n" }.joined(), to: root, key: key)
    }

    /// Changes one bit of a file.
    static func flipBit(_ file: FilePath, at place: Int? = nil) throws {
        var bytes = try readFile(file)
        bytes[place ?? bytes.count / 2] ^= 1
        try writeFile(file, bytes)
    }
}
