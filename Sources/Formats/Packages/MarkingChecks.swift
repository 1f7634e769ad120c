// SPDX-License-Identifier: Apache-2.0

/// How deep apt follows dependencies before it stops trying.
private let deepest = 3000

extension Marking {
    mutating func mayInstall(_ name: NameID, isRequested: Bool, depth: Int) -> Bool {
        guard depth <= deepest, budget > 0, candidate(of: name) != nil else { return false }
        let state = states[name]
        return isRequested || state.installed != nil || !state.isProtected
    }

    /// Whether the package is marked already and lacks nothing.
    func isFine(_ name: NameID) -> Bool {
        guard let version = states[name].installed, !states[name].isProtected else { return false }
        return !isBroken(version)
    }

    /// Whether a marked version lacks something, or conflicts with what is marked.
    func isBroken(_ version: VersionID) -> Bool {
        pool.versions[version].groups.contains { !isSatisfied($0) }
            || pool.versions[version].conflicts.contains { isViolated($0, of: version) }
    }

    func isSatisfied(_ group: NeedGroup) -> Bool {
        group.heldBy != nil || group.needs.contains { isSatisfied($0) }
    }

    func isSatisfied(_ need: Need) -> Bool {
        if need.target < states.count, let version = states[need.target].installed,
            pool.accepts(need, pool.versions[version].record.version)
        {
            return true
        }
        return installedProviders[need.target]?.contains { pool.accepts(need, $0.provided) } ?? false
    }

    func isViolated(_ conflict: Conflict, of owner: VersionID) -> Bool {
        let need = conflict.need
        let name = pool.versions[owner].name
        if need.target != name, need.target < states.count, let version = states[need.target].installed,
            pool.accepts(need, pool.versions[version].record.version)
        {
            return true
        }
        guard let providers = installedProviders[need.target] else { return false }
        return providers.contains {
            pool.versions[$0.version].name != name && pool.accepts(need, $0.provided)
        }
    }

    /// Marks the candidate; what was asked for by a person stays even if nothing needs it.
    mutating func mark(_ name: NameID, isRequested: Bool) {
        let state = states[name]
        if state.isProtected && state.installed == state.candidate { return }
        setInstalled(state.candidate, for: name)
        states[name].isAutomatic = !isRequested
    }

    /// Whether every hard group has an alternative that is marked or could be; if not, the candidate is dropped.
    mutating func canBeSatisfied(_ name: NameID, _ version: VersionID) -> Bool {
        for group in pool.versions[version].groups where group.isHard && !isSatisfied(group) {
            if group.needs.contains(where: { hasCandidate(for: $0) }) { continue }
            if !states[name].isProtected {
                states[name].candidate = nil
                if states[name].installed != nil { setInstalled(nil, for: name) }
            }
            return false
        }
        return true
    }

    private mutating func hasCandidate(for need: Need) -> Bool {
        if let version = candidate(of: need.target), pool.accepts(need, pool.versions[version].record.version) {
            return true
        }
        for provider in pool.providers(of: need.target) where pool.accepts(need, provider.provided) {
            if candidate(of: pool.versions[provider.version].name) == provider.version { return true }
        }
        return false
    }

    /// Takes marked packages that conflict with a version off the list.
    mutating func clearConflicts(of version: VersionID, spreads: Bool, isRequested: Bool) -> Bool {
        var isClear = true
        for conflict in pool.versions[version].conflicts where spreads || isViolated(conflict, of: version) {
            for other in violators(of: conflict, owner: version) where !keep(other) {
                isClear = false
                if !spreads && !isRequested { return false }
            }
            if spreads { ban(conflict, of: version) }
        }
        return isClear
    }

    private func violators(of conflict: Conflict, owner: VersionID) -> [NameID] {
        let need = conflict.need
        var found: [NameID] = []
        if need.target < states.count, let version = states[need.target].installed,
            pool.violates(version, conflict, of: owner)
        {
            found.append(need.target)
        }
        for provider in installedProviders[need.target] ?? [] where pool.accepts(need, provider.provided) {
            let name = pool.versions[provider.version].name
            if name != pool.versions[owner].name, !found.contains(name) { found.append(name) }
        }
        return found
    }
}
