// SPDX-License-Identifier: Apache-2.0
package import PlinthCore

/// What is inside an image: schema `plinth.inspect/v1`.
package struct InspectReport: Codable, Sendable {
    package struct Platform: Codable, Sendable {
        package var platform: String
        /// nil where the image has no manifest.
        package var manifest: Digest?
        package var created: String?
        package var user: String?
        package var entrypoint: [String] = []
        package var command: [String] = []
        package var environment: [String] = []
        package var workingDirectory: String?
        package var labels: [String: String] = [:]
        package var exposedPorts: [String] = []
        package var volumes: [String] = []
        package var system = SystemReport()
        package var size = Size()
        package var layers: [Layer] = []
        package var packages = PackagesReport()
        /// Only where it was asked for; the largest first. The sizes sum up to `size.content`.
        package var anatomy: [Purpose]?

        package init(platform: String, manifest: Digest?) {
            self.platform = platform
            self.manifest = manifest
        }
    }

    package struct Size: Codable, Hashable, Sendable {
        /// The layers as they are stored.
        package var compressed = ByteCount(0)
        /// The layers as tar archives.
        package var unpacked = ByteCount(0)
        /// The files that can be seen, each once however many names it has.
        package var content = ByteCount(0)
        /// Content of layers that nobody can see.
        package var wasted = ByteCount(0)
        package var files = 0
        package var directories = 0
        package var symbolicLinks = 0

        package init() {}
    }

    package struct Layer: Codable, Sendable {
        package var digest: Digest?
        package var diffID: Digest?
        /// Compressed.
        package var size: ByteCount
        package var unpacked: ByteCount
        package var files: Int
        /// What made it, from the image's history.
        package var createdBy: String?
        package var wasted: [Waste] = []

        package init(
            digest: Digest?, diffID: Digest?, size: ByteCount, unpacked: ByteCount, files: Int, createdBy: String?
        ) {
            self.digest = digest
            self.diffID = diffID
            self.size = size
            self.unpacked = unpacked
            self.files = files
            self.createdBy = createdBy
        }
    }

    /// Files of a layer that are hidden for one reason.
    package struct Waste: Codable, Hashable, Sendable {
        /// `overwritten`, `deleted`, `metadataOnly` or `duplicate`.
        package var cause: String
        package var files: Int
        package var size: ByteCount
        /// The largest, twenty at most.
        package var largest: [HiddenFile]

        package init(cause: String, files: Int, size: ByteCount, largest: [HiddenFile]) {
            self.cause = cause
            self.files = files
            self.size = size
            self.largest = largest
        }
    }

    package struct HiddenFile: Codable, Hashable, Sendable {
        package var path: String
        package var size: ByteCount
        /// The layer that hid it, counted from 1.
        package var byLayer: Int

        package init(path: String, size: ByteCount, byLayer: Int) {
            self.path = path
            self.size = size
            self.byLayer = byLayer
        }
    }

    /// What some of the space is used for.
    package struct Purpose: Codable, Hashable, Sendable {
        package var name: String
        package var size: ByteCount
        package var files: Int
        package var why: String

        package init(name: String, size: ByteCount, files: Int, why: String) {
            self.name = name
            self.size = size
            self.files = files
            self.why = why
        }
    }

    package var schema = "plinth.inspect/v1"
    package var image: String
    package var digest: Digest?
    package var platforms: [Platform]

    package init(image: String, digest: Digest?, platforms: [Platform]) {
        self.image = image
        self.digest = digest
        self.platforms = platforms
    }
}
