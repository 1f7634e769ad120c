// SPDX-License-Identifier: Apache-2.0

/// A complete search: decides what is wished for, follows what that forces, and learns from every dead end.
///
/// Conflict-driven clause learning with two watched literals. Nothing is decided that no chosen version wishes for,
/// so the answer stays near the family's own choice.
struct SolverSearch<Source: ClauseSource> {
    struct Clause {
        var literals: [Literal]
        /// Nil for a learned clause.
        let rule: Int?
        /// What a learned clause was resolved from.
        let parents: [Int]
        /// Versions fixed at level 0 that a learned clause leaves out.
        let dropped: [VersionID]
    }

    enum Outcome {
        case chosen([VersionID])
        /// Requirements that cannot hold together; not yet as few as can be.
        case impossible([RuledClause])
        case gaveUp
    }

    var source: Source
    private(set) var ruled: [RuledClause] = []
    private(set) var clauses: [Clause] = []
    var roots: [Wish] = []
    var wishes: [VersionID: [Wish]] = [:]
    /// Clauses by the code of a watched literal.
    private var watchers: [[Int]] = []
    private var values: [Int8] = []
    private var levels: [Int] = []
    private var reasons: [Int] = []
    private var trail: [Literal] = []
    private var levelStarts: [Int] = []
    private var head = 0
    private var expanded: Set<VersionID> = []
    /// How many more wishes may be looked at, so that a huge universe ends in reasonable time too.
    private var budget = 100_000_000

    init(_ source: Source) { self.source = source }

    private var level: Int { levelStarts.count }

    mutating func run(limit: Int) -> Outcome {
        var conflict = addInitial()
        var conflicts = 0
        while true {
            conflict = conflict ?? propagate()
            if let clause = conflict {
                if level == 0 { return .impossible(origins(of: clause)) }
                conflicts += 1
                if conflicts > limit { return .gaveUp }
                learn(from: clause)
                conflict = nil
            } else if budget < 0 {
                return .gaveUp
            } else if let next = nextWish() {
                levelStarts.append(trail.count)
                assign(Literal(next, isWanted: true), reason: -1)
            } else {
                return .chosen(trail.filter(\.isWanted).map(\.version))
            }
        }
    }

    /// 1 true, -1 false, 0 open.
    func value(_ literal: Literal) -> Int8 {
        guard literal.version < values.count else { return 0 }
        return literal.isWanted ? values[literal.version] : -values[literal.version]
    }

    private mutating func addInitial() -> Int? {
        for clause in source.initialClauses() {
            roots.append(Wish(versions: clause.wishes, isHard: true))
            if let conflict = add(clause) { return conflict }
        }
        return nil
    }

    private mutating func add(_ clause: RuledClause) -> Int? {
        ruled.append(clause)
        return add(Clause(literals: clause.literals, rule: ruled.count - 1, parents: [], dropped: []))
    }

    /// Adds a clause under the present assignment; gives its number back when it is violated.
    private mutating func add(_ clause: Clause) -> Int? {
        for literal in clause.literals { grow(to: literal.version) }
        var clause = clause
        // The two best literals to watch come first: true, then open, then false as late as possible.
        clause.literals.sort { watchRank($0) > watchRank($1) }
        let number = clauses.count
        clauses.append(clause)
        // A clause of one literal is watched as well: one that is violated here may come back after another dead end.
        for literal in clause.literals.prefix(2) { watchers[literal.code].append(number) }
        guard let first = clause.literals.first, value(first) >= 0 else { return number }
        if value(first) == 0, clause.literals.count == 1 || value(clause.literals[1]) < 0 {
            assign(first, reason: number)
        }
        return nil
    }

    private func watchRank(_ literal: Literal) -> Int {
        switch value(literal) {
        case 1: Int.max
        case 0: Int.max - 1
        default: levels[literal.version]
        }
    }

    private mutating func grow(to version: VersionID) {
        let missing = version + 1 - values.count
        guard missing > 0 else { return }
        values.append(contentsOf: repeatElement(0, count: missing))
        levels.append(contentsOf: repeatElement(0, count: missing))
        reasons.append(contentsOf: repeatElement(-1, count: missing))
        watchers.append(contentsOf: repeatElement([], count: missing * 2))
    }

    private mutating func assign(_ literal: Literal, reason: Int) {
        grow(to: literal.version)
        values[literal.version] = literal.isWanted ? 1 : -1
        levels[literal.version] = level
        reasons[literal.version] = reason
        trail.append(literal)
    }

    /// Follows what is forced; gives the clause that cannot hold.
    private mutating func propagate() -> Int? {
        while head < trail.count {
            let literal = trail[head]
            head += 1
            if literal.isWanted, let conflict = expand(literal.version) { return conflict }
            if let conflict = visitWatchers(of: literal.opposite) { return conflict }
        }
        return nil
    }

    private mutating func expand(_ version: VersionID) -> Int? {
        guard expanded.insert(version).inserted else { return nil }
        let found = source.clauses(of: version)
        wishes[version] =
            found.filter { !$0.wishes.isEmpty }.map { Wish(versions: $0.wishes, isHard: true) }
            + source.softWishes(of: version)
        var conflict: Int?
        // All are added even after a violated one: the version is not expanded again.
        for clause in found {
            let violated = add(clause)
            conflict = conflict ?? violated
        }
        return conflict
    }

    private mutating func visitWatchers(of falsified: Literal) -> Int? {
        let visited = watchers[falsified.code]
        watchers[falsified.code] = []
        for (place, number) in visited.enumerated() {
            if rewatch(number, falsified) { continue }
            watchers[falsified.code].append(number)
            let other = clauses[number].literals[0]
            switch value(other) {
            case 1: continue
            case 0: assign(other, reason: number)
            default:
                watchers[falsified.code] += visited[(place + 1)...]
                return number
            }
        }
        return nil
    }

    /// Puts the falsified literal second and, if another will do, watches that instead.
    private mutating func rewatch(_ number: Int, _ falsified: Literal) -> Bool {
        if clauses[number].literals.count == 1 { return false }
        if clauses[number].literals[0] == falsified { clauses[number].literals.swapAt(0, 1) }
        if value(clauses[number].literals[0]) == 1 { return false }
        for place in 2..<clauses[number].literals.count where value(clauses[number].literals[place]) >= 0 {
            clauses[number].literals.swapAt(1, place)
            watchers[clauses[number].literals[1].code].append(number)
            return true
        }
        return false
    }
}

// MARK: learning

extension SolverSearch {
    /// Learns the first unique implication point of a dead end and goes back to where it would have helped.
    private mutating func learn(from conflict: Int) {
        var seen: Set<VersionID> = []
        var learned: [Literal] = []
        var parents = [conflict]
        var dropped: [VersionID] = []
        var open = 0
        var place = trail.count
        var current = clauses[conflict].literals
        var pivot: Literal
        repeat {
            for literal in current where seen.insert(literal.version).inserted {
                switch levels[literal.version] {
                case 0: dropped.append(literal.version)
                case level: open += 1
                default: learned.append(literal)
                }
            }
            repeat { place -= 1 } while !seen.contains(trail[place].version) || levels[trail[place].version] != level
            pivot = trail[place]
            open -= 1
            if open > 0 {
                let reason = reasons[pivot.version]
                parents.append(reason)
                current = clauses[reason].literals.filter { $0.version != pivot.version }
            }
        } while open > 0
        learned.append(pivot.opposite)
        goBack(to: learned.dropLast().map { levels[$0.version] }.max() ?? 0)
        _ = add(Clause(literals: learned, rule: nil, parents: parents, dropped: dropped))
    }

    private mutating func goBack(to target: Int) {
        let start = levelStarts[target]
        for literal in trail[start...] {
            values[literal.version] = 0
            reasons[literal.version] = -1
        }
        trail.removeSubrange(start...)
        levelStarts.removeSubrange(target...)
        head = start
    }

    /// The requirements behind a clause that is violated at level 0.
    private func origins(of clause: Int) -> [RuledClause] {
        var rules: Set<Int> = []
        var seenClauses: Set<Int> = [clause]
        var seenVersions: Set<VersionID> = []
        var queue = [clause]
        var versions = clauses[clause].literals.map(\.version)
        while !queue.isEmpty || !versions.isEmpty {
            while let version = versions.popLast() {
                guard seenVersions.insert(version).inserted, reasons[version] >= 0 else { continue }
                let reason = reasons[version]
                if seenClauses.insert(reason).inserted { queue.append(reason) }
                versions += clauses[reason].literals.map(\.version)
            }
            guard let number = queue.popLast() else { continue }
            if let rule = clauses[number].rule { rules.insert(rule) }
            for parent in clauses[number].parents where seenClauses.insert(parent).inserted { queue.append(parent) }
            versions += clauses[number].dropped
        }
        return rules.sorted().map { ruled[$0] }
    }
}

// MARK: deciding

extension SolverSearch {
    /// The best open wish, depth first from what was asked for; nil when every wish that can be met is.
    private mutating func nextWish() -> VersionID? {
        var visited: Set<VersionID> = []
        var stack: [(wishes: [Wish], next: Int)] = [(roots, 0)]
        while let top = stack.last {
            guard top.next < top.wishes.count else {
                stack.removeLast()
                continue
            }
            stack[stack.count - 1].next += 1
            budget -= top.wishes[top.next].versions.count
            let wish = top.wishes[top.next]
            if let met = wish.versions.first(where: { value(Literal($0, isWanted: true)) == 1 }) {
                if visited.insert(met).inserted { stack.append((wishes[met] ?? [], 0)) }
            } else if let open = wish.versions.first(where: { value(Literal($0, isWanted: true)) == 0 }) {
                return open
            }
        }
        return nil
    }
}
