// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthOCI

/// What an image is to be (DESIGN, "The recipe"). `plinth pack` makes one from its flags.
struct Recipe: Codable, Hashable, Sendable {
    /// Such as `debian:trixie`; nil where no packages are wanted.
    var distribution: String?
    /// The archive's state at a moment, such as `20261101T000000Z`.
    var snapshot: String?
    var profile: BuildProfile = .minimal
    /// The image that this one stands on; nil: nothing.
    var base: Base?
    var contents = Contents()
    /// Nil: what the profile implies.
    var dependencies: PackageWish.Dependencies?
    var scripts: Scripts = .none
    var accounts = Accounts()
    /// Empty: the first named package's program.
    var entrypoint: [String] = []
    var command: [String] = []
    var stopSignal: String?
    var workingDirectory: String?
    var environment: [String: String] = [:]
    /// Such as `amd64`, `arm64`, `arm/v7`; empty: this machine's; `all` alone: all that there are.
    var architectures: [String] = []
    var annotations: [String: String] = [:]
    var labels: [String: String] = [:]
    var volumes: [String] = []
    /// Directories that the image's user, and group 0, may write to.
    var writable: [String]?
    /// Such as `80/tcp`.
    var ports: [String] = []
    /// What is made or changed in the tree, in the recipe's order.
    var paths: [PathItem] = []
    /// What is copied into the tree, in the recipe's order.
    var files: [FileItem] = []
    var certificates: [Certificate] = []
    /// Such as `Europe/Berlin`.
    var timeZone: String?
    var compression: LayerPacking = .gzip
    var layering: Layering?
    /// Command lines by name, for s6 to supervise.
    var services: [String: String]?
    /// Packages whose certificates are to be trusted.
    var certificateProviders: [String]?
    /// In no order: each has its place among the effects.
    var effects: [DeclaredEffect]?

    init(distribution: String? = nil) { self.distribution = distribution }

    enum Scripts: String, Codable, CaseIterable, Sendable {
        case none, sandbox
    }

    struct Contents: Codable, Hashable, Sendable {
        /// Words such as `nginx`, `!perl`, `nginx=1.22*`, `nginx/trixie-backports`.
        var packages: [String] = []
        /// Instead of the distribution's own archives.
        var repositories: [Repository] = []
        /// Files of keys for repositories that name none.
        var keyrings: [String] = []
        var recommends = false
        /// Of apk: nothing in the image names them.
        var buildRepositories: [Repository]?
        /// Of apk: the image names them, and nothing is taken from them.
        var runtimeRepositories: [String]?
        /// What apk in the image trusts besides.
        var runtimeKeys: [RuntimeKey]?
    }

    /// A public key in PEM form.
    struct RuntimeKey: Codable, Hashable, Sendable {
        /// As signatures have it.
        var name: String
        var content: String
    }

    struct Repository: Codable, Hashable, Sendable {
        /// An address or an absolute path, without a slash at its end.
        var url: String
        /// Empty: the distribution's.
        var suites: [String] = []
        /// Empty: the distribution's.
        var components: [String] = []
        var keyring: String?
        /// Packages of apk come from here only if they are asked for with `@tag`.
        var tag: String?
    }

    struct Accounts: Codable, Hashable, Sendable {
        /// Name or number, perhaps with a group: `nonroot`, `65532:65532`.
        var runAs: String?
        var users: [User] = []
        var groups: [Group] = []
    }

    struct User: Codable, Hashable, Sendable {
        var name: String
        var user: UInt32
        /// The user's number unless given.
        var group: UInt32
        /// `/home/NAME` unless given.
        var home: String
        var shell: String?
        /// The full name.
        var comment: String?
    }

    struct Group: Codable, Hashable, Sendable {
        var name: String
        var group: UInt32
        var members: [String] = []
    }

    /// One certificate in PEM form, trusted beside the distribution's.
    struct Certificate: Codable, Hashable, Sendable {
        /// A file name without extension.
        var name: String
        var content: String
    }

    /// Of what the recipe says: comments, key order and layout do not matter.
    var checksum: Digest {
        get throws { Digest.of(try OCIJSON.encode(self)) }
    }
}

extension PackageWish.Dependencies: Codable, CaseIterable {
    static let allCases: [PackageWish.Dependencies] = [.runtime, .declared]
}
