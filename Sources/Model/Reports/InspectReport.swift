// SPDX-License-Identifier: Apache-2.0
package import PlinthCore

/// What is inside an image: schema `plinth.inspect/v1`.
package struct InspectReport: Codable, Sendable {
    package struct Platform: Codable, Sendable {
        package var platform: String
        package var manifest: Digest
        package var created: String?
        package var user: String?
        package var entrypoint: [String]
        package var command: [String]
        package var environment: [String]
        package var workingDirectory: String?
        package var layers: [LayerReport]
        package var distribution: String?
        package var packages: [Package]

        package init(platform: String, manifest: Digest) {
            self.platform = platform
            self.manifest = manifest
            (entrypoint, command, environment, layers, packages) = ([], [], [], [], [])
        }
    }

    package struct Package: Codable, Sendable {
        package var name: String
        package var version: String
        package var architecture: String

        package init(name: String, version: String, architecture: String) {
            self.name = name
            self.version = version
            self.architecture = architecture
        }
    }

    package var schema = "plinth.inspect/v1"
    package var image: String
    package var digest: Digest
    package var platforms: [Platform]

    package init(image: String, digest: Digest, platforms: [Platform]) {
        self.image = image
        self.digest = digest
        self.platforms = platforms
    }
}
