// SPDX-License-Identifier: Apache-2.0

extension Marking {
    /// The candidates that satisfy a group, best first; a version may occur again for a later alternative.
    mutating func candidates(for group: NeedGroup, sorted: Bool) -> [VersionID] {
        var found: [VersionID] = []
        for need in group.needs {
            let some = candidates(for: need)
            found += some.count > 1 ? some.sorted { isBetter($0, $1, for: need.target) } : some
        }
        if !sorted { found.sort() }
        found = withoutNeighbouringTwins(found)
        found.removeAll { version in
            let state = states[pool.versions[version].name]
            return state.isProtected && state.installed == nil
        }
        return sorted ? pool.substituted(found, substitutes) : found
    }

    private mutating func candidates(for need: Need) -> [VersionID] {
        var found: [VersionID] = []
        if let version = candidate(of: need.target), pool.accepts(need, pool.versions[version].record.version) {
            found.append(version)
        }
        for provider in pool.providers(of: need.target) where pool.accepts(need, provider.provided) {
            if candidate(of: pool.versions[provider.version].name) == provider.version {
                found.append(provider.version)
            }
        }
        return found
    }

    /// apt's `CompareProviders` where nothing is installed and there is one architecture.
    private func isBetter(_ left: VersionID, _ right: VersionID, for target: NameID) -> Bool {
        let (one, other) = (pool.versions[left], pool.versions[right])
        if one.name == other.name { return left < right }
        let isProtected = (states[one.name].isProtected, states[other.name].isProtected)
        if isProtected.0 != isProtected.1 { return isProtected.0 }
        return pool.isBetter(left, right, for: target)
    }

    private func withoutNeighbouringTwins(_ versions: [VersionID]) -> [VersionID] {
        var result: [VersionID] = []
        for version in versions where result.last != version { result.append(version) }
        return result
    }
}

extension PackagePool {
    /// Which of two packages that satisfy the same need is taken: the one of that name, then the more important.
    func isBetter(_ left: VersionID, _ right: VersionID, for target: NameID) -> Bool {
        let (one, other) = (versions[left], versions[right])
        if one.name != other.name, one.name == target || other.name == target { return one.name == target }
        let (first, second) = (one.record, other.record)
        if first.isEssential != second.isEssential { return first.isEssential }
        if first.isProtected != second.isProtected { return first.isProtected }
        if first.priority != second.priority { return first.priority < second.priority }
        let mentions = (mention(of: one.name), mention(of: other.name))
        if mentions.0 != mentions.1 { return mentions.0 > mentions.1 }
        if one.name != other.name { return first.name > second.name }
        return left < right
    }

    /// Puts a substitute before what it stands in for.
    func substituted(_ found: [VersionID], _ substitutes: [NameID: NameID]) -> [VersionID] {
        if substitutes.isEmpty || found.count < 2 { return found }
        var result = found
        for version in found {
            guard let substitute = substitutes[versions[version].name],
                let place = result.firstIndex(where: { versions[$0].name == substitute }),
                let original = result.firstIndex(of: version), place > original
            else { continue }
            result.insert(result.remove(at: place), at: original)
        }
        return result
    }
}
