// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthDistribution

extension EffectContext {
    /// What effects may know of one platform's image.
    /// - Throws: `Problem`s of control data that cannot be read.
    init(_ order: BuildOrder, _ platform: Lock.Platform, _ segments: [Segment]) throws {
        let family = order.distribution.packages
        self.init(
            architecture: platform.architecture, triplet: family.triplet(of: platform.architecture),
            packages: try family.effectPackages(segments, platform), profile: order.profile.rawValue,
            accounts: order.inputs.accounts, distribution: order.inputs.facts,
            certificates: order.inputs.certificates, timeZone: order.inputs.timeZone, style: family.scriptStyle)
        named = Set(order.named)
        hasBase = order.bases[platform.architecture] != nil
        declared = Set(order.inputs.declared)
    }
}

/// What a recipe says to the effects.
struct EffectInputs: Sendable {
    var accounts = DeclaredAccounts()
    var facts = DistributionFacts()
    var certificates: [ExtraCertificate] = []
    var timeZone: String?
    var declared: [DeclaredEffect] = []
}
