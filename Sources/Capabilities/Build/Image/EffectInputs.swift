// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthDebian
import PlinthDistribution

extension EffectContext {
    /// What effects may know of one platform's image.
    /// - Throws: `Problem` with code `deb.control`.
    init(_ order: BuildOrder, _ platform: Lock.Platform, _ segments: [Segment]) throws {
        let scripts = DebControl.scriptNames + ["triggers", "templates"]
        let places = try SetupOrder.places(of: segments.map { try $0.control() })
        let packages = places.map { place in
            let segment = segments[place]
            return EffectPackage(
                name: segment.table.package, version: segment.table.version,
                scripts: segment.table.control.filter { scripts.contains($0.key) },
                paths: segment.table.entries.map(\.packedPath))
        }
        self.init(
            architecture: platform.architecture,
            triplet: DebianArchitecture(debian: platform.architecture)?.triplet ?? "",
            packages: packages, profile: order.profile.rawValue, accounts: order.inputs.accounts,
            distribution: order.inputs.facts, certificates: order.inputs.certificates,
            timeZone: order.inputs.timeZone)
    }
}

/// What a recipe says to the effects.
struct EffectInputs: Sendable {
    var accounts = DeclaredAccounts()
    var facts = DistributionFacts()
    var certificates: [ExtraCertificate] = []
    var timeZone: String?
}
