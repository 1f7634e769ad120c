// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthDistribution
import PlinthFetch
import PlinthImage
import PlinthReports
import PlinthSBOM
import SystemPackage

/// What differs from one family of packages to another when an image is built. All else is the same for all of them.
protocol PackageFamily: Sendable {
    /// As package URLs say it: `deb`, `apk`.
    var packageType: String { get }

    /// Packages that bring a shell and the usual small programs.
    var toolbox: [String] { get }

    /// The architecture of packages that fit everywhere.
    var everyArchitecture: String { get }

    /// Chooses the packages of every platform and writes them down to the byte.
    /// - Parameter kept: versions to stay with, by architecture and name.
    /// - Parameter isDryRun: nothing is built from the answer, so packages need not be fetched to know their digests.
    /// - Throws: `Problem`s of the repositories and of the resolver.
    func choose(
        for plan: RecipePlan, keeping kept: [String: [String: String]], in workshop: Workshop, isDryRun: Bool
    ) async throws -> ChosenPackages

    /// Adds to an order what the family's own tools in the image will want.
    func complete(_ order: inout BuildOrder, for plan: RecipePlan, _ lock: Lock) throws

    /// Where a package's file may be, most wanted first.
    func addresses(of package: Lock.Package, for plan: RecipePlan, in environment: Environment) throws -> [String]

    /// How a package's files become part of an image.
    func policy(for order: BuildOrder) -> NormalisationPolicy

    /// Reads a package file's control data, and its entries as they are asked for.
    func open(_ file: FilePath, length: Int64) throws -> OpenedPackage

    /// The package whose directories come first, if it is there: the others follow by name.
    var firstPackage: String { get }

    /// Who wins where packages meet.
    func rules(for segments: [Segment], _ context: EffectContext) throws -> any MergeRules

    /// What the effects may know of the packages, in the order in which these are set up.
    func effectPackages(_ segments: [Segment], _ platform: Lock.Platform) throws -> [EffectPackage]

    /// Whose programs the packages' scripts call.
    var scriptStyle: ScriptStyle { get }

    /// Where the libraries of an architecture lie, such as `x86_64-linux-gnu`; empty for plain `lib`.
    func triplet(of architecture: String) -> String

    /// Stands in for scripts, and writes the database that says what is installed.
    /// - Parameter files: lays the recipe's own files: behind what they may replace, before what is made of all files.
    func finish(
        _ tree: inout FileTree, _ work: FamilyWork, laying files: (inout FileTree) throws -> EffectReport
    ) throws -> EffectOutcome

    /// The packages that a base's database names.
    /// - Throws: `dpkg.*`, `apk.*`.
    func installed(in base: FileTree) throws -> [InstalledComponent]

    /// The files of a base's packages, as its database has them; directories among them.
    /// - Throws: `dpkg.*`, `apk.*`.
    func files(of packages: Set<String>, in base: FileTree) throws -> [TreePath]

    /// A package as the bill of materials tells it.
    func component(of segment: Segment, _ locked: Lock.Package?) throws -> InstalledComponent
}

extension PackageFamily {
    func complete(_ order: inout BuildOrder, for plan: RecipePlan, _ lock: Lock) throws {}
}

/// The packages of every platform, and the signed lists in which they stood.
struct ChosenPackages: Sendable {
    var archives: [Lock.Archive] = []
    var platforms: [Lock.Platform] = []
}

/// One platform's packages, merged, and what is to become of them.
struct FamilyWork {
    let order: BuildOrder
    let platform: Lock.Platform
    let segments: [Segment]
    let context: EffectContext
    let rules: any MergeRules
}

extension Distribution {
    /// The one place that tells families apart for a build.
    var packages: any PackageFamily {
        switch family {
        case .debian, .ubuntu: DebianFamily()
        case .alpine, .wolfi: AlpineFamily()
        }
    }
}
