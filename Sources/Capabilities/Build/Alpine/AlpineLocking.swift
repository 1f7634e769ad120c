// SPDX-License-Identifier: Apache-2.0
import PlinthAlpine
import PlinthCore
import PlinthDistribution
import PlinthFetch
import SystemPackage

/// Resolves a recipe for every architecture against the repositories' signed indexes.
struct AlpineLocking: Sendable {
    let loader: AlpineIndexLoader
    let archives: [ApkArchive]
    let plan: RecipePlan
    /// Versions to keep, by architecture and name.
    let kept: [String: [String: String]]
    let width: Int
    let isDryRun: Bool

    /// - Throws: `Problem`s of the repositories, of the resolver and of packages that are not what the index says.
    func lock() async throws -> ChosenPackages {
        var chosen = ChosenPackages()
        for architecture in plan.architectures {
            let indexes = try await mapConcurrently(archives, limit: 4) {
                try await loader.load($0, architecture: architecture)
            }
            if chosen.archives.isEmpty {
                chosen.archives = indexes.map { $0.lockArchive(isNamed: plan.profile.isWholeSystem) }
            }
            let packages = try choose(architecture, indexes)
            let locked = try await mapConcurrently(packages, limit: width) { try await lock($0, architecture) }
            chosen.platforms.append(Lock.Platform(architecture: architecture, packages: locked, leftOut: nil))
        }
        return chosen
    }

    /// A package of the answer, and where it may be had.
    private struct Choice: Sendable {
        var package: ApkChosenPackage
        var reason: String
        var archives: [ApkArchive]
        /// The file of this machine.
        var local: LocalPackage?
    }

    private func choose(_ architecture: String, _ indexes: [LoadedApkIndex]) throws -> [Choice] {
        let local = try plan.localPackages(for: architecture)
        let sources = try indexes.map { index in
            try source(index, keeping: kept[architecture] ?? [:])
        }
        let base = try plan.bases[architecture].map { try AlpineBase($0.tree) }
        let resolver = try ApkResolver(
            architecture: architecture, sources: sources + [try local.apkSource], installed: base?.source)
        let words = plan.apkWorld { name in
            let line = Array("P:\(name)\n".utf8)
            return indexes.contains { $0.text.span.firstPlace(of: line) != nil }
        }
        let resolution = try resolver.resolve(try request(words, upon: base))
        return resolution.packages.filter { !$0.wasInstalled }.map { package in
            let chain = resolution.chain(to: package.record.name).reversed().map(\.record.name)
            return Choice(
                package: package, reason: chain.joined(separator: " → "),
                archives: package.sources.filter { $0 < indexes.count }.map { indexes[$0].archive },
                local: package.sources.contains(indexes.count) ? local.first { $0.name == package.record.name } : nil)
        }
    }

    /// What a base holds stays, whether its world names it or not.
    private func request(_ words: [String], upon base: AlpineBase?) throws -> ApkRequest {
        let wanted = try words.map { try ApkDependency(parsing: $0) }
        guard let base else { return ApkRequest(world: wanted) }
        let asked = try base.world.map { try ApkDependency(parsing: $0) }
        let named = Set((wanted + asked).map(\.name))
        let rest = base.packages.map(\.record.name).filter { !named.contains($0) }.map { ApkDependency($0) }
        return ApkRequest(
            world: wanted + asked + rest, marks: wanted.map { ApkRequest.Mark($0.name, []) }, keepsInstalled: true)
    }

    /// Without other versions of what is to stay as it is.
    private func source(_ index: LoadedApkIndex, keeping versions: [String: String]) throws -> ApkSource {
        let label = index.archive.label
        guard !versions.isEmpty else { return ApkSource(text: index.text, label: label, tag: index.archive.tag) }
        let all = try ApkCandidate.parse(index.text, place: label)
        let present = Set(all.filter { versions[$0.name] == $0.version }.map(\.name))
        let left = all.filter { !present.contains($0.name) || versions[$0.name] == $0.version }
        return ApkSource(records: left, label: label, tag: index.archive.tag)
    }

    /// The package's file is fetched, since indexes say too little of it to be written into a lock.
    private func lock(_ choice: Choice, _ architecture: String) async throws -> Lock.Package {
        let record = choice.package.record
        if let local = choice.local {
            return Lock.Package(
                name: local.name, version: local.version, architecture: record.architecture,
                source: record.origin ?? record.name, sourceVersion: record.version, path: local.fileName,
                size: local.size, digest: local.digest, archive: LocalPackage.archive, reason: choice.reason)
        }
        let path = "\(architecture)/\(record.name)-\(record.version).apk"
        let pins = AlpinePins(loader: loader)
        // Nobody sees the digest of a dry run.
        let digest =
            isDryRun
            ? pins.known(record) ?? Digest.of([])
            : try await pins.digest(of: record, at: choice.archives.map { "\($0.baseURL)/\(path)" })
        return Lock.Package(
            name: record.name, version: record.version, architecture: record.architecture,
            source: record.origin ?? record.name, sourceVersion: record.version, path: path,
            size: ByteCount(record.size), digest: digest, archive: choice.archives.first?.label ?? "",
            reason: choice.reason, tag: choice.package.tag, checksum: record.identity)
    }
}

extension LoadedApkIndex {
    /// Named: apk in the image will use the address.
    fileprivate func lockArchive(isNamed: Bool) -> Lock.Archive {
        Lock.Archive(label: archive.label, url: isNamed ? archive.publicURL : nil, release: digest, date: date)
    }
}

extension RecipePlan {
    /// What `etc/apk/world` says: what was named, and what the profile adds; older releases lack one package of it.
    func apkWorld(_ isThere: (String) -> Bool) -> [String] {
        // As `apk add FILE` writes it: this package and no other.
        let words = wish.words.map { word in local[word].flatMap { try? $0.apkConstraint } ?? word }
        guard profile.isWholeSystem else { return words }
        let added = distribution.wholeSystem.filter { $0 != "alpine-release" || isThere($0) }
        return words + added.filter { !words.contains($0) }
    }
}

extension LocalPackage {
    private func record() throws -> ApkRecord {
        try ApkControl(kept: control, place: path.string).record
    }

    /// Such as `tool><Q1…`.
    fileprivate var apkConstraint: String {
        get throws { "\(name)><\(try record().checksum?.description ?? "")" }
    }

    fileprivate var apkLines: [UInt8] { get throws { try record().lines + [UInt8(ascii: "\n")] } }
}

extension [LocalPackage] {
    /// Package files as a repository of their own.
    fileprivate var apkSource: ApkSource {
        get throws { ApkSource(text: try flatMap { try $0.apkLines }, label: LocalPackage.archive) }
    }
}

extension Distribution {
    /// What the distribution's own image of its smallest system is made of.
    fileprivate var wholeSystem: [String] {
        family == .wolfi
            ? ["wolfi-base"]
            : ["alpine-baselayout", "alpine-keys", "alpine-release", "apk-tools", "busybox", "libc-utils"]
    }
}
