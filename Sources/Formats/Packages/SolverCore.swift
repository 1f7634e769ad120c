// SPDX-License-Identifier: Apache-2.0

/// Leaves out of a set of requirements that cannot hold together whatever is not needed for that.
///
/// In the answer every single requirement is needed. Searches once for each of them.
func minimalCore(of clauses: [RuledClause], limit: Int) -> [RuledClause] {
    var core = clauses
    var place = 0
    while place < core.count {
        var rest = core
        rest.remove(at: place)
        var search = SolverSearch(FixedClauses(rest))
        switch search.run(limit: limit) {
        // What was found needed stays in front: it is in every smaller contradiction too.
        case .impossible(let smaller): core = smaller.isEmpty ? rest : inOrder(of: core, smaller)
        case .chosen, .gaveUp: place += 1
        }
    }
    return core
}

private func inOrder(of core: [RuledClause], _ some: [RuledClause]) -> [RuledClause] {
    let kept = Set(some.map(\.rule))
    return core.filter { kept.contains($0.rule) }
}
