// SPDX-License-Identifier: Apache-2.0
package import SystemPackage

/// One suite of one archive, and how to trust it.
package struct ArchiveSource: Hashable, Sendable {
    /// An address or an absolute path, without a slash at its end.
    package var baseURL: String
    package var suite: String
    package var components: [String]
    /// Files of keys: a signature by any key in any of them counts.
    package var keyrings: [FilePath]
    package var isSecurity: Bool
    /// False for a dated snapshot, whose `Valid-Until` is long past.
    package var checkValidUntil: Bool

    package init(
        baseURL: String, suite: String, components: [String], keyrings: [FilePath], isSecurity: Bool = false,
        checkValidUntil: Bool = true
    ) {
        self.baseURL = baseURL
        self.suite = suite
        self.components = components
        self.keyrings = keyrings
        self.isSecurity = isSecurity
        self.checkValidUntil = checkValidUntil
    }

    /// Such as `trixie-security`, for messages.
    package var label: String { suite }

    /// The address of a file in the archive, such as `dists/trixie/InRelease`.
    package func address(_ path: String) -> String { baseURL + "/" + path }
}

/// An archive that a recipe names.
package struct RecipeRepository: Hashable, Sendable {
    package var url: String
    /// Empty: the distribution's, as far as the archive has them.
    package var suites: [String]
    /// Empty: the distribution's.
    package var components: [String]
    /// Nil: the distribution's.
    package var keyring: FilePath?

    package init(url: String, suites: [String] = [], components: [String] = [], keyring: FilePath? = nil) {
        self.url = url
        self.suites = suites
        self.components = components
        self.keyring = keyring
    }
}
