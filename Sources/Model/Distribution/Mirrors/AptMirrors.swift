// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import SystemPackage

/// Where an archive is and what signs it, before its suites are chosen.
struct Mirror: Hashable, Sendable {
    var baseURL: String
    /// Named beside the address; empty when nobody named one.
    var keyrings: [FilePath] = []
    /// Whether those keyrings sign other releases of the family than the one wanted.
    var isForOtherRelease = false
    var checkValidUntil = true
}

/// The archives of one family in apt's configuration.
///
/// An entry counts by its suite, of whichever release: a machine that runs bookworm builds trixie from the same
/// mirror. Other people's archives use the same words, so the family's keyring, the wanted release, an `-updates`
/// suite beside it and the address decide, in that order; then the first.
struct AptMirrors {
    let family: Distribution.Family
    let codename: String
    private let entries: [AptEntry]

    init(_ configuration: AptConfiguration, for distribution: Distribution) {
        family = distribution.family
        codename = distribution.codename
        entries = configuration.entries.filter { $0.components.contains("main") }
    }

    var main: Mirror? {
        best { family.codenames.contains($0) || release($0, before: "-updates") != nil }
    }

    var security: Mirror? {
        best { release($0, before: "-security") != nil || release($0, before: "/updates") != nil }
    }

    func hasUpdates(_ baseURL: String) -> Bool {
        entries.contains { $0.baseURL == baseURL && release($0.suite, before: "-updates") != nil }
    }

    private func release(_ suite: String, before ending: String) -> String? {
        guard suite.hasSuffix(ending) else { return nil }
        let name = String(suite.dropLast(ending.count))
        return family.codenames.contains(name) ? name : nil
    }

    private func best(_ isWanted: (String) -> Bool) -> Mirror? {
        var best: (rank: Int, entry: AptEntry)?
        for entry in entries where isWanted(entry.suite) && isOfFamily(entry) {
            let rank = rank(entry)
            if rank > best?.rank ?? -1 { best = (rank, entry) }
        }
        return best.map { _, entry in
            Mirror(
                baseURL: entry.baseURL, keyrings: entry.keyrings, isForOtherRelease: !isWantedRelease(entry),
                checkValidUntil: entry.checkValidUntil)
        }
    }

    private func rank(_ entry: AptEntry) -> Int {
        let isUnsigned = entry.keyrings.isEmpty && !entry.hasOtherKey
        return (isSignedByFamily(entry) ? 16 : isUnsigned ? 8 : 0) + (isWantedRelease(entry) ? 4 : 0)
            + (hasUpdates(entry.baseURL) ? 2 : 0) + (hasFamilyAddress(entry) ? 1 : 0)
    }

    /// `stable main` alone says nothing: many programs' own archives are called that.
    private func isOfFamily(_ entry: AptEntry) -> Bool {
        if isSignedByFamily(entry) || hasFamilyAddress(entry) { return true }
        let moving = ["stable", "testing", "unstable", "oldstable", "oldoldstable", "devel"]
        let isMoving = moving.contains { entry.suite == $0 || entry.suite.hasPrefix($0 + "-") }
        return !isMoving && !entry.hasOtherKey
    }

    private func isSignedByFamily(_ entry: AptEntry) -> Bool {
        entry.keyrings.contains { $0.lastComponent?.string.hasPrefix("\(family.rawValue)-archive-") ?? false }
    }

    private func hasFamilyAddress(_ entry: AptEntry) -> Bool {
        MirrorAddress.lastComponent(entry.baseURL).hasPrefix(family.rawValue)
    }

    private func isWantedRelease(_ entry: AptEntry) -> Bool {
        entry.suite == codename || entry.suite.hasPrefix(codename + "-") || entry.suite.hasPrefix(codename + "/")
    }
}
