// SPDX-License-Identifier: Apache-2.0

/// Why a package was chosen.
package enum ApkReason: Hashable, Sendable {
    /// A constraint of the world asks for it.
    case world(ApkDependency)
    /// A chosen package depends on it.
    case dependency(of: String, ApkDependency)
    /// Everything that its `install_if` names is there.
    case installIf([ApkDependency])
    /// It was installed before.
    case installed
}

/// A package that belongs to the set.
package struct ApkChosenPackage: Sendable {
    package let record: ApkCandidate
    /// The sources that offer it, by their place in the list; empty when it is only installed.
    package let sources: [Int]
    /// The tag that it is taken with; nil when it needs none.
    package let tag: String?
    package let reason: ApkReason
    /// Whether it stood in the installed set as it is.
    package let wasInstalled: Bool
}

/// What is done to one package, in the order of `ApkResolution.changes`.
package struct ApkChange: Sendable {
    package enum Kind: String, Sendable { case install, remove, upgrade, downgrade, replace, reinstall, retag, keep }

    package let kind: Kind
    package let name: String
    /// The version before; nil when it is installed.
    package let old: String?
    /// The version after; nil when it is removed.
    package let new: String?
    package let tag: String?
}

/// A set of packages in which every dependency holds and nothing conflicts.
package struct ApkResolution: Sendable {
    /// In the order of installation: what a package needs stands before it where there is no circle.
    package let packages: [ApkChosenPackage]
    /// What to do, in order; what stays as it is stands there too, as `keep`.
    package let changes: [ApkChange]
    /// Constraints of the world that were left out because they cannot be met.
    package let dropped: [ApkDependency]

    package subscript(name: String) -> ApkChosenPackage? { packages.first { $0.record.name == name } }

    /// Who asked for a package, who asked for that one, and so on up to the world; the package itself first.
    package func chain(to name: String) -> [ApkChosenPackage] {
        var chain: [ApkChosenPackage] = []
        var next: String? = name
        while let name = next, let package = self[name], chain.count < packages.count {
            chain.append(package)
            switch package.reason {
            case .dependency(let asker, _): next = asker
            case .installIf(let conditions): next = owner(of: conditions)
            case .world, .installed: next = nil
            }
        }
        return chain
    }

    /// The first condition's package.
    private func owner(of conditions: [ApkDependency]) -> String? {
        conditions.first { !$0.isConflict }.flatMap { condition in
            self[condition.name]?.record.name
        }
    }
}

extension ApkReason: CustomStringConvertible {
    package var description: String {
        switch self {
        case .world(let dependency): "world: \(dependency)"
        case .dependency(let asker, let dependency): "\(asker): \(dependency)"
        case .installIf(let conditions):
            "install_if: " + conditions.map(\.description).joined(separator: " ")
        case .installed: "installed"
        }
    }
}
