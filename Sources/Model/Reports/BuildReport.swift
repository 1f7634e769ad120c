// SPDX-License-Identifier: Apache-2.0
package import PlinthCore

/// What `pack` and `build` say they made: schema `plinth.build/v1`.
package struct BuildReport: Codable, Sendable {
    package static let schema = "plinth.build/v1"

    package var schema = Self.schema
    /// Of the recipe; nil for the recipe itself.
    package var variant: String?
    package var distribution: String
    package var profile: String
    package var dependencies: String
    /// RFC 3339, as in the image's configuration; nil for a plan.
    package var created: String?
    /// Where it was written; nil for a plan.
    package var destination: String?
    /// Of the manifest, or of the index when there are several platforms.
    package var digest: Digest?
    /// False when everything was there already.
    package var changed: Bool
    package var platforms: [PlatformReport]
    /// What a person should know of the whole.
    package var notes: [String] = []
    /// The recipe's other images that were made with it.
    package var variants: [BuildReport] = []
}

/// One platform's image.
package struct PlatformReport: Codable, Sendable {
    package var platform: String
    package var manifest: Digest?
    package var config: Digest?
    /// What the image stands on; nil: nothing.
    package var base: BaseReport?
    /// Without those of the base.
    package var layers: [LayerReport]
    /// Without those of the base.
    package var packages: [PackageReport]
    /// What the recipe put in besides packages.
    package var files: [FileReport] = []
    /// What the packages ask for but nothing in the image uses.
    package var leftOut: [LeftOutReport]
    package var effects: [EffectSummary]
    /// Maintainer scripts that were not run and that no effect stands in for.
    package var scriptsNotRun: [ScriptReport]
    package var entrypoint: [String]
    /// Where the bytes are; nil for a plan.
    package var tree: DirectoryReport?
}

/// A directory of an image, and the larger ones in it.
package struct DirectoryReport: Codable, Hashable, Sendable {
    /// Empty for the root; several directories where nothing else lies in the first ones.
    package var name: String
    /// Of all files below it; a file with several names counts once.
    package var size: ByteCount
    package var files: Int
    /// Packages that have files below it.
    package var packages: Int
    /// The largest first; small ones are left out.
    package var directories: [DirectoryReport]

    package init(name: String, size: ByteCount, files: Int, packages: Int) {
        self.name = name
        self.size = size
        self.files = files
        self.packages = packages
        directories = []
    }
}

/// The image that another one stands on.
package struct BaseReport: Codable, Hashable, Sendable {
    /// As the recipe has it.
    package var name: String
    /// Of its manifest.
    package var digest: Digest
    package var layers: Int
    /// Of its layers, compressed.
    package var size: ByteCount
    package var packages: Int

    package init(name: String, digest: Digest, layers: Int, size: ByteCount, packages: Int) {
        self.name = name
        self.digest = digest
        self.layers = layers
        self.size = size
        self.packages = packages
    }
}

package struct LayerReport: Codable, Sendable {
    package var digest: Digest
    package var diffID: Digest
    /// Compressed.
    package var size: ByteCount
    /// Uncompressed.
    package var unpacked: ByteCount

    package init(digest: Digest, diffID: Digest, size: ByteCount, unpacked: ByteCount) {
        self.digest = digest
        self.diffID = diffID
        self.size = size
        self.unpacked = unpacked
    }
}

package struct PackageReport: Codable, Sendable {
    package var name: String
    package var version: String
    package var architecture: String
    package var source: String
    /// The archive, suite and component it came from.
    package var archive: String
    /// The chain that asked for it, such as `redis-server → libssl3t64`.
    package var reason: String
    /// Of the package file.
    package var size: ByteCount

    package init(
        name: String, version: String, architecture: String, source: String, archive: String, reason: String,
        size: ByteCount
    ) {
        self.name = name
        self.version = version
        self.architecture = architecture
        self.source = source
        self.archive = archive
        self.reason = reason
        self.size = size
    }
}

/// One entry of a recipe's `files`. A plan knows no more of it than the recipe: nothing is read for one.
package struct FileReport: Codable, Hashable, Sendable {
    /// In the image; in a plan with a slash at its end where a file would keep its own name.
    package var path: String
    /// A path of the machine, or an image and a path of it.
    package var source: String
    /// Of the file or archive, of the image's manifest; of a directory of all that it holds; nil for a plan.
    package var digest: Digest?
    /// Entries that are no directories; nil for a plan.
    package var files: Int?
    /// Nil for a plan.
    package var size: ByteCount?

    package init(path: String, source: String, digest: Digest? = nil, files: Int? = nil, size: ByteCount? = nil) {
        self.path = path
        self.source = source
        self.digest = digest
        self.files = files
        self.size = size
    }
}

package struct LeftOutReport: Codable, Hashable, Sendable {
    package var name: String
    package var askedBy: [String]
    package var why: String

    package init(name: String, askedBy: [String], why: String) {
        self.name = name
        self.askedBy = askedBy
        self.why = why
    }
}

package struct EffectSummary: Codable, Sendable {
    package var name: String
    package var paths: Int
    package var notes: [String]

    package init(name: String, paths: Int, notes: [String]) {
        self.name = name
        self.paths = paths
        self.notes = notes
    }
}

package struct ScriptReport: Codable, Sendable {
    package var package: String
    package var script: String
    package var summary: String

    package init(package: String, script: String, summary: String) {
        self.package = package
        self.script = script
        self.summary = summary
    }
}

extension BuildReport {
    package init(
        distribution: String, profile: String, dependencies: String, created: String?, platforms: [PlatformReport]
    ) {
        self.distribution = distribution
        self.profile = profile
        self.dependencies = dependencies
        self.created = created
        self.platforms = platforms
        changed = false
    }
}

extension PlatformReport {
    package init(platform: String, packages: [PackageReport], leftOut: [LeftOutReport], entrypoint: [String]) {
        self.platform = platform
        self.packages = packages
        self.leftOut = leftOut
        self.entrypoint = entrypoint
        (layers, effects, scriptsNotRun) = ([], [], [])
    }
}
