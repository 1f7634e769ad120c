// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthDebian
import PlinthDistribution
import PlinthImage
import PlinthSBOM
import SystemPackage

/// Debian and those that follow it: `.deb` packages from signed suites, dpkg's rules, dpkg's database.
struct DebianFamily: PackageFamily {
    var packageType: String { "deb" }
    var everyArchitecture: String { "all" }
    var toolbox: [String] { ["busybox-static"] }

    /// Who has base-files' directories first sets their modes.
    var firstPackage: String { "base-files" }

    func choose(
        for plan: RecipePlan, keeping kept: [String: [String: String]], in workshop: Workshop, isDryRun: Bool
    ) async throws -> ChosenPackages {
        let loader = SuiteLoader(
            store: workshop.store, downloader: workshop.downloader, progress: workshop.progress,
            now: workshop.environment.now(), freshness: workshop.freshness)
        let sources = try plan.debianSources(in: workshop.environment)
        let locking = Locking(loader: loader, sources: sources, plan: plan, kept: kept)
        let chosen = try await locking.lock(plan.architectures)
        return plan.profile.isWholeSystem ? chosen.naming(sources) : chosen
    }

    func addresses(of package: Lock.Package, for plan: RecipePlan, in environment: Environment) throws -> [String] {
        let sources = try plan.debianSources(in: environment)
        let wanted = sources.filter { package.archive.hasPrefix($0.suite + "/") }
        return (wanted.isEmpty ? sources : wanted).map { $0.address(package.path) }
    }

    func policy(for order: BuildOrder) -> NormalisationPolicy {
        NormalisationPolicy(
            mergesUsr: true, dropsDocumentation: order.profile != .full, clamp: order.epoch,
            level: LayerFormat.gzipLevel)
    }

    func open(_ file: FilePath, length: Int64) throws -> OpenedPackage { try OpenedPackage(deb: file, length: length) }

    func rules(for segments: [Segment], _ context: EffectContext) throws -> any MergeRules {
        try DebianMergeRules(segments, diversions: DiversionTable(Effects.diversions(of: context.packages)))
    }

    func effectPackages(_ segments: [Segment], _ platform: Lock.Platform) throws -> [EffectPackage] {
        let scripts = DebControl.scriptNames + ["triggers", "templates"]
        return try SetupOrder.places(of: segments.map { try $0.debControl() }).map { place in
            let table = segments[place].table
            return EffectPackage(
                name: table.package, version: table.version,
                scripts: table.control.filter { scripts.contains($0.key) }, paths: table.entries.map(\.packedPath))
        }
    }

    var scriptStyle: ScriptStyle { .debian }
    func triplet(of architecture: String) -> String { DebianArchitecture(debian: architecture)?.triplet ?? "" }

    func finish(
        _ tree: inout FileTree, _ work: FamilyWork, laying files: (inout FileTree) throws -> EffectReport
    ) throws -> EffectOutcome {
        let order = work.order
        let (reports, unexplained) = try Effects.applyAll(to: &tree, in: work.context, files: files)
        order.policy.drop(reports.flatMap(\.changed), from: &tree)
        if order.profile == .slim { SlimExclusions.write(into: &tree) }
        if order.profile.isWholeSystem { AptSources.write(order.sources, into: &tree) }
        let form: PackageDatabase.Form =
            order.profile.isWholeSystem || tree[DebianBase.status] != nil ? .full : .statusDirectory
        let diversions = (work.rules as? DebianMergeRules)?.diversions ?? DiversionTable()
        try PackageDatabase(form: form, diversions: diversions).write(work.segments, into: &tree)
        return EffectOutcome(reports: reports, unexplained: unexplained)
    }

    func installed(in base: FileTree) throws -> [InstalledComponent] {
        try DebianBase(base).packages.map { package in
            InstalledComponent(
                name: package.name, version: package.version, architecture: package.architecture,
                source: package.source, sourceVersion: package.sourceVersion,
                maintainer: package.paragraph["Maintainer"], homepage: package.paragraph["Homepage"])
        }
    }

    func files(of packages: Set<String>, in base: FileTree) throws -> [TreePath] {
        let base = try DebianBase(base)
        return try packages.flatMap { try base.files(of: $0) }
    }

    func component(of segment: Segment, _ locked: Lock.Package?) throws -> InstalledComponent {
        let control = try segment.debControl()
        return InstalledComponent(
            name: control.name, version: control.version, architecture: control.architecture,
            source: locked?.source, sourceVersion: locked?.sourceVersion,
            maintainer: control.paragraph["Maintainer"], homepage: control.paragraph["Homepage"],
            digest: locked?.digest)
    }
}

extension RecipePlan {
    /// - Throws: `mirror.*`, `snapshot.*`, `keyring.missing`, `configuration.*`.
    func debianSources(in environment: Environment) throws -> [ArchiveSource] {
        try ArchiveSources.sources(
            for: distribution, recipe: recipe.archiveRepositories, snapshot: recipe.snapshot, environment: environment,
            files: .real)
    }
}

extension ChosenPackages {
    /// With the addresses of the archives: apt in the image will use them.
    fileprivate func naming(_ sources: [ArchiveSource]) -> ChosenPackages {
        let urls = Dictionary(sources.map { ($0.suite, $0.publicURL) }) { first, _ in first }
        var copy = self
        for index in archives.indices {
            copy.archives[index].url = archives[index].label.split(separator: "/").first.flatMap { urls[String($0)] }
        }
        return copy
    }
}

extension ArchiveSource {
    var publicURL: String { publicAddress(baseURL) }
}

extension ApkArchive {
    var publicURL: String { publicAddress(name) }
}

/// An address without a name and password: locks and images are given to others.
private func publicAddress(_ address: String) -> String {
    guard let start = address.firstRange(of: "://")?.upperBound else { return address }
    let end = address[start...].firstIndex(of: "/") ?? address.endIndex
    guard let at = address[start..<end].lastIndex(of: "@") else { return address }
    return String(address[..<start] + address[at...].dropFirst())
}
