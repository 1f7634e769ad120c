// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthDistribution
import PlinthImage
import PlinthSBOM
import SystemPackage

/// Alpine, Wolfi and whatever else apk installs: `.apk` packages from signed indexes, apk's rules, apk's database.
struct AlpineFamily: PackageFamily {
    var packageType: String { "apk" }
    var firstPackage: String { "alpine-baselayout" }

    func choose(
        for plan: RecipePlan, keeping kept: [String: [String: String]], in workshop: Workshop
    ) async throws -> ChosenPackages { throw Self.notYet }

    func addresses(of package: Lock.Package, for plan: RecipePlan, in environment: Environment) throws -> [String] {
        throw Self.notYet
    }

    func policy(for order: BuildOrder) -> NormalisationPolicy {
        NormalisationPolicy(
            mergesUsr: false, dropsDocumentation: order.profile == .slim, clamp: order.epoch,
            level: LayerFormat.gzipLevel)
    }

    func open(_ file: FilePath, length: Int64) throws -> OpenedPackage { throw Self.notYet }
    func rules(for segments: [Segment], _ context: EffectContext) throws -> any MergeRules { throw Self.notYet }
    func effectPackages(_ segments: [Segment], _ platform: Lock.Platform) throws -> [EffectPackage] { throw Self.notYet }
    func triplet(of architecture: String) -> String { "" }
    func finish(_ tree: inout FileTree, _ work: FamilyWork) throws -> EffectOutcome { throw Self.notYet }
    func component(of segment: Segment, _ locked: Lock.Package?) throws -> InstalledComponent { throw Self.notYet }

    private static let notYet = Problem("distribution.notYet", "Alpine cannot be built yet", kind: .usage)
}
