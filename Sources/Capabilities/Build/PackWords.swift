// SPDX-License-Identifier: Apache-2.0

/// What `plinth pack` was told, before it becomes a recipe.
package struct PackWords: Sendable {
    var packages: [String]
    /// Nil: the base's.
    var distribution: String?
    var base: String?
    var profile: String
    var dependencies: String?
    var entrypoint: String?
    var user: String?

    package init(
        packages: [String], distribution: String?, base: String? = nil, profile: String, dependencies: String?,
        entrypoint: String?, user: String?
    ) {
        self.packages = packages
        self.distribution = distribution
        self.base = base
        self.profile = profile
        self.dependencies = dependencies
        self.entrypoint = entrypoint
        self.user = user
    }
}
