// SPDX-License-Identifier: Apache-2.0
package import PlinthReports

/// Where an image goes, for which platforms, and how its layers are compressed.
package struct TargetRequest: Sendable {
    package var destination: String?
    /// Empty means the recipe's, else this machine's.
    package var architectures: [String]
    package var compression: String?
    package var dryRun: Bool

    package init(destination: String?, architectures: [String], compression: String?, dryRun: Bool) {
        self.destination = destination
        self.architectures = architectures
        self.compression = compression
        self.dryRun = dryRun
    }
}

/// How indexes and packages are fetched.
package struct FetchSettings: Sendable {
    package var refresh: Bool
    package var offline: Bool
    package var ignoreValidUntil: Bool

    package init(refresh: Bool = false, offline: Bool = false, ignoreValidUntil: Bool = false) {
        self.refresh = refresh
        self.offline = offline
        self.ignoreValidUntil = ignoreValidUntil
    }
}

/// `plinth pack`
package struct PackRequest: Sendable {
    package var packages: [String]
    /// Nil: the base's.
    package var distribution: String?
    /// The image to build on.
    package var base: String?
    package var profile: String
    package var dependencies: String?
    package var entrypoint: String?
    package var user: String?
    package var target: TargetRequest
    package var fetching: FetchSettings

    package init(
        packages: [String], distribution: String?, base: String? = nil, profile: String, dependencies: String?,
        entrypoint: String?, user: String?, target: TargetRequest, fetching: FetchSettings
    ) {
        self.packages = packages
        self.distribution = distribution
        self.base = base
        self.profile = profile
        self.dependencies = dependencies
        self.entrypoint = entrypoint
        self.user = user
        self.target = target
        self.fetching = fetching
    }
}

/// `plinth build`
package struct BuildRequest: Sendable {
    package enum Variant: Sendable {
        case none, all
        case one(String)
    }

    package var recipe: String
    package var variant: Variant
    package var locked: Bool
    package var verify: Bool
    package var target: TargetRequest
    package var fetching: FetchSettings

    package init(
        recipe: String, variant: Variant = .none, locked: Bool, verify: Bool, target: TargetRequest,
        fetching: FetchSettings
    ) {
        self.recipe = recipe
        self.variant = variant
        self.locked = locked
        self.verify = verify
        self.target = target
        self.fetching = fetching
    }
}

/// `plinth lock`
package struct LockRequest: Sendable {
    package enum Update: Sendable {
        case none, all
        case only([String])
    }

    package var recipe: String
    /// nil: the recipe and all its variants.
    package var variant: String?
    package var update: Update
    package var fetching: FetchSettings

    package init(recipe: String, variant: String? = nil, update: Update, fetching: FetchSettings) {
        self.recipe = recipe
        self.variant = variant
        self.update = update
        self.fetching = fetching
    }
}

/// `plinth inspect`
package struct InspectRequest: Sendable {
    package var image: String
    /// nil means all.
    package var platform: String?
    /// Whether the report says where the space goes.
    package var anatomy: Bool
    package var access: RegistrySettings

    package init(
        image: String, platform: String? = nil, anatomy: Bool = false, access: RegistrySettings = RegistrySettings()
    ) {
        self.image = image
        self.platform = platform
        self.anatomy = anatomy
        self.access = access
    }
}

/// `plinth tree`
package struct TreeRequest: Sendable {
    package var image: String
    /// nil means the only one, else this machine's.
    package var platform: String?
    /// nil means the root.
    package var path: String?
    package var depth: Int
    package var order: TreeReport.Order
    package var access: RegistrySettings

    package init(
        image: String, platform: String?, path: String?, depth: Int, order: TreeReport.Order,
        access: RegistrySettings = RegistrySettings()
    ) {
        self.image = image
        self.platform = platform
        self.path = path
        self.depth = depth
        self.order = order
        self.access = access
    }
}

/// `plinth diff`
package struct DiffRequest: Sendable {
    package var a: String
    package var b: String
    /// nil means the only one, else this machine's.
    package var platform: String?
    /// What is compared; none of the three means everything.
    package var files: Bool
    package var packages: Bool
    package var config: Bool
    package var access: RegistrySettings

    package init(
        a: String, b: String, platform: String? = nil, files: Bool = false, packages: Bool = false,
        config: Bool = false, access: RegistrySettings = RegistrySettings()
    ) {
        self.a = a
        self.b = b
        self.platform = platform
        self.files = files
        self.packages = packages
        self.config = config
        self.access = access
    }
}

/// Which platforms of an image.
package struct PlatformSettings: Sendable {
    /// Such as `linux/arm64`; nil is this machine's.
    package var one: String?
    package var all: Bool

    package init(one: String? = nil, all: Bool = false) {
        self.one = one
        self.all = all
    }
}

/// How registries are reached.
package struct RegistrySettings: Sendable {
    /// Hosts that may speak plain HTTP or have a certificate that nobody vouches for.
    package var insecure: [String]

    package init(insecure: [String] = []) { self.insecure = insecure }
}

/// `plinth copy`, `push` and `pull`
package struct CopyRequest: Sendable {
    package var source: String
    package var destination: String
    package var platforms: PlatformSettings
    package var access: RegistrySettings

    package init(source: String, destination: String, platforms: PlatformSettings, access: RegistrySettings) {
        self.source = source
        self.destination = destination
        self.platforms = platforms
        self.access = access
    }
}

/// `plinth export`
package struct ExportRequest: Sendable {
    package var image: String
    package var platform: String?
    /// nil is standard output.
    package var output: String?
    package var access: RegistrySettings

    package init(image: String, platform: String?, output: String?, access: RegistrySettings) {
        self.image = image
        self.platform = platform
        self.output = output
        self.access = access
    }
}

/// `plinth login`
package struct LoginRequest: Sendable {
    package var registry: String
    package var user: String
    package var password: String
    package var access: RegistrySettings

    package init(registry: String, user: String, password: String, access: RegistrySettings) {
        self.registry = registry
        self.user = user
        self.password = password
        self.access = access
    }
}

/// `plinth cache`
package enum CacheAction: Sendable {
    case status
    case prune(keepDays: Int)
    case verify
}
