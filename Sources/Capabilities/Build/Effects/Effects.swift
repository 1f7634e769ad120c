// SPDX-License-Identifier: Apache-2.0
package import PlinthImage

/// The effects in the order in which they are applied.
package enum Effects {
    /// Directories before what lies in them, accounts before what belongs to them, links before caches.
    package static let all: [any Effect] = [
        SkeletonEffect(), ReleaseEffect(), CertificatesEffect(), LoaderCacheEffect(),
    ]

    /// Applies every effect and says which maintainer scripts are left without one.
    /// - Throws: what the effects throw.
    package static func applyAll(
        to tree: inout FileTree, in context: EffectContext
    ) throws -> (reports: [EffectReport], unexplained: [UnexplainedScript]) {
        var reports: [EffectReport] = []
        for effect in all { reports.append(try effect.apply(to: &tree, in: context)) }
        return (reports, [])
    }
}
