// SPDX-License-Identifier: Apache-2.0

/// The number of a name in a pool.
typealias NameID = Int
/// The number of a version of a package in a pool.
typealias VersionID = Int

/// One alternative, its name interned.
struct Need {
    let target: NameID
    let comparison: VersionOperator
    let version: String
}

/// Alternatives of which one must hold for a version to work.
struct NeedGroup {
    let kind: RelationKind
    /// The position among the record's groups of this kind.
    let index: Int
    let needs: [Need]
    /// The name that makes the group hold without a package.
    let heldBy: NameID?

    /// Whether the package does not work without it.
    var isHard: Bool { kind == .preDepends || kind == .depends }
}

/// Something that must not be installed beside a version.
struct Conflict {
    let kind: RelationKind
    let need: Need
}

/// A name that a version provides; an empty version satisfies only needs without one.
struct Provision {
    let name: NameID
    let version: String
}

/// A version that provides a name.
struct Provider {
    let version: VersionID
    /// The provided version, empty when none is given.
    let provided: String
}

/// A version of a package with its relations interned.
struct PoolVersion {
    let name: NameID
    let candidate: Candidate
    /// Pre-Depends, Depends, perhaps Recommends, in this order.
    let groups: [NeedGroup]
    /// Conflicts, then Breaks.
    let conflicts: [Conflict]
    let provisions: [Provision]

    var record: PackageRecord { candidate.record }
}

/// What a pool knows of a name; nil where nobody has asked yet.
struct NameEntry {
    /// Policy order: the first one is the candidate.
    var versions: [VersionID]?
    var providers: [Provider]?
    /// For `name:any` the name itself: only packages that allow it answer to it.
    var anyOf: NameID?
    var mention: Int??
}
