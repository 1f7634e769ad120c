// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthDebian
import PlinthDistribution
import PlinthPackages
import PlinthReports

/// Resolves a wish for every architecture against the archives' signed indexes.
struct Locking: Sendable {
    let loader: SuiteLoader
    let sources: [ArchiveSource]
    let plan: RecipePlan
    /// Versions to keep, by architecture and name.
    let kept: [String: [String: String]]

    /// - Throws: `Problem`s of the archives and of the resolver.
    func lock(_ architectures: [String]) async throws -> ChosenPackages {
        var outcome = ChosenPackages()
        for architecture in architectures.sorted() {
            let suites = try await mapConcurrently(sources, limit: 4) {
                try await loader.load($0, architecture: architecture)
            }
            if outcome.archives.isEmpty { outcome.archives = suites.flatMap(\.lockArchives) }
            outcome.platforms.append(try platform(architecture, suites))
        }
        return outcome
    }

    private func platform(_ architecture: String, _ suites: [LoadedSuite]) throws -> Lock.Platform {
        let indexes = suites.flatMap { suite in
            suite.indexes.map { IndexSource(index: $0.index, priority: 500, label: suite.label(of: $0.component)) }
        }
        let pins = kept[architecture] ?? [:]
        let pinned = pins.isEmpty ? [] : indexes.map { PinnedSource(source: $0, versions: pins) }
        let local = try LocalPackageList(plan.localPackages(for: architecture))
        let base = try plan.bases[architecture].map { try DebianBase($0.tree) }
        let present = try base?.source(architecture)
        let sources: [any PackageSource] = try local.sources + (present.map { [$0] } ?? []) + pinned + indexes
        let universe = Universe(architecture: architecture, sources: sources, compare: DebianVersion.compare)
        let required = Set(try indexes.flatMap { try $0.required() }).sorted()
        var wish = plan.wish
        wish.words = wish.words.filter { !LocalPackage.isPath($0) } + local.words
        let choice = try wish.choose(from: universe, required: required, keeping: try present?.names() ?? [])
        let added = choice.resolution.packages.filter { $0.source != DebianBase.label }
        return Lock.Platform(
            architecture: architecture, packages: added.map { package($0, choice.resolution) }, leftOut: choice.leftOut)
    }

    private func package(_ package: ResolvedPackage, _ resolution: Resolution) -> Lock.Package {
        let record = package.record
        return Lock.Package(
            name: record.name, version: record.version, architecture: record.architecture, source: record.source,
            sourceVersion: record.sourceVersion, path: record.location.path, size: record.location.size,
            digest: record.location.digest, archive: package.source, reason: resolution.reason(for: record.name))
    }
}

extension LoadedSuite {
    /// Such as `trixie-security/main`.
    func label(of component: String) -> String { "\(source.suite)/\(component)" }

    var lockArchives: [Lock.Archive] {
        source.components.map { Lock.Archive(label: label(of: $0), release: release, date: date) }
    }
}
