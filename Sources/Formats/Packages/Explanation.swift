// SPDX-License-Identifier: Apache-2.0

/// Puts a minimal set of requirements into sentences.
struct Explanation {
    let pool: PackagePool
    let demands: [Demand]
    let core: [RuledClause]
    /// The versions that take part, by name: where there are several, the version has to be said.
    private let subjects: [NameID: Set<VersionID>]
    private let requested: [VersionID: String]

    init(pool: PackagePool, demands: [Demand], core: [RuledClause]) {
        self.pool = pool
        self.demands = demands
        var asked: [VersionID: String] = [:]
        for clause in core {
            guard case .demand(let index) = clause.rule else { continue }
            for version in demands[index].versions { asked[version] = demands[index].word(in: pool) }
        }
        requested = asked
        let taking = Set(core.flatMap { Self.versions(in: $0.rule) } + asked.keys)
        subjects = Dictionary(grouping: taking) { pool.versions[$0].name }.mapValues(Set.init)
        self.core = Self.inOrder(core, asked: Set(asked.keys))
    }

    var request: UnsatisfiableRequest {
        let named = Set(core.flatMap { Self.versions(in: $0.rule) })
        let plain = core.map { sentence(for: $0, named: named, exact: false) }
        var sentences: [String] = []
        for (clause, text) in zip(core, plain) {
            guard let text else { continue }
            let isShared = isSharedByEveryVersion(of: clause, text, plain)
            guard let chosen = isShared ? text : sentence(for: clause, named: named, exact: true) else { continue }
            if !sentences.contains(chosen) { sentences.append(chosen) }
        }
        return UnsatisfiableRequest(requirements: sentences)
    }

    /// Whether all versions of the package say the same, so that the version need not be said.
    private func isSharedByEveryVersion(of clause: RuledClause, _ text: String, _ plain: [String?]) -> Bool {
        guard let owner = subject(of: clause.rule) else { return true }
        let name = pool.versions[owner].name
        let twins = zip(core, plain).filter { other, sentence in
            sentence == text && subject(of: other.rule).map { pool.versions[$0].name } == name
        }
        return Set(twins.compactMap { subject(of: $0.0.rule) }).count == subjects[name]?.count
    }

    private func subject(of rule: Rule) -> VersionID? {
        switch rule {
        case .demand: nil
        case .group(let version, _), .forbidden(let version, _), .conflict(let version, _, _): version
        case .sameName(let version, _): version
        }
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

    private static func versions(in rule: Rule) -> [VersionID] {
        switch rule {
        case .demand: []
        case .group(let version, _), .forbidden(let version, _): [version]
        case .conflict(let version, let other, _), .sameName(let version, let other): [version, other]
        }
    }

    private func sentence(for clause: RuledClause, named: Set<VersionID>, exact: Bool) -> String? {
        switch clause.rule {
        case .demand(let index):
            // A demand of which another sentence speaks is said there, in brackets.
            let demand = demands[index]
            if !demand.versions.isEmpty, demand.versions.contains(where: named.contains) { return nil }
            let text = "\(demand.text) is \(demand.word(in: pool))"
            return demand.versions.isEmpty ? text + ", and no version is all of that" : text
        case .group(let version, let index):
            return groupSentence(version, pool.versions[version].groups[index], clause.wishes, exact)
        case .conflict(let version, let other, let index):
            return conflictSentence(version, other, pool.versions[version].conflicts[index], exact)
        case .sameName(let version, let other):
            let record = pool.versions[version].record
            return "\(record.name) can be installed in one version only: "
                + "\(record.version) or \(pool.versions[other].record.version)"
        case .forbidden(let version, let name):
            let isItself = pool.versions[version].name == name
            let text = isItself ? "is forbidden" : "provides \(pool.names[name]), which is forbidden"
            return "\(subject(version, exact)) \(text) (!\(pool.names[name]))"
        }
    }

    private func groupSentence(
        _ version: VersionID, _ group: NeedGroup, _ wishes: [VersionID], _ exact: Bool
    ) -> String {
        let text = "\(subject(version, exact)) needs \(pool.text(of: group, in: version))"
        guard wishes.isEmpty else { return text }
        let offered = group.needs.flatMap { pool.versions(of: $0.target) }.map { offer in
            "\(pool.versions[offer].record.name) \(pool.versions[offer].record.version)"
        }
        if offered.isEmpty { return text + ", which no source offers" }
        return text + ", but there is only " + offered.joined(separator: ", ")
    }

    private func conflictSentence(
        _ version: VersionID, _ other: VersionID, _ conflict: Conflict, _ exact: Bool
    ) -> String {
        let need = conflict.need
        let verb = conflict.kind == .breaks ? "breaks" : "conflicts with"
        let target = Requirement(
            name: pool.names[need.target], comparison: need.comparison, version: need.version)
        let text = "\(subject(version, exact)) \(verb) \(target)"
        let entry = pool.versions[other]
        if entry.name == need.target, pool.accepts(need, entry.record.version) {
            return requested[other].map { "\(text), and that is \($0)" } ?? text
        }
        return "\(text), which \(subject(other, exact)) provides"
    }

    private func subject(_ version: VersionID, _ exact: Bool) -> String {
        let record = pool.versions[version].record
        let isOneOfSeveral = (subjects[pool.versions[version].name]?.count ?? 0) > 1
        let name = exact && isOneOfSeveral ? "\(record.name) \(record.version)" : record.name
        return requested[version].map { "\(name) (\($0))" } ?? name
    }
}

extension Demand {
    /// What it is called in brackets after the package's name.
    fileprivate func word(in pool: PackagePool) -> String {
        if reason == .essential { return "essential" }
        return text.hasPrefix(pool.names[name]) ? "requested" : "requested as \(text)"
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
