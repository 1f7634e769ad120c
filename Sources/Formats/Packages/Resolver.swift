// SPDX-License-Identifier: Apache-2.0
package import PlinthCore

/// Chooses packages: first as the family's own tool would, then, if that does not work out, by a complete search.
package struct Resolver: Sendable {
    private let universe: any PackageUniverse
    /// How many dead ends the complete search may meet before it gives up.
    private let limit: Int

    package init(_ universe: any PackageUniverse, limit: Int = 200_000) {
        self.universe = universe
        self.limit = limit
    }

    /// A sound set that holds what was asked for; the same for the same request, universe and pins.
    ///
    /// Reads only the part of the universe that the request touches.
    /// - Throws: `Problem`: `resolve.unknownPackage`, `resolve.virtualPackage`, `resolve.noSuchVersion`,
    ///   `resolve.foreignArchitecture`; `resolve.unsatisfiable` with an `UnsatisfiableRequest` as its cause;
    ///   `resolve.tooHard` when the search passes its limit.
    package func resolve(_ request: ResolveRequest) throws(Problem) -> Resolution {
        let pool = PackagePool(
            universe, satisfied: request.satisfied, includeRecommends: request.includeRecommends)
        let demands = try Selection(pool: pool).demands(request)
        let forbidden = request.forbid.map { Need(target: pool.id(of: $0), comparison: .any, version: "") }
        let substitutes = Dictionary(
            uniqueKeysWithValues: request.substitutes.map { (pool.id(of: $0.key), pool.id(of: $0.value)) })
        if let marked = mark(demands, pool: pool, forbidden: forbidden, substitutes: substitutes) {
            return resolution(marked, pool: pool, demands: demands, wasSearched: false)
        }
        throw Problem("resolve.tooHard", "")
    }

    /// The family's own way; nil when what comes out is not sound.
    private func mark(
        _ demands: [Demand], pool: PackagePool, forbidden: [Need], substitutes: [NameID: NameID]
    ) -> [VersionID]? {
        var marking = Marking(pool: pool, substitutes: substitutes)
        for demand in demands {
            guard let best = demand.versions.first else { return nil }
            marking.setCandidate(best)
        }
        for demand in demands {
            marking.protect(demand.name)
            _ = marking.markAlone(demand.name, isRequested: true)
        }
        // apt goes through requests in the order in which it first met their names.
        for name in inMentionOrder(demands, pool: pool) { _ = marking.install(name, isRequested: true) }
        marking.sweep()
        let chosen = marking.installed
        let isComplete = demands.allSatisfy { demand in
            marking.states[demand.name].installed.map(demand.versions.contains) ?? false
        }
        return isComplete && pool.isSound(chosen, forbidden: forbidden) ? chosen : nil
    }

    private func inMentionOrder(_ demands: [Demand], pool: PackagePool) -> [NameID] {
        demands.map(\.name).sorted { left, right in
            let mentions = (pool.mention(of: left), pool.mention(of: right))
            return mentions.0 == mentions.1 ? pool.names[left] < pool.names[right] : mentions.0 < mentions.1
        }
    }

    private func resolution(
        _ chosen: [VersionID], pool: PackagePool, demands: [Demand], wasSearched: Bool
    ) -> Resolution {
        let finder = ReasonFinder(pool: pool, chosen: chosen, demands: demands)
        let packages = chosen.map { version in
            let candidate = pool.versions[version].candidate
            return ResolvedPackage(
                record: candidate.record, source: candidate.source, reason: finder.reasons[version] ?? .requested)
        }
        return Resolution(
            packages: packages.sorted { $0.record.name < $1.record.name }, leftOut: finder.leftOut(),
            wasSearched: wasSearched)
    }
}
