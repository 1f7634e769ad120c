// SPDX-License-Identifier: Apache-2.0
import PlinthCore

/// The part of a universe that one resolve has looked at, with names and versions as small numbers.
///
/// Names are read from the universe when they are first needed, and only once.
final class PackagePool {
    let universe: any PackageUniverse
    private let satisfied: Set<String>
    /// What a chosen version asks for: always Pre-Depends and Depends, perhaps Recommends.
    private let followed: [RelationKind]
    private(set) var names: [String] = []
    private(set) var versions: [PoolVersion] = []
    /// The first thing that went wrong while reading: whatever was found after it means nothing.
    private(set) var failure: Problem?
    private var ids: [String: NameID] = [:]
    private var entries: [NameEntry] = []

    init(_ universe: any PackageUniverse, satisfied: Set<String> = [], includeRecommends: Bool = false) {
        self.universe = universe
        self.satisfied = satisfied
        followed = [.preDepends, .depends] + (includeRecommends ? [.recommends] : [])
    }

    /// The number of a name, given out on first sight.
    func id(of name: String) -> NameID {
        if let id = ids[name] { return id }
        let id = names.count
        ids[name] = id
        names.append(name)
        entries.append(NameEntry())
        return id
    }

    /// The number of `name:any`.
    func idOfAny(_ name: String) -> NameID {
        let base = id(of: name)
        let id = id(of: name + ":any")
        entries[id].anyOf = base
        return id
    }

    /// The versions of a package of this very name, in policy order.
    func versions(of name: NameID) -> [VersionID] {
        if let known = entries[name].versions { return known }
        let isReal = entries[name].anyOf == nil
        let candidates = isReal ? read([]) { try universe.candidates(of: names[name]) } : []
        let found = candidates.map { add($0, as: name) }
        entries[name].versions = found
        return found
    }

    /// The versions that provide a name, other than by being called so.
    func providers(of name: NameID) -> [Provider] {
        if let known = entries[name].providers { return known }
        var found: [Provider] = []
        let base = entries[name].anyOf
        var owners = read([]) { try universe.providerNames(of: names[base ?? name]) }.map { id(of: $0) }
        if let base, !owners.contains(base) { owners.append(base) }
        for version in owners.flatMap({ versions(of: $0) }) {
            for provision in versions[version].provisions where provision.name == name {
                found.append(Provider(version: version, provided: provision.version))
            }
        }
        entries[name].providers = found
        return found
    }

    /// What the universe answers; after a failure, and from then on, the fallback.
    func read<Answer>(_ fallback: Answer, _ body: () throws -> Answer) -> Answer {
        if failure != nil { return fallback }
        do {
            return try body()
        } catch let problem as Problem {
            failure = problem
        } catch {
            failure = Problem("resolve.source", "A package source cannot be read", cause: error)
        }
        return fallback
    }

    /// How early the universe mentions the name; -1 when it does not say.
    func mention(of name: NameID) -> Int {
        if let known = entries[name].mention { return known ?? -1 }
        let place = read(nil) { try universe.firstMention(of: names[name]) }
        entries[name].mention = .some(place)
        return place ?? -1
    }

    /// Whether a need without regard to its name holds for a version; empty stands for none.
    func accepts(_ need: Need, _ version: String) -> Bool {
        if need.comparison == .any { return true }
        if version.isEmpty { return false }
        return need.comparison.holds(universe.compare(version, need.version))
    }

    /// Every version that satisfies a need by its name or by what it provides, real packages first.
    func solutions(of need: Need) -> [VersionID] {
        var found = versions(of: need.target).filter { accepts(need, versions[$0].record.version) }
        let offers = providers(of: need.target)
        if offers.isEmpty { return found }
        var seen = Set(found)
        for offer in offers where accepts(need, offer.provided) && seen.insert(offer.version).inserted {
            found.append(offer.version)
        }
        return found
    }

    /// Whether a version satisfies a need by its name or by what it provides.
    func satisfies(_ version: VersionID, _ need: Need) -> Bool {
        let candidate = versions[version]
        if candidate.name == need.target, accepts(need, candidate.record.version) { return true }
        return candidate.provisions.contains { $0.name == need.target && accepts(need, $0.version) }
    }

    /// Whether a version breaks a conflict; no package conflicts with itself.
    func violates(_ version: VersionID, _ conflict: Conflict, of owner: VersionID) -> Bool {
        versions[version].name != versions[owner].name && satisfies(version, conflict.need)
    }

    /// The group as the record has it.
    func text(of group: NeedGroup, in version: VersionID) -> RequirementGroup {
        versions[version].record.relations[group.kind]?[group.index] ?? RequirementGroup(alternatives: [])
    }

    /// What a version only recommends or suggests.
    func softGroups(of version: VersionID) -> [NeedGroup] {
        reader(of: versions[version].record).groups([.recommends, .suggests])
    }

    private func reader(of record: PackageRecord) -> RelationReader {
        RelationReader(pool: self, record: record, satisfied: satisfied)
    }

    private func add(_ candidate: Candidate, as name: NameID) -> VersionID {
        let reader = reader(of: candidate.record)
        let version = PoolVersion(
            name: name, candidate: candidate, groups: reader.groups(followed), conflicts: reader.conflicts(),
            provisions: reader.provisions(of: name))
        versions.append(version)
        return versions.count - 1
    }
}

extension VersionOperator {
    /// Whether an order of left to right is what the operator asks for.
    package func holds(_ order: Int) -> Bool {
        switch self {
        case .any: true
        case .less: order < 0
        case .lessOrEqual: order <= 0
        case .equal: order == 0
        case .greaterOrEqual: order >= 0
        case .greater: order > 0
        }
    }
}
