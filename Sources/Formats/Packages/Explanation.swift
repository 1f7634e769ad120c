// SPDX-License-Identifier: Apache-2.0

/// Puts a minimal set of requirements into sentences.
struct Explanation {
    let pool: PackagePool
    let demands: [Demand]
    let core: [RuledClause]
    /// Names of which more than one version takes part, so that the version has to be said.
    private let several: Set<NameID>
    private let requested: [VersionID: String]

    init(pool: PackagePool, demands: [Demand], core: [RuledClause]) {
        self.pool = pool
        self.demands = demands
        var asked: [VersionID: String] = [:]
        for clause in core {
            guard case .demand(let index) = clause.rule else { continue }
            let word = demands[index].reason == .essential ? "essential" : "requested"
            for version in demands[index].versions { asked[version] = word }
        }
        requested = asked
        let subjects = Set(core.compactMap(\.owner) + asked.keys)
        let byName = Dictionary(grouping: subjects) { pool.versions[$0].name }
        several = Set(byName.filter { $0.value.count > 1 }.keys)
        self.core = Self.inOrder(core, asked: Set(asked.keys))
    }

    var request: UnsatisfiableRequest {
        let named = Set(core.flatMap { versions(in: $0.rule) })
        var sentences: [String] = []
        for clause in core {
            if let sentence = sentence(for: clause, named: named), !sentences.contains(sentence) {
                sentences.append(sentence)
            }
        }
        return UnsatisfiableRequest(requirements: sentences)
    }

    /// From what was asked for along the dependencies; what is only forbidden comes last.
    private static func inOrder(_ core: [RuledClause], asked: Set<VersionID>) -> [RuledClause] {
        var reached = asked
        var rest = core
        var result: [RuledClause] = []
        while !rest.isEmpty {
            let place = rest.firstIndex { clause in clause.owner.map { reached.contains($0) } ?? true } ?? 0
            let clause = rest.remove(at: place)
            result.append(clause)
            reached.formUnion(clause.wishes)
        }
        return result.filter { !$0.isProhibition } + result.filter(\.isProhibition)
    }

    private func versions(in rule: Rule) -> [VersionID] {
        switch rule {
        case .demand: []
        case .group(let version, _), .forbidden(let version, _): [version]
        case .conflict(let version, let other, _), .sameName(let version, let other): [version, other]
        }
    }

    private func sentence(for clause: RuledClause, named: Set<VersionID>) -> String? {
        switch clause.rule {
        case .demand(let index):
            // A demand of which another sentence speaks is said there, in brackets.
            let demand = demands[index]
            if !demand.versions.isEmpty, demand.versions.contains(where: named.contains) { return nil }
            let word = demand.reason == .essential ? "essential" : "requested"
            return "\(demand.text) is \(word)" + (demand.versions.isEmpty ? ", and no version is all of that" : "")
        case .group(let version, let index):
            return groupSentence(version, pool.versions[version].groups[index], clause.wishes)
        case .conflict(let version, let other, let index):
            return conflictSentence(version, other, pool.versions[version].conflicts[index])
        case .sameName(let version, let other):
            let record = pool.versions[version].record
            return "\(record.name) can be installed in one version only: "
                + "\(record.version) or \(pool.versions[other].record.version)"
        case .forbidden(let version, let name):
            if pool.versions[version].name == name { return "\(subject(version)) is forbidden (!\(pool.names[name]))" }
            return "\(subject(version)) provides \(pool.names[name]), which is forbidden (!\(pool.names[name]))"
        }
    }

    private func groupSentence(_ version: VersionID, _ group: NeedGroup, _ wishes: [VersionID]) -> String {
        let text = "\(subject(version)) needs \(pool.text(of: group, in: version))"
        guard wishes.isEmpty else { return text }
        let offered = group.needs.flatMap { pool.versions(of: $0.target) }.map { offer in
            "\(pool.versions[offer].record.name) \(pool.versions[offer].record.version)"
        }
        if offered.isEmpty { return text + ", which no source offers" }
        return text + ", but there is only " + offered.joined(separator: ", ")
    }

    private func conflictSentence(_ version: VersionID, _ other: VersionID, _ conflict: Conflict) -> String {
        let need = conflict.need
        let verb = conflict.kind == .breaks ? "breaks" : "conflicts with"
        let target = Requirement(
            name: pool.names[need.target], comparison: need.comparison, version: need.version)
        let text = "\(subject(version)) \(verb) \(target)"
        let entry = pool.versions[other]
        if entry.name == need.target, pool.accepts(need, entry.record.version) {
            return requested[other].map { "\(text), and that is \($0)" } ?? text
        }
        return "\(text), which \(subject(other)) provides"
    }

    private func subject(_ version: VersionID) -> String {
        let record = pool.versions[version].record
        let name = several.contains(pool.versions[version].name) ? "\(record.name) \(record.version)" : record.name
        return requested[version].map { "\(name) (\($0))" } ?? name
    }
}

extension RuledClause {
    /// Whether it only forbids.
    var isProhibition: Bool {
        switch rule {
        case .demand, .group: false
        case .conflict, .sameName, .forbidden: true
        }
    }
}
