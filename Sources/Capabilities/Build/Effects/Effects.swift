// SPDX-License-Identifier: Apache-2.0
package import PlinthImage

/// The effects in the order in which they are applied.
package enum Effects {
    /// Directories before what lies in them, accounts before what belongs to them, links before caches.
    package static let all: [any Effect] = [
        SkeletonEffect(), AccountsEffect(), PackageScriptsEffect(), ReleaseEffect(), NameServiceEffect(),
        BusyBoxEffect(), TimeZoneEffect(), CertificatesEffect(), JavaCertificatesEffect(), LoaderCacheEffect(),
    ]

    /// Applies every effect and says which maintainer scripts are left without one.
    /// - Parameter files: lays the recipe's files, before the first effect that is made of all files.
    /// - Throws: what the effects throw.
    package static func applyAll(
        to tree: inout FileTree, in context: EffectContext, _ effects: [any Effect] = all,
        files: (inout FileTree) throws -> EffectReport = { _ in EffectReport(name: "files") }
    ) throws -> (reports: [EffectReport], unexplained: [UnexplainedScript]) {
        var reports: [EffectReport] = []
        var unexplained: [UnexplainedScript] = []
        let wanted = effects.filter { $0.isWanted(in: context) }
        let turn = wanted.firstIndex(where: \.takesAllFiles) ?? wanted.endIndex
        for effect in wanted[..<turn] {
            if let scripts = effect as? PackageScriptsEffect {
                let outcome = scripts.run(on: &tree, in: context)
                reports.append(outcome.report)
                unexplained = outcome.unexplained
            } else {
                reports.append(try effect.apply(to: &tree, in: context))
            }
        }
        reports.append(try files(&tree))
        for effect in DeclaredEffect.effects(context.declared) {
            reports.append(try effect.apply(to: &tree, in: context))
        }
        for effect in wanted[turn...] { reports.append(try effect.apply(to: &tree, in: context)) }
        return (reports, unexplained)
    }
}
