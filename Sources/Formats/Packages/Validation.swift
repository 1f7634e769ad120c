// SPDX-License-Identifier: Apache-2.0

extension PackagePool {
    /// Whether a set is sound: every hard dependency holds, nothing conflicts, one version of each name.
    ///
    /// Written without regard to how the set was found: it judges every answer before it leaves.
    func isSound(_ chosen: [VersionID], forbidden: [Need]) -> Bool {
        let present = ChosenSet(pool: self, chosen)
        guard present.byName.count == chosen.count else { return false }
        return chosen.allSatisfy { version in
            versions[version].groups.allSatisfy { !$0.isHard || present.holds($0) }
                && versions[version].conflicts.allSatisfy { !present.breaks($0, of: version) }
                && forbidden.allSatisfy { !satisfies(version, $0) }
        }
    }
}

/// Chosen versions, found by the names they have and provide.
struct ChosenSet {
    let pool: PackagePool
    private(set) var byName: [NameID: VersionID] = [:]
    private var providers: [NameID: [VersionID]] = [:]

    init(pool: PackagePool, _ chosen: [VersionID]) {
        self.pool = pool
        for version in chosen {
            byName[pool.versions[version].name] = version
            for provision in pool.versions[version].provisions {
                providers[provision.name, default: []].append(version)
            }
        }
    }

    func holds(_ group: NeedGroup) -> Bool { group.heldBy != nil || group.needs.contains { satisfier(of: $0) != nil } }

    /// The chosen version that satisfies a need, the one of that name first.
    func satisfier(of need: Need) -> VersionID? { satisfiers(of: need).first }

    func satisfiers(of need: Need) -> [VersionID] {
        let named = byName[need.target].map { [$0] } ?? []
        return (named + (providers[need.target] ?? [])).filter { pool.satisfies($0, need) }
    }

    func breaks(_ conflict: Conflict, of owner: VersionID) -> Bool {
        satisfiers(of: conflict.need).contains { pool.versions[$0].name != pool.versions[owner].name }
    }
}
