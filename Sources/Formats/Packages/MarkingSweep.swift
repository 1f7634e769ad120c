// SPDX-License-Identifier: Apache-2.0

extension PackagePool {
    /// The chosen versions that the roots reach through what they depend on; soft relations count when asked.
    func reachable(from roots: [VersionID], among chosen: [VersionID], softly: Bool) -> Set<VersionID> {
        var byName: [NameID: [VersionID]] = [:]
        for version in chosen {
            byName[versions[version].name, default: []].append(version)
            for provision in versions[version].provisions { byName[provision.name, default: []].append(version) }
        }
        var reached = Set(roots)
        var queue = roots
        while let version = queue.popLast() {
            let soft = softly ? softGroups(of: version) : []
            for need in (versions[version].groups + soft).flatMap(\.needs) {
                for other in byName[need.target] ?? [] where satisfies(other, need) {
                    if reached.insert(other).inserted { queue.append(other) }
                }
            }
        }
        return reached
    }
}

extension Marking {
    /// Takes off the list what was marked on a path that was given up, and nothing needs.
    ///
    /// As in apt, a recommendation or suggestion is enough to stay.
    mutating func sweep() {
        let chosen = installed
        let roots = chosen.filter { !states[pool.versions[$0].name].isAutomatic || pool.versions[$0].record.isVital }
        var reached = pool.reachable(from: roots, among: chosen, softly: false)
        if reached.count == chosen.count { return }
        reached = pool.reachable(from: roots, among: chosen, softly: true)
        for version in chosen where !reached.contains(version) {
            setInstalled(nil, for: pool.versions[version].name)
        }
    }
}

extension PackageRecord {
    /// Never taken away as superfluous.
    var isVital: Bool { isEssential || isProtected }
}
