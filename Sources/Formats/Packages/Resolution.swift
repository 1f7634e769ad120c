// SPDX-License-Identifier: Apache-2.0

/// Why a package was chosen.
package enum SelectionReason: Hashable, Sendable {
    /// A person asked for it.
    case requested
    /// Every system must have it.
    case essential
    /// A chosen package asks for it, in this field, with this group of alternatives.
    case dependency(of: String, kind: RelationKind, group: RequirementGroup)
}

/// A package that was chosen.
package struct ResolvedPackage: Sendable {
    package let record: PackageRecord
    /// The label of the source that offers it.
    package let source: String
    package let reason: SelectionReason

    package init(record: PackageRecord, source: String, reason: SelectionReason) {
        self.record = record
        self.source = source
        self.reason = reason
    }
}

/// A name that holds without a package, and who asked for it.
package struct LeftOutName: Hashable, Sendable {
    package let name: String
    /// Names of chosen packages, sorted.
    package let askedBy: [String]

    package init(name: String, askedBy: [String]) {
        self.name = name
        self.askedBy = askedBy
    }
}

/// A set of packages in which every dependency holds and nothing conflicts.
package struct Resolution: Sendable {
    /// Sorted by the bytes of the names.
    package let packages: [ResolvedPackage]
    /// Sorted by name.
    package let leftOut: [LeftOutName]
    /// Whether the complete search was needed because the family's own way led to a contradiction.
    package let wasSearched: Bool

    package init(packages: [ResolvedPackage], leftOut: [LeftOutName] = [], wasSearched: Bool = false) {
        self.packages = packages
        self.leftOut = leftOut
        self.wasSearched = wasSearched
    }

    /// The chosen package of a name.
    package subscript(name: String) -> ResolvedPackage? { packages.first { $0.record.name == name } }

    /// Who asked for a package, who asked for that one, and so on up to a request; the package itself first.
    package func chain(to name: String) -> [ResolvedPackage] {
        var chain: [ResolvedPackage] = []
        var next: String? = name
        while let name = next, let package = self[name], chain.count < packages.count {
            chain.append(package)
            next = if case .dependency(let asker, _, _) = package.reason { asker } else { nil }
        }
        return chain
    }
}

extension SelectionReason: CustomStringConvertible {
    package var description: String {
        switch self {
        case .requested: "requested"
        case .essential: "essential"
        case .dependency(let asker, let kind, let group): "\(asker) \(kind): \(group)"
        }
    }
}
