// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthDistribution

extension Recipe {
    /// The distribution that packages come from; none where everything is named by the recipe.
    /// - Throws: `distribution.*`.
    var knownDistribution: Distribution { get throws { try distribution(upon: nil) } }

    /// The same where a base may say it.
    /// - Throws: `distribution.*`, `base.distribution`.
    func distribution(upon base: BaseImage?) throws -> Distribution {
        let named = try distribution.map { try Distribution.named($0) } ?? (isOfApk ? .unnamedApk : nil)
        guard let base else { return named ?? .none }
        let found = base.distribution
        if let named, let found, !named.fits(found) { throw otherBase(base, found, named) }
        if let found, named == nil || named == .unnamedApk { return found }
        guard named == nil, !contents.packages.isEmpty else { return named ?? .none }
        throw Problem(
            "base.distribution", "What packages go with the base is not known", at: base.name,
            why: "its os-release names no release that packages can be had for",
            hints: ["name the distribution: distribution: debian:trixie"], kind: .usage)
    }

    private func otherBase(_ base: BaseImage, _ found: Distribution, _ named: Distribution) -> Problem {
        Problem(
            "base.distribution", "The base is of another distribution than the packages", at: base.name,
            why: "it is \(found.name), and the packages are of \(named.name)",
            hints: ["leave the distribution out: the base says it"], kind: .usage)
    }

    /// Nil where there are no packages.
    /// - Throws: `distribution.*`.
    var family: (any PackageFamily)? {
        get throws {
            let known = try knownDistribution
            return known.isNone ? nil : known.packages
        }
    }
}

extension Distribution {
    /// Whether packages of it may lie upon a system.
    fileprivate func fits(_ system: Distribution) -> Bool {
        self == .unnamedApk || system == .unnamedApk ? family.isApk && system.family.isApk : name == system.name
    }
}
