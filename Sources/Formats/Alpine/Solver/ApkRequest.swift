// SPDX-License-Identifier: Apache-2.0

/// How a package is preferred beside what the policy says.
package struct ApkPreference: OptionSet, Hashable, Sendable {
    package let rawValue: UInt16

    package init(rawValue: UInt16) { self.rawValue = rawValue }

    /// What is installed is not preferred to what is newer.
    package static let upgrade = Self(rawValue: 1)
    /// The newest version is taken, whether it can be installed or not.
    package static let latest = Self(rawValue: 2)
    /// What a repository offers is preferred to what is only installed.
    package static let available = Self(rawValue: 4)
    /// The package is installed again.
    package static let reinstall = Self(rawValue: 8)
    /// What is installed stays.
    package static let installed = Self(rawValue: 16)
    /// What is installed should go.
    package static let remove = Self(rawValue: 32)
}

/// What to choose.
package struct ApkRequest: Sendable {
    /// A name that is preferred otherwise than the rest.
    package struct Mark: Hashable, Sendable {
        package var name: String
        package var preference: ApkPreference
        /// For what the packages of the name depend on.
        package var inherited: ApkPreference

        package init(_ name: String, _ preference: ApkPreference, inherited: ApkPreference = []) {
            self.name = name
            self.preference = preference
            self.inherited = inherited
        }
    }

    /// What must hold in the end, in any order.
    package var world: [ApkDependency]
    /// For everything that the world needs.
    package var preference: ApkPreference
    package var marks: [Mark]
    /// As little as possible of what is installed is changed, but for what is marked.
    package var keepsInstalled: Bool
    /// Constraints of the world that cannot be met are left out.
    package var dropsBroken: Bool

    /// - Parameter marks: names that are decided first; without them all names of the world, as when `apk add` names
    ///   them for an empty root.
    package init(
        world: [ApkDependency], preference: ApkPreference = [], marks: [Mark]? = nil, keepsInstalled: Bool = false,
        dropsBroken: Bool = false
    ) {
        self.world = world
        self.preference = preference
        self.marks = marks ?? world.map { Mark($0.name, []) }
        self.keepsInstalled = keepsInstalled
        self.dropsBroken = dropsBroken
    }
}
