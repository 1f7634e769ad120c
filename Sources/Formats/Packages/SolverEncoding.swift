// SPDX-License-Identifier: Apache-2.0

/// The clauses of a pool, made as the search asks for them.
struct PoolClauses: ClauseSource {
    let pool: PackagePool
    let demands: [Demand]
    let forbidden: [Need]
    let substitutes: [NameID: NameID]
    /// Versions whose clauses have been made, by the names that they have and provide.
    private var considered: [NameID: [VersionID]] = [:]
    /// Conflicts of those versions, by the name that they are about.
    private var conflicts: [NameID: [(owner: VersionID, index: Int)]] = [:]

    init(pool: PackagePool, demands: [Demand], forbidden: [Need], substitutes: [NameID: NameID]) {
        self.pool = pool
        self.demands = demands
        self.forbidden = forbidden
        self.substitutes = substitutes
    }

    func initialClauses() -> [RuledClause] {
        demands.enumerated().map { index, demand in
            RuledClause(
                rule: .demand(index), literals: demand.versions.map { Literal($0, isWanted: true) }, owner: nil,
                wishes: demand.versions)
        }
    }

    func softWishes(of version: VersionID) -> [Wish] {
        pool.versions[version].groups.filter { !$0.isHard && $0.heldBy == nil }.map {
            Wish(versions: preferred($0), isHard: false)
        }
    }

    mutating func clauses(of version: VersionID) -> [RuledClause] {
        groupClauses(of: version) + prohibitions(of: version)
    }

    private func groupClauses(of version: VersionID) -> [RuledClause] {
        pool.versions[version].groups.enumerated().compactMap { index, group in
            guard group.isHard, group.heldBy == nil else { return nil }
            let wishes = preferred(group)
            let literals = [Literal(version, isWanted: false)] + wishes.map { Literal($0, isWanted: true) }
            return RuledClause(rule: .group(version, index), literals: literals, owner: version, wishes: wishes)
        }
    }

    /// Clauses with versions that were considered before; what is considered later looks back in its turn.
    private mutating func prohibitions(of version: VersionID) -> [RuledClause] {
        let entry = pool.versions[version]
        var result: [RuledClause] = []
        for other in considered[entry.name] ?? [] where pool.versions[other].name == entry.name {
            result.append(pair(.sameName(other, version), version, other))
        }
        for (index, conflict) in entry.conflicts.enumerated() {
            for other in considered[conflict.need.target] ?? [] where pool.violates(other, conflict, of: version) {
                result.append(pair(.conflict(version, other, index), version, other))
            }
        }
        for name in [entry.name] + entry.provisions.map(\.name) {
            for (owner, index) in conflicts[name] ?? []
            where pool.violates(version, pool.versions[owner].conflicts[index], of: owner) {
                result.append(pair(.conflict(owner, version, index), version, owner))
            }
        }
        for need in forbidden where pool.satisfies(version, need) {
            result.append(
                RuledClause(
                    rule: .forbidden(version, need.target), literals: [Literal(version, isWanted: false)],
                    owner: version, wishes: []))
        }
        note(version)
        return result
    }

    private func pair(_ rule: Rule, _ version: VersionID, _ other: VersionID) -> RuledClause {
        RuledClause(
            rule: rule, literals: [Literal(version, isWanted: false), Literal(other, isWanted: false)],
            owner: version, wishes: [])
    }

    private mutating func note(_ version: VersionID) {
        let entry = pool.versions[version]
        for name in Set([entry.name] + entry.provisions.map(\.name)) { considered[name, default: []].append(version) }
        for (index, conflict) in entry.conflicts.enumerated() {
            conflicts[conflict.need.target, default: []].append((version, index))
        }
    }

    /// Everything that satisfies a group: candidates in the family's order, then other versions in the same order.
    private func preferred(_ group: NeedGroup) -> [VersionID] {
        var first: [VersionID] = []
        var later: [VersionID] = []
        var seen: Set<VersionID> = []
        for need in group.needs {
            let found = pool.solutions(of: need).sorted { left, right in
                left != right && pool.isBetter(left, right, for: need.target)
            }
            for version in found where seen.insert(version).inserted {
                let isCandidate = pool.versions(of: pool.versions[version].name).first == version
                if isCandidate { first.append(version) } else { later.append(version) }
            }
        }
        return pool.substituted(first, substitutes) + later
    }
}
