// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthDebian
import PlinthPackages
import PlinthReports

/// What a person wants in the image, as far as packages go.
struct PackageWish: Sendable {
    enum Dependencies: String, Sendable { case runtime, declared }

    /// Words such as `redis-server`, `nginx=1.22*`, `!perl`.
    var words: [String]
    var profile: BuildProfile
    var dependencies: Dependencies
    var recommends: Bool
}

/// Which packages an image holds, and what was left out of it.
struct PackageChoice: Sendable {
    var resolution: Resolution
    var leftOut: [LeftOutReport]
}

extension PackageWish {
    /// Resolves the wish against a universe.
    /// - Parameter present: packages that are there already: they stay, in their version or another.
    /// - Throws: `Problem`s `resolve.*`: unknown names, sets that cannot hold together.
    func choose(from universe: Universe, required: [String], keeping present: [String] = []) throws -> PackageChoice {
        var exempt = dependencies == .runtime ? RuntimeDependency.all : []
        let wanted = try words.filter { !$0.hasPrefix("!") }.map { try RequestedPackage(parsing: $0) }
        let forbidden = words.filter { $0.hasPrefix("!") }.map { String($0.dropFirst()) }
        exempt.removeAll { rule in wanted.contains { $0.name == rule.name } || present.contains(rule.name) }
        while true {
            let added = try profile.packages(required: required, universe: universe)
            let resolution = try Resolver(universe).resolve(
                ResolveRequest(
                    install: wanted + (added + present).map { .init(name: $0) },
                    forbid: forbidden, includeEssential: profile.isWholeSystem, includeRecommends: recommends,
                    substitutes: ["usrmerge": "usr-is-merged"], satisfied: Set(exempt.map(\.name))))
            let needed = exempt.filter { isNeeded($0, in: resolution) }
            if needed.isEmpty {
                return PackageChoice(resolution: resolution, leftOut: leftOut(resolution, exempt))
            }
            let names = Set(needed.map(\.name))
            exempt.removeAll { names.contains($0.name) }
        }
    }

    /// A rule does not hold when something in the image uses the package itself, or when the rule is only for
    /// some askers and another one asks.
    private func isNeeded(_ rule: RuntimeDependency, in resolution: Resolution) -> Bool {
        guard let left = resolution.leftOut.first(where: { $0.name == rule.name }) else { return false }
        let names = Set(resolution.packages.map(\.record.name))
        if !rule.neededBy.isDisjoint(with: names) { return true }
        return !rule.onlyFor.isEmpty && left.askedBy.contains { !rule.onlyFor.contains($0) }
    }

    private func leftOut(_ resolution: Resolution, _ rules: [RuntimeDependency]) -> [LeftOutReport] {
        resolution.leftOut.compactMap { left in
            rules.first { $0.name == left.name }.map {
                LeftOutReport(name: left.name, askedBy: left.askedBy, why: $0.reason)
            }
        }
    }
}

/// How much of a system an image is (DESIGN, "profile").
enum BuildProfile: String, CaseIterable, Codable, Sendable {
    case full, slim, minimal, scratch

    /// A working distribution with its package manager.
    var isWholeSystem: Bool { self == .full || self == .slim }

    /// What the profile adds to the packages that were named.
    func packages(required: [String], universe: Universe) throws -> [String] {
        guard isWholeSystem else { return [] }
        return try (required + ["apt"]).filter { name in
            try name != "usrmerge" || universe.candidates(of: "usr-is-merged").isEmpty
        }
    }
}

extension Resolution {
    /// The chain that asked for a package, such as `redis-server → libssl3t64`.
    func reason(for name: String) -> String {
        let names = chain(to: name).reversed().map(\.record.name)
        guard let first = chain(to: name).last else { return name }
        let head = first.reason == .essential ? ["essential"] : []
        return (head + names).joined(separator: " → ")
    }
}
