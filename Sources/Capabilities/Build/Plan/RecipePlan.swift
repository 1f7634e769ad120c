// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthDistribution
import PlinthFetch
import PlinthImage
import PlinthOCI
import SystemPackage

/// A recipe made definite: the distribution's data, this machine's defaults and the command line's wishes are in it.
struct RecipePlan: Sendable {
    let recipe: Recipe
    let distribution: Distribution
    let profile: BuildProfile
    let wish: PackageWish
    /// The distribution's own words, sorted.
    let architectures: [String]
    let packing: LayerPacking
    /// `SOURCE_DATE_EPOCH`.
    let epoch: Int64?
    let additions: TreeAdditions
    /// Where the recipe is: its files are relative to it.
    let directory: FilePath
    /// Where the program runs.
    let workingDirectory: FilePath
    /// Keys that the recipe names by address.
    var fetchedKeys: [FetchedKey] = []
    /// The name of the recipe's variant; nil for the recipe itself.
    var variant: String?
    /// What the recipe's image and those of its variants hold, as digests of packages: they share layers.
    var images: [Set<String>] = []
    /// Package files that the wish names by their paths.
    private(set) var local: [LocalPackage] = []
    /// What the image stands on, by architecture.
    var bases: [String: BaseImage] = [:]

    /// - Parameter base: what the image stands on, of any architecture: it says which distribution where the recipe does not.
    /// - Throws: `Problem`s `distribution.*`, `architecture.*`, `recipe.*`, `base.distribution`, `epoch.invalid`.
    init(
        _ recipe: Recipe, beside directory: FilePath, in environment: Environment, _ target: TargetOrder,
        upon base: BaseImage? = nil
    ) throws {
        self.recipe = recipe
        self.directory = directory
        distribution = try recipe.distribution(upon: base)
        workingDirectory = environment.workingDirectory
        profile = recipe.profile
        wish = PackageWish(
            words: recipe.contents.packages, profile: profile,
            dependencies: recipe.dependencies ?? base?.dependencies ?? profile.dependencies,
            recommends: recipe.contents.recommends)
        let named = target.architectures.isEmpty ? recipe.architectures : target.architectures
        architectures = try Self.architectures(named, of: distribution)
        packing = try target.compression.map(Self.packing) ?? recipe.compression
        epoch = try Self.epoch(environment)
        additions = recipe.additions
    }

    /// The same with the package files read that the wish names.
    /// - Throws: `package.*`, `deb.*`, `apk.*`, `file.*`, `store.*`.
    func readingPackages(into store: Store) throws -> RecipePlan {
        guard wish.words.contains(where: LocalPackage.isFileName) else { return self }
        var copy = self
        copy.local = try LocalPackages(family: distribution.packages, store: store, directory: directory).read(
            wish.words)
        return copy
    }

    private static func architectures(_ named: [String], of distribution: Distribution) throws -> [String] {
        if named == ["all"] { return distribution.architectures.sorted() }
        if !named.isEmpty { return Set(try named.map { try distribution.architecture(parsing: $0) }).sorted() }
        guard let own = distribution.architectureOfThisMachine else {
            throw Problem("architecture.none", "Name an architecture: --arch amd64", kind: .usage)
        }
        return [own]
    }

    private static func packing(_ text: String) throws -> LayerPacking {
        if let packing = LayerPacking(rawValue: text) { return packing }
        let names = LayerPacking.allCases.map(\.rawValue)
        throw Problem(
            "compression.unknown", "Not a compression for layers: \(text)",
            hints: ["say \(names.joined(separator: " or "))"], kind: .usage)
    }

    private static func epoch(_ environment: Environment) throws -> Int64? {
        guard let text = environment["SOURCE_DATE_EPOCH"] else { return nil }
        guard let epoch = Int64(text), (0...253_402_300_799).contains(epoch) else {
            throw Problem(
                "epoch.invalid", "SOURCE_DATE_EPOCH is not a number of seconds", at: text,
                hints: ["seconds since 1970, such as 1767225600"], kind: .usage)
        }
        return epoch
    }
}

extension BuildProfile {
    /// What is taken when nobody says.
    var dependencies: PackageWish.Dependencies { isWholeSystem ? .declared : .runtime }
}

// MARK: - Lock and order

extension RecipePlan {
    /// Whether a lock was made from this recipe and these package files, and has all the platforms.
    func fits(_ lock: Lock) throws -> Bool {
        guard lock.recipe == (try recipe.checksum), try pinsAll(lock) else { return false }
        return try architectures.allSatisfy { architecture in
            guard let platform = lock.platforms.first(where: { $0.architecture == architecture }) else { return false }
            guard platform.base == bases[architecture]?.manifest else { return false }
            let locked = platform.packages.filter { $0.archive == LocalPackage.archive }.map(\.digest)
            return try Set(locked) == Set(localPackages(for: architecture).map(\.digest))
        }
    }

    /// The base's name where it may stand for another image tomorrow.
    private var movingBase: String? {
        bases.values.compactMap { $0.reference == nil || $0.name.contains("@sha256:") ? nil : $0.name }.first
    }

    /// Whether every image of a registry that files are taken from is pinned.
    private func pinsAll(_ lock: Lock) throws -> Bool {
        let files = LocalFiles(directory: directory) { _, _ in throw CancellationError() }
        if let name = movingBase, lock.images?[name] == nil { return false }
        guard recipe.files.contains(where: { $0.image != nil }) else { return true }
        return try architectures.allSatisfy { architecture in
            try files.unpinned(recipe.files, for: distribution.platform(of: architecture))
                .allSatisfy { lock.images?[$0.name] != nil }
        }
    }

    /// - Throws: `package.architecture`, `package.twice`.
    func localPackages(for architecture: String) throws -> [LocalPackage] {
        try local.fitting(architecture, everywhere: distribution.packages.everyArchitecture)
    }

    /// Whether everything in the image is named by the recipe: no archive is asked.
    var needsNoArchive: Bool {
        distribution.isNone || wish.words.isEmpty && (profile == .scratch || recipe.base != nil)
    }

    /// Every architecture without packages.
    var lockOfNothing: Lock {
        get throws {
            try lock(ChosenPackages(platforms: architectures.map { Lock.Platform(architecture: $0, packages: []) }))
        }
    }

    /// The recipe's files for every architecture.
    /// - Throws: `files.*`, `file.*`, `image.*`, `registry.*`.
    func files(_ open: @escaping ImageOpener, pins: [String: Digest]) async throws -> [String: [LocalFile]] {
        var result: [String: [LocalFile]] = [:]
        for architecture in architectures where !recipe.files.isEmpty {
            result[architecture] = try await LocalFiles(directory: directory, open: open, pins: pins).find(
                recipe.files, for: distribution.platform(of: architecture))
        }
        return result
    }

    /// What the names of images of registries stand for now; nil where the recipe takes nothing from any.
    /// - Throws: `image.*`, `registry.*`.
    func pins(_ open: @escaping ImageOpener, keeping known: [String: Digest]) async throws -> [String: Digest]? {
        var pins: [String: Digest] = [:]
        let files = LocalFiles(directory: directory, open: open)
        if let name = movingBase { pins[name] = bases.values.compactMap(\.image.root?.digest).first }
        for architecture in architectures where recipe.files.contains(where: { $0.image != nil }) {
            let platform = distribution.platform(of: architecture)
            pins.merge(try await files.pins(recipe.files, for: platform, keeping: known.merging(pins) { $1 })) { $1 }
        }
        return pins.isEmpty ? nil : pins
    }

    func lock(_ chosen: ChosenPackages) throws -> Lock {
        var lock = Lock(
            recipe: try recipe.checksum, distribution: distribution.name, profile: profile.rawValue,
            dependencies: wish.dependencies.rawValue, archives: chosen.archives, platforms: chosen.platforms,
            encoder: packing.encoder)
        lock.keys = keyDigests
        for place in lock.platforms.indices {
            lock.platforms[place].base = bases[lock.platforms[place].architecture]?.manifest
        }
        return lock
    }

    /// - Parameter files: the recipe's, by architecture.
    func order(for lock: Lock, _ files: [String: [LocalFile]] = [:]) throws -> BuildOrder {
        var order = BuildOrder(
            distribution: distribution, profile: profile, dependencies: wish.dependencies.rawValue,
            recipe: try recipe.checksum, settings: recipe.settings, inputs: inputs, additions: additions,
            files: files, packing: packing, epoch: epoch,
            named: wish.words.filter { !$0.hasPrefix("!") }.map { local[$0]?.name ?? Self.name($0) },
            sources: aptSources(lock),
            platforms: lock.platforms.filter { architectures.contains($0.architecture) })
        order.variant = variant
        order.bases = bases
        order.notes = lock.platformNotes
        order.layering = layering
        try distribution.packages.complete(&order, for: self, lock)
        return order
    }

    /// Images of one recipe share what they have in common, unless it says otherwise.
    private var layering: Layering {
        var layering = recipe.layering ?? Layering(strategy: images.count > 1 ? .popularity : .single)
        if layering.strategy == .popularity { layering.family = images }
        return layering
    }

    private static func name(_ word: String) -> String {
        String(word.prefix { !"=/:<>".contains($0) })
    }

    private var inputs: EffectInputs {
        let release = distribution.osRelease
        let facts = DistributionFacts(
            id: release.id, name: release.name, versionID: release.versionID,
            codename: distribution.family.isApk ? nil : distribution.codename,
            prettyName: release.prettyName, pointVersion: distribution.debianVersion, homeURL: release.homeURL,
            isUsrMergedInPackages: distribution.isUsrMergedInPackages)
        return EffectInputs(
            accounts: recipe.declaredAccounts, facts: facts, certificates: recipe.extraCertificates,
            timeZone: recipe.timeZone, declared: recipe.effects ?? [])
    }

    /// One entry for each archive, with its suites together.
    private func aptSources(_ lock: Lock) -> [AptSource] {
        var found: [AptSource] = []
        for archive in lock.archives {
            let parts = archive.label.split(separator: "/", maxSplits: 1).map(String.init)
            guard parts.count == 2, let url = archive.url else { continue }
            if let index = found.firstIndex(where: { $0.url == url }) {
                if !found[index].suites.contains(parts[0]) { found[index].suites.append(parts[0]) }
                if !found[index].components.contains(parts[1]) { found[index].components.append(parts[1]) }
            } else {
                found.append(
                    AptSource(
                        url: url, suites: [parts[0]], components: [parts[1]],
                        keyring: distribution.keyringCandidates.first?.string ?? ""))
            }
        }
        return found
    }
}
