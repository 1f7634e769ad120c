// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthReports

/// What a build is made of, down to the byte: schema `plinth.lock/v1`.
///
/// A build from a lock asks no index; what has the recorded digest is used wherever it comes from.
struct Lock: Codable, Hashable, Sendable {
    static let schema = "plinth.lock/v1"

    var schema = Self.schema
    /// The checksum of the recipe that was locked; nil for packages named on the command line.
    var recipe: Digest?
    var distribution: String
    var profile: String
    var dependencies: String
    var archives: [Archive]
    var platforms: [Platform]
    /// Images of registries that files are taken from: their names, as the recipe has them, and what these stood for.
    var images: [String: Digest]?
    /// Keys that were fetched, by address.
    var keys: [String: Digest]?
    /// Name and version of the compressor: layer digests depend on it, diff IDs do not.
    var encoder: String

    init(
        recipe: Digest?, distribution: String, profile: String, dependencies: String, archives: [Archive],
        platforms: [Platform], encoder: String
    ) {
        self.recipe = recipe
        self.distribution = distribution
        self.profile = profile
        self.dependencies = dependencies
        self.archives = archives
        self.platforms = platforms
        self.encoder = encoder
    }

    /// One component of a suite, as it was signed when the lock was made.
    struct Archive: Codable, Hashable, Sendable {
        /// Suite and component, such as `trixie-security/main`.
        var label: String
        /// Where it was read; nil when it depends on the machine's own mirror.
        var url: String?
        /// Of the signed Release file.
        var release: Digest
        /// The Release file's own date, seconds since 1970.
        var date: Int64

        init(label: String, url: String? = nil, release: Digest, date: Int64) {
            self.label = label
            self.url = url
            self.release = release
            self.date = date
        }
    }

    /// One package file.
    struct Package: Codable, Hashable, Sendable {
        var name: String
        var version: String
        var architecture: String
        var source: String
        var sourceVersion: String
        /// Below the archive's address.
        var path: String
        /// Of the package file.
        var size: ByteCount
        var digest: Digest
        /// The label of the archive.
        var archive: String
        /// The chain that asked for it.
        var reason: String
        /// The tag of its repository, when it was asked for with one.
        var tag: String? = nil
        /// By which an index of apk names it: `Q1` and the SHA-1 of its control data.
        var checksum: String? = nil
    }

    /// The packages for one architecture.
    struct Platform: Codable, Hashable, Sendable {
        /// The distribution's own word, such as `amd64`.
        var architecture: String
        var packages: [Package]
        var leftOut: [LeftOutReport]?
        /// The manifest of what the image stands on.
        var base: Digest?
    }
}

extension Lock.Package {
    var report: PackageReport {
        PackageReport(
            name: name, version: version, architecture: architecture, source: source, archive: archive,
            reason: reason, size: size)
    }
}
