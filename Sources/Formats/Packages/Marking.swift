// SPDX-License-Identifier: Apache-2.0

/// Chooses as apt 2.6 does in an empty root: depth first, groups from left to right, what is there already wins.
///
/// The walk never goes back over a choice that worked, so it is fast and may end in a contradiction; `Resolver`
/// checks what comes out. Facts taken from apt's `apt-pkg/depcache.cc` (2.6.1).
struct Marking {
    let pool: PackagePool
    let substitutes: [NameID: NameID]
    var states: [PackageState] = []
    /// How many more packages may be gone into: packages that put one another out could go on for ever.
    var budget = 1_000_000
    /// Names whose candidate has been looked at.
    private var touched: [NameID] = []
    /// Provided name to versions that are marked for installation.
    var installedProviders: [NameID: [Provider]] = [:]
    /// Provided name to packages whose candidate provides it, as far as looked at.
    private var candidateProviders: [NameID: [NameID]] = [:]
    /// Conflicts of packages that must stay: whatever breaks one is no candidate.
    private var bans: [NameID: [Ban]] = [:]

    struct Ban {
        let conflict: Conflict
        /// Nil for what a person forbids.
        let owner: VersionID?
    }

    init(pool: PackagePool, substitutes: [NameID: NameID] = [:]) {
        self.pool = pool
        self.substitutes = substitutes
    }

    /// Every version that is marked for installation.
    var installed: [VersionID] { touched.compactMap { states[$0].installed } }

    /// The version that would be installed, after what the walk has ruled out.
    mutating func candidate(of name: NameID) -> VersionID? {
        touch(name)
        return states[name].candidate
    }

    /// Takes this version instead of what policy says.
    mutating func setCandidate(_ version: VersionID) {
        let name = pool.versions[version].name
        touch(name)
        states[name].candidate = version
        noteProvisions(of: version, by: name)
    }

    mutating func protect(_ name: NameID) {
        touch(name)
        states[name].isProtected = true
    }

    /// Rules out whatever breaks the conflict, now and when it is looked at later.
    mutating func ban(_ conflict: Conflict, of owner: VersionID?) {
        let ban = Ban(conflict: conflict, owner: owner)
        bans[conflict.need.target, default: []].append(ban)
        if conflict.need.target < states.count { apply(ban, to: conflict.need.target) }
        for name in candidateProviders[conflict.need.target] ?? [] { apply(ban, to: name) }
    }

    mutating func setInstalled(_ version: VersionID?, for name: NameID) {
        if let old = states[name].installed {
            for provision in pool.versions[old].provisions {
                installedProviders[provision.name]?.removeAll { $0.version == old }
            }
        }
        states[name].installed = version
        guard let version else { return }
        for provision in pool.versions[version].provisions {
            installedProviders[provision.name, default: []].append(
                Provider(version: version, provided: provision.version))
        }
    }

    private mutating func touch(_ name: NameID) {
        grow()
        if states[name].isTouched { return }
        states[name].isTouched = true
        touched.append(name)
        states[name].candidate = pool.versions(of: name).first
        grow()
        guard let candidate = states[name].candidate else { return }
        noteProvisions(of: candidate, by: name)
        if bans.isEmpty { return }
        let provided = pool.versions[candidate].provisions.map(\.name)
        for ban in ([name] + provided).flatMap({ bans[$0] ?? [] }) { apply(ban, to: name) }
    }

    private mutating func noteProvisions(of version: VersionID, by name: NameID) {
        for provision in pool.versions[version].provisions {
            candidateProviders[provision.name, default: []].append(name)
        }
    }

    private mutating func apply(_ ban: Ban, to name: NameID) {
        guard let candidate = states[name].candidate, pool.satisfies(candidate, ban.conflict.need) else { return }
        if let owner = ban.owner, pool.versions[owner].name == name { return }
        if states[name].installed != nil, !keep(name) { return }
        states[name].candidate = nil
        states[name].isProtected = true
    }

    private mutating func grow() {
        let missing = pool.names.count - states.count
        if missing > 0 { states.append(contentsOf: repeatElement(PackageState(), count: missing)) }
    }
}

/// What the walk has decided about a package.
struct PackageState {
    var candidate: VersionID?
    var installed: VersionID?
    /// Only the one who decided may decide otherwise.
    var isProtected = false
    /// Chosen for another package's sake.
    var isAutomatic = false
    var isTouched = false
}
