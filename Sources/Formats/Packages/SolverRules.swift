// SPDX-License-Identifier: Apache-2.0

/// Why a clause is in the search: what a person would call one requirement.
enum Rule: Hashable {
    /// One of these must be installed, because it was asked for.
    case demand(Int)
    /// The version needs one of a group; the group by its place in `PoolVersion.groups`.
    case group(VersionID, Int)
    /// The first version says that the second must not be beside it; the conflict by its place.
    case conflict(VersionID, VersionID, Int)
    /// Two versions of one package.
    case sameName(VersionID, VersionID)
    /// The version is, or provides, what must not be installed.
    case forbidden(VersionID, NameID)
}

/// A version that is wanted (`+`) or not (`-`), as one number.
struct Literal: Hashable {
    let code: Int

    init(_ version: VersionID, isWanted: Bool) { code = version << 1 | (isWanted ? 0 : 1) }
    init(code: Int) { self.code = code }

    var version: VersionID { code >> 1 }
    var isWanted: Bool { code & 1 == 0 }
    var opposite: Literal { Literal(code: code ^ 1) }
}

/// A requirement as the search sees it: at least one literal must hold.
struct RuledClause {
    let rule: Rule
    let literals: [Literal]
    /// The version that brings the requirement with it; nil for what is asked for.
    let owner: VersionID?
    /// What would satisfy it, best first; empty for prohibitions.
    let wishes: [VersionID]
}

/// What a version wishes for, best first.
struct Wish {
    let versions: [VersionID]
    /// Recommendations may stay unfulfilled.
    let isHard: Bool
}

/// Gives the search its clauses, those of a version when it first considers installing it.
protocol ClauseSource {
    /// The clauses that hold from the start.
    mutating func initialClauses() -> [RuledClause]
    /// The clauses that installing a version brings; asked once for each version.
    mutating func clauses(of version: VersionID) -> [RuledClause]
    /// Groups that are only wished for.
    mutating func softWishes(of version: VersionID) -> [Wish]
}

/// Clauses that were gathered before: to try what remains when some are left out.
struct FixedClauses: ClauseSource {
    private var initial: [RuledClause] = []
    private var byOwner: [VersionID: [RuledClause]] = [:]

    init(_ clauses: [RuledClause]) {
        for clause in clauses {
            if let owner = clause.owner { byOwner[owner, default: []].append(clause) } else { initial.append(clause) }
        }
    }

    func initialClauses() -> [RuledClause] { initial }
    func clauses(of version: VersionID) -> [RuledClause] { byOwner[version] ?? [] }
    func softWishes(of version: VersionID) -> [Wish] { [] }
}
