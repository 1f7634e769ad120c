// SPDX-License-Identifier: Apache-2.0
package import PlinthCore

/// How a version is compared in a relation.
package enum VersionOperator: UInt8, Sendable, Hashable {
    case any = 0
    case less, lessOrEqual, equal, greaterOrEqual, greater
}

extension VersionOperator: CustomStringConvertible {
    /// As Debian writes it: `<<`, `<=`, `=`, `>=`, `>>`; nothing for `any`.
    package var description: String {
        switch self {
        case .any: ""
        case .less: "<<"
        case .lessOrEqual: "<="
        case .equal: "="
        case .greaterOrEqual: ">="
        case .greater: ">>"
        }
    }
}

/// One alternative: `name:qualifier (op version)`.
package struct Requirement: Hashable, Sendable {
    package var name: String
    /// The qualifier after the colon, such as `any` or `amd64`.
    package var architecture: String?
    package var comparison: VersionOperator
    /// Empty when `comparison` is `.any`.
    package var version: String

    package init(
        name: String, architecture: String? = nil, comparison: VersionOperator = .any, version: String = ""
    ) {
        self.name = name
        self.architecture = architecture
        self.comparison = comparison
        self.version = version
    }
}

extension Requirement: CustomStringConvertible {
    package var description: String {
        let qualified = architecture.map { "\(name):\($0)" } ?? name
        return comparison == .any ? qualified : "\(qualified) (\(comparison) \(version))"
    }
}

/// Alternatives of which one must hold: `a | b`.
package struct RequirementGroup: Hashable, Sendable {
    package var alternatives: [Requirement]

    package init(alternatives: [Requirement]) { self.alternatives = alternatives }
}

extension RequirementGroup: CustomStringConvertible {
    package var description: String { alternatives.map(\.description).joined(separator: " | ") }
}

/// What one package says about others.
package enum RelationKind: UInt8, CaseIterable, Sendable {
    case preDepends, depends, recommends, suggests, conflicts, breaks, replaces, provides
}

extension RelationKind: CustomStringConvertible {
    /// The name of Debian's field.
    package var description: String {
        switch self {
        case .preDepends: "Pre-Depends"
        case .depends: "Depends"
        case .recommends: "Recommends"
        case .suggests: "Suggests"
        case .conflicts: "Conflicts"
        case .breaks: "Breaks"
        case .replaces: "Replaces"
        case .provides: "Provides"
        }
    }
}

/// How a package behaves beside packages of other architectures.
package enum MultiArch: UInt8, Sendable {
    case no, same, foreign, allowed
}

extension MultiArch: CustomStringConvertible {
    package var description: String {
        switch self {
        case .no: "no"
        case .same: "same"
        case .foreign: "foreign"
        case .allowed: "allowed"
        }
    }
}

/// How important a package is to a system; the most important is the smallest.
package enum Priority: UInt8, Comparable, Sendable {
    case required, important, standard, optional, extra

    package static func < (left: Priority, right: Priority) -> Bool { left.rawValue < right.rawValue }
}

extension Priority: CustomStringConvertible {
    package var description: String {
        switch self {
        case .required: "required"
        case .important: "important"
        case .standard: "standard"
        case .optional: "optional"
        case .extra: "extra"
        }
    }
}

/// Where a package lies below the root of its repository, and what it must be.
package struct PackageLocation: Hashable, Sendable {
    /// The path that the index gives (`Filename`).
    package var path: String
    package var size: ByteCount
    package var digest: Digest

    package init(path: String, size: ByteCount, digest: Digest) {
        self.path = path
        self.size = size
        self.digest = digest
    }
}

extension PackageLocation: CustomStringConvertible {
    package var description: String { path }
}

/// One version of one package in one repository, as far as choosing needs it.
package struct PackageRecord: Sendable {
    package var name: String
    package var version: String
    package var architecture: String
    /// The name of the source package.
    package var source: String
    package var sourceVersion: String
    package var multiArch: MultiArch
    package var isEssential: Bool
    package var isProtected: Bool
    package var priority: Priority
    package var section: String
    package var installedSize: ByteCount
    package var relations: [RelationKind: [RequirementGroup]]
    package var location: PackageLocation

    package init(
        name: String, version: String, architecture: String, source: String, sourceVersion: String,
        multiArch: MultiArch, isEssential: Bool, isProtected: Bool, priority: Priority, section: String,
        installedSize: ByteCount, relations: [RelationKind: [RequirementGroup]], location: PackageLocation
    ) {
        self.name = name
        self.version = version
        self.architecture = architecture
        self.source = source
        self.sourceVersion = sourceVersion
        self.multiArch = multiArch
        self.isEssential = isEssential
        self.isProtected = isProtected
        self.priority = priority
        self.section = section
        self.installedSize = installedSize
        self.relations = relations
        self.location = location
    }
}

extension PackageRecord: CustomStringConvertible {
    /// As dpkg names it: `name:architecture (= version)`.
    package var description: String { "\(name):\(architecture) (= \(version))" }
}
