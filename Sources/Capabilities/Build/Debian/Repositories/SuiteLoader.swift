// SPDX-License-Identifier: Apache-2.0
import PlinthArchive
import PlinthCore
import PlinthDebian
import PlinthDistribution
import PlinthFetch
import SystemPackage

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// One suite of one archive, its signature checked and its indexes compiled.
struct LoadedSuite: Sendable {
    let source: ArchiveSource
    let release: Digest
    let date: Int64
    /// In the order of the components.
    let indexes: [(component: String, index: CompiledIndex)]
}

/// Brings the package indexes of a distribution into the store: signed, verified, compiled once.
///
/// The order of checks is that of notes on archives: signature, dates, hashes of each index, hash of its text.
struct SuiteLoader: Sendable {
    let store: Store
    let downloader: Downloader
    let progress: any ProgressSink
    let now: Int64
    let freshness: Freshness
    /// What the archives were asked in this run: every architecture gets the same answer.
    private let asked = SuiteMemory()

    init(
        store: Store, downloader: Downloader, progress: any ProgressSink, now: Int64, freshness: Freshness
    ) {
        self.store = store
        self.downloader = downloader
        self.progress = progress
        self.now = now
        self.freshness = freshness
    }

    /// - Throws: `Problem`s of fetching, of signatures, and `release.*`, `index.*`.
    func load(_ source: ArchiveSource, architecture: String) async throws -> LoadedSuite {
        let state = try await state(of: source)
        try checkDates(state, source)
        var indexes: [(String, CompiledIndex)] = []
        for component in source.components {
            let words = state.needsAll ? [architecture, "all"] : [architecture]
            let wanted = words.compactMap { state.indexes["\(component)/\($0)"] }
            guard !wanted.isEmpty else { throw missing(component, architecture, state, source) }
            for index in wanted { indexes.append((component, try await compiled(index, state, source))) }
        }
        return LoadedSuite(source: source, release: state.release, date: state.date, indexes: indexes)
    }

    private func missing(
        _ component: String, _ architecture: String, _ state: SuiteState, _ source: ArchiveSource
    ) -> Problem {
        let components = Set(state.indexes.keys.map { $0.split(separator: "/").dropLast().joined(separator: "/") })
        let isKnown = components.contains(component)
        let architectures = state.indexes.keys.filter { $0.hasPrefix(component + "/") && !$0.hasSuffix("/all") }
        let choices = isKnown ? architectures.map { String($0.dropFirst(component.count + 1)) } : Array(components)
        return Problem(
            "index.missing", "The archive has no packages of \(component) for \(architecture)", at: source.label,
            hints: ["it has \(choices.sorted().joined(separator: ", "))"])
    }

    // MARK: Release

    private func state(of source: ArchiveSource) async throws -> SuiteState {
        // Whom one recipe trusts another may not: what was accepted for one says nothing to the other.
        let facts = ["suite \(SuiteState.schema)", source.baseURL, source.suite] + source.keyrings.map(\.string)
        let key = Digest.of(Array(facts.joined(separator: "\0").utf8)).hex
        if let state = asked[key] { return state }
        let state = try await state(of: source, key)
        asked[key] = state
        return state
    }

    private func state(of source: ArchiveSource, _ key: String) async throws -> SuiteState {
        let remembered = try remembered(key)
        let isFresh = remembered.map { now - $0.asked < Freshness.hour && now >= $0.asked } ?? false
        if let remembered, freshness.offline || (isFresh && !freshness.refresh) { return remembered }
        guard !freshness.offline else {
            throw Problem(
                "fetch.offline", "The indexes of \(source.label) are not in the store",
                hints: ["run once without --offline"])
        }
        let state = try await SuiteRelease(source: source, downloader: downloader, store: store, now: now)
            .fetch(after: remembered)
        try store.write(.indexes, key, ".json", Array(try JSONEncoder().encode(state)))
        return state
    }

    private func remembered(_ key: String) throws -> SuiteState? {
        guard let bytes = try store.readIntact(.indexes, key, ".json", limit: 4 << 20) else { return nil }
        guard let state = try? JSONDecoder().decode(SuiteState.self, from: Data(bytes)) else { return nil }
        return state.schema == SuiteState.schema ? state : nil
    }

    private func checkDates(_ state: SuiteState, _ source: ArchiveSource) throws {
        if source.checkValidUntil, !freshness.ignoreValidUntil, let end = state.validUntil, end < now {
            throw Problem(
                "release.expired", "The archive's signed list of indexes is too old", at: source.label,
                why: "it was valid until \(TimeText.date(end)): the mirror may be stale, "
                    + "or somebody holds updates back",
                hints: ["try --refresh or another mirror", "--ignore-valid-until accepts it all the same"])
        }
    }

    // MARK: Indexes

    private func compiled(
        _ wanted: SuiteState.Index, _ state: SuiteState, _ source: ArchiveSource
    ) async throws -> CompiledIndex {
        let key = "\(wanted.plainSum.hex)-\(PackagesIndexCompiler.formatVersion)"
        if let ready = try open(key) { return ready }
        let file = try await fetchIndex(wanted, state, source)
        return try store.withLock("index-\(key)") {
            if let ready = try open(key) { return ready }
            try compile(file, wanted, to: key, place: "\(source.label) \(wanted.path)")
            guard let ready = try open(key) else {
                throw store.damaged(store.path(.indexes, key, ".index"), why: "it vanished")
            }
            return ready
        }
    }

    /// An index whose CRC-32 is not the recorded one is made anew.
    private func open(_ key: String) throws -> CompiledIndex? {
        guard store.contains(.indexes, key, ".index"),
            let sum = try store.readIntact(.indexes, key, ".crc", limit: 64)
        else { return nil }
        let file = try MappedFile(store.path(.indexes, key, ".index"))
        let length = Int(try store.contentLength(.indexes, key, ".index"))
        let found = file.withBytes { GzipMember.crc32($0.extracting(..<length)) }
        guard Array("\(found)".utf8) == sum else { return nil }
        return try CompiledIndex(file)
    }

    private func fetchIndex(
        _ wanted: SuiteState.Index, _ state: SuiteState, _ source: ArchiveSource
    ) async throws -> FilePath {
        if let digest = wanted.sum.digest, let file = try store.blob(digest, size: ByteCount(wanted.size)) {
            return file
        }
        let name = "\(source.label) \(wanted.path)"
        let request = FetchRequest(
            name: name, addresses: addresses(of: wanted, state, source), size: ByteCount(wanted.size),
            digest: wanted.sum.digest)
        let file = try await downloader.fetch(request, progress: progress).path
        if wanted.sum.digest == nil { try check(file, wanted, name) }
        return file
    }

    /// By its hash if the archive says so; snapshots and small mirrors may have it by its name alone.
    private func addresses(
        of wanted: SuiteState.Index, _ state: SuiteState, _ source: ArchiveSource
    ) -> [String] {
        let directory = wanted.path.split(separator: "/").dropLast().joined(separator: "/")
        let byHash = "\(directory)/by-hash/\(wanted.sum.algorithm)/\(wanted.sum.hex)"
        return (state.byHash ? [byHash, wanted.path] : [wanted.path]).map { path in
            source.address("dists/\(source.suite)/\(path)")
        }
    }

    /// What the downloader cannot check it has not checked.
    private func check(_ file: FilePath, _ wanted: SuiteState.Index, _ name: String) throws {
        let source = CheckedSource(try FileSource(file), size: wanted.size, sum: wanted.sum, place: name)
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            var span = buffer.mutableSpan
            if try source.read(into: &span) == 0 { return try source.finish() }
        }
    }

    /// Memory: what the compiler needs, about the size of the compiled index.
    private func compile(_ file: FilePath, _ wanted: SuiteState.Index, to key: String, place: String) throws {
        let compression = try Compression.detect(FileSource(file).readPrefix(16))
        let plain = CheckedSource(
            try Decompressor(FileSource(file), compression, limit: wanted.plainSize), size: wanted.plainSize,
            sum: wanted.plainSum, place: place)
        let bytes = try PackagesIndexCompiler.compile(plain, place: place)
        try plain.finish()
        try store.write(.indexes, key, ".index", bytes)
        try store.write(.indexes, key, ".crc", Array("\(GzipMember.crc32(bytes.span))".utf8))
    }
}
