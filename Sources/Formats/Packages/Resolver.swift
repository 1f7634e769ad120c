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
        let task = try ResolveTask(request, in: universe)
        let marked = task.mark()
        if let problem = task.pool.failure { throw problem }
        if let marked { return task.resolution(marked, wasSearched: false) }
        let found = try task.search(limit: limit)
        if let problem = task.pool.failure { throw problem }
        return task.resolution(found, wasSearched: true)
    }
}

/// One request on its way to an answer.
private struct ResolveTask {
    let pool: PackagePool
    let demands: [Demand]
    let forbidden: [Need]
    let substitutes: [NameID: NameID]
    let includeRecommends: Bool

    init(_ request: ResolveRequest, in universe: any PackageUniverse) throws(Problem) {
        let pool = PackagePool(
            universe, satisfied: request.satisfied, includeRecommends: request.includeRecommends)
        self.pool = pool
        demands = try Selection(pool: pool).demands(request)
        forbidden = request.forbid.map { Need(target: pool.id(of: $0), comparison: .any, version: "") }
        let pairs = request.substitutes.sorted { $0.key < $1.key }.map { (pool.id(of: $0.key), pool.id(of: $0.value)) }
        substitutes = Dictionary(pairs) { first, _ in first }
        includeRecommends = request.includeRecommends
    }

    /// The family's own way; nil when what comes out is not sound.
    func mark() -> [VersionID]? {
        var marking = Marking(pool: pool, substitutes: substitutes)
        for need in forbidden { marking.ban(Conflict(kind: .conflicts, need: need), of: nil) }
        for demand in demands {
            guard let best = demand.versions.first else { return nil }
            marking.setCandidate(best)
        }
        for demand in demands {
            marking.protect(demand.name)
            _ = marking.markAlone(demand.name, isRequested: true)
        }
        for demand in demands { _ = marking.install(demand.name, isRequested: true) }
        marking.sweep()
        let chosen = marking.installed
        return isAnswer(chosen) ? chosen : nil
    }

    /// The complete search.
    /// - Throws: `Problem` with code `resolve.unsatisfiable` or `resolve.tooHard`.
    func search(limit: Int) throws(Problem) -> [VersionID] {
        let clauses = PoolClauses(pool: pool, demands: demands, forbidden: forbidden, substitutes: substitutes)
        var search = SolverSearch(clauses)
        switch search.run(limit: limit) {
        case .chosen(let chosen): return try checked(swept(chosen))
        case .impossible(let clauses):
            if let problem = pool.failure { throw problem }
            let core = minimalCore(of: clauses, limit: limit)
            throw Explanation(pool: pool, demands: demands, core: core).request.problem
        case .gaveUp:
            throw Problem(
                "resolve.tooHard", "The packages cannot be chosen in reasonable time",
                why: "more than \(limit) dead ends", hints: ["ask for exact versions of some of the packages"])
        }
    }

    private func checked(_ chosen: [VersionID]) throws(Problem) -> [VersionID] {
        if isAnswer(chosen) || pool.failure != nil { return chosen }
        throw Problem("resolve.unsound", "A chosen set of packages does not hold together", kind: .bug)
    }

    private func isAnswer(_ chosen: [VersionID]) -> Bool {
        let present = Set(chosen)
        return demands.allSatisfy { $0.versions.contains(where: present.contains) }
            && pool.isSound(chosen, forbidden: forbidden)
    }

    /// Without what was chosen for a path that was given up.
    private func swept(_ chosen: [VersionID]) -> [VersionID] {
        let wanted = Set(demands.flatMap(\.versions))
        let reached = pool.reachable(from: chosen.filter(wanted.contains), among: chosen, softly: includeRecommends)
        return chosen.filter(reached.contains)
    }

    func resolution(_ chosen: [VersionID], wasSearched: Bool) -> Resolution {
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
