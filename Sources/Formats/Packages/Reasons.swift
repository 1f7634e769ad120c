// SPDX-License-Identifier: Apache-2.0

/// Finds for every chosen version who asked for it, nearest to a request first.
struct ReasonFinder {
    let pool: PackagePool
    let chosen: ChosenSet
    private(set) var reasons: [VersionID: SelectionReason] = [:]

    init(pool: PackagePool, chosen: [VersionID], demands: [Demand]) {
        self.pool = pool
        self.chosen = ChosenSet(pool: pool, chosen)
        var queue: [VersionID] = []
        for demand in demands {
            guard let version = self.chosen.byName[demand.name], reasons[version] == nil else { continue }
            reasons[version] = demand.reason
            queue.append(version)
        }
        explore(from: queue, everySatisfier: false, softly: false)
        // What is left is needed only beside another package that satisfies the same group, or is merely wished for.
        if reasons.count < chosen.count { explore(from: ordered, everySatisfier: true, softly: false) }
        if reasons.count < chosen.count { explore(from: ordered, everySatisfier: true, softly: true) }
    }

    private var ordered: [VersionID] { reasons.keys.sorted { name(of: $0) < name(of: $1) } }

    private func name(of version: VersionID) -> String { pool.versions[version].record.name }

    private mutating func explore(from start: [VersionID], everySatisfier: Bool, softly: Bool) {
        var queue = start
        var next = 0
        while next < queue.count {
            let asker = queue[next]
            next += 1
            for group in pool.versions[asker].groups + (softly ? pool.softGroups(of: asker) : []) {
                for version in satisfiers(of: group, every: everySatisfier) where reasons[version] == nil {
                    reasons[version] = .dependency(
                        of: name(of: asker), kind: group.kind, group: pool.text(of: group, in: asker))
                    queue.append(version)
                }
            }
        }
    }

    private func satisfiers(of group: NeedGroup, every: Bool) -> [VersionID] {
        if every { return group.needs.flatMap { chosen.satisfiers(of: $0) } }
        return group.needs.lazy.compactMap { chosen.satisfier(of: $0) }.first.map { [$0] } ?? []
    }

    /// Names that hold without a package while nothing chosen satisfies them.
    func leftOut() -> [LeftOutName] {
        var askers: [String: Set<String>] = [:]
        for version in reasons.keys {
            for group in pool.versions[version].groups {
                guard let held = group.heldBy, group.needs.allSatisfy({ chosen.satisfier(of: $0) == nil }) else {
                    continue
                }
                askers[pool.names[held], default: []].insert(name(of: version))
            }
        }
        return askers.map { LeftOutName(name: $0.key, askedBy: $0.value.sorted()) }.sorted { $0.name < $1.name }
    }
}
