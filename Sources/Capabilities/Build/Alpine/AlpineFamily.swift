// SPDX-License-Identifier: Apache-2.0
import PlinthAlpine
import PlinthCore
import PlinthDistribution
import PlinthImage
import PlinthSBOM
import SystemPackage

/// Alpine, Wolfi and whatever else apk installs: `.apk` packages from signed indexes, apk's rules, apk's database.
struct AlpineFamily: PackageFamily {
    var packageType: String { "apk" }
    var everyArchitecture: String { "noarch" }
    var toolbox: [String] { ["busybox"] }
    var firstPackage: String { "alpine-baselayout" }

    func choose(
        for plan: RecipePlan, keeping kept: [String: [String: String]], in workshop: Workshop, isDryRun: Bool
    ) async throws -> ChosenPackages {
        let archives = try plan.apkArchives(in: workshop.environment)
        let loader = AlpineIndexLoader(
            store: workshop.store, downloader: workshop.downloader, progress: workshop.progress,
            now: workshop.environment.now(), freshness: workshop.freshness, fetchedKeys: plan.fetchedKeys.map(\.key))
        return try await AlpineLocking(
            loader: loader, archives: archives, plan: plan, kept: kept, width: workshop.environment.width,
            isDryRun: isDryRun
        ).lock()
    }

    func complete(_ order: inout BuildOrder, for plan: RecipePlan, _ lock: Lock) throws {
        let names = Set(lock.platforms.flatMap(\.packages).map(\.name))
        order.world = plan.apkWorld(names.contains)
        let contents = plan.recipe.contents
        var repositories = contents.repositories.map { ApkRepository(tag: $0.tag, address: $0.url) }
        if repositories.isEmpty {
            let hidden = Set((contents.buildRepositories ?? []).map(\.url))
            repositories = lock.archives.compactMap(\.url).filter { !hidden.contains($0) }.map {
                ApkRepository(address: $0)
            }
        }
        order.repositories = repositories.map(\.line)
        order.repositories += contents.runtimeRepositories ?? []
        order.keys = try AlpineKey.read(
            contents.keyrings.filter { !$0.contains("://") }
                .flatMap { try AlpineKey.paths(at: FilePath(plan.absolute($0))) })
        order.keys += plan.fetchedKeys.map(\.key)
        order.keys += (contents.runtimeKeys ?? []).map { AlpineKey(name: $0.name, content: Array($0.content.utf8)) }
    }

    func addresses(of package: Lock.Package, for plan: RecipePlan, in environment: Environment) throws -> [String] {
        let archives = try plan.apkArchives(in: environment)
        let wanted = archives.filter { $0.label == package.archive }
        return (wanted.isEmpty ? archives : wanted).map { "\($0.baseURL)/\(package.path)" }
    }

    /// Documentation has packages of its own, so there is little to leave out.
    func policy(for order: BuildOrder) -> NormalisationPolicy {
        NormalisationPolicy(
            mergesUsr: false, dropsDocumentation: order.profile == .slim, clamp: order.epoch,
            level: LayerFormat.gzipLevel)
    }

    func open(_ file: FilePath, length: Int64) throws -> OpenedPackage { try OpenedPackage(apk: file, length: length) }

    func rules(for segments: [Segment], _ context: EffectContext) throws -> any MergeRules {
        AlpineMergeRules(try segments.map { try $0.apkControl() })
    }

    /// In the order of installation, which is that of the lock.
    func effectPackages(_ segments: [Segment], _ platform: Lock.Platform) throws -> [EffectPackage] {
        let places = Dictionary(segments.map { ($0.table.package, $0) }) { first, _ in first }
        return try platform.packages.compactMap { places[$0.name] }.map { segment in
            let control = try segment.apkControl()
            let scripts = control.scripts.map { ($0.key.rawValue, $0.value) }
            var package = EffectPackage(
                name: segment.table.package, version: segment.table.version,
                scripts: Dictionary(scripts) { first, _ in first }, paths: segment.table.entries.map(\.packedPath))
            package.triggered = control.triggers.map { $0.hasPrefix("+") ? String($0.dropFirst()) : $0 }
            return package
        }
    }

    var scriptStyle: ScriptStyle { .busyBox }
    func triplet(of architecture: String) -> String { "" }

    func finish(
        _ tree: inout FileTree, _ work: FamilyWork, laying files: (inout FileTree) throws -> EffectReport
    ) throws -> EffectOutcome {
        if work.order.bases.isEmpty { AlpineSkeleton.make(&tree) }
        let isKnown = work.order.distribution != .unnamedApk
        let effects = Self.effects + (isKnown ? [ReleaseEffect()] : [])
        let (reports, unexplained) = try Effects.applyAll(to: &tree, in: work.context, effects, files: files)
        work.order.policy.drop(reports.flatMap(\.changed), from: &tree)
        try AlpineDatabase(order: work.order, platform: work.platform).write(work.segments, into: &tree)
        return EffectOutcome(reports: reports, unexplained: unexplained)
    }

    /// What Debian's base packages leave to set-up comes in Alpine's packages as files.
    private static let effects: [any Effect] = [
        AccountsEffect(), PackageScriptsEffect(), TimeZoneEffect(), CertificatesEffect(), LoaderCacheEffect(),
    ]

    func installed(in base: FileTree) throws -> [InstalledComponent] {
        try AlpineBase(base).packages.map { package in
            let record = package.record
            return InstalledComponent(
                name: record.name, version: record.version, architecture: record.architecture,
                source: record.origin.isEmpty ? nil : record.origin,
                maintainer: record.maintainer.isEmpty ? nil : record.maintainer,
                homepage: record.url.isEmpty ? nil : record.url)
        }
    }

    func files(of packages: Set<String>, in base: FileTree) throws -> [TreePath] {
        try AlpineBase(base).files(of: packages)
    }

    func component(of segment: Segment, _ locked: Lock.Package?) throws -> InstalledComponent {
        let record = try segment.apkControl().record
        return InstalledComponent(
            name: record.name, version: record.version, architecture: record.architecture,
            source: locked?.source, sourceVersion: locked?.sourceVersion,
            maintainer: record.maintainer.isEmpty ? nil : record.maintainer,
            homepage: record.url.isEmpty ? nil : record.url, digest: locked?.digest)
    }
}

extension RecipePlan {
    /// - Throws: `mirror.*`, `keyring.missing`, `configuration.*`.
    func apkArchives(in environment: Environment) throws -> [ApkArchive] {
        let named = ((recipe.contents.buildRepositories ?? []) + recipe.contents.repositories).map { repository in
            let url = absolute(repository.url)
            return (url: url, name: url == repository.url ? nil : repository.url, tag: repository.tag)
        }
        let files = recipe.contents.keyrings.filter { !$0.contains("://") }.map { FilePath(absolute($0)) }
        var archives = try ApkArchives(for: distribution, environment: environment, files: .real).archives(
            named: named, keyring: files)
        // The recipe's keys are fetched ones: this machine's are not trusted besides.
        if files.isEmpty, !fetchedKeys.isEmpty { for index in archives.indices { archives[index].keys = [] } }
        return archives
    }

    /// Of what a recipe writes relative to itself; apko writes it relative to where it is run.
    func absolute(_ path: String) -> String {
        if path.hasPrefix("/") || path.contains("://") { return path }
        let beside = directory.pushing(FilePath(path)).lexicallyNormalized()
        let place = (try? beside.stat()) == nil ? FilePath(path).lexicallyNormalized() : beside
        return workingDirectory.pushing(place).string
    }
}
