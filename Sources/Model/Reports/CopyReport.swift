// SPDX-License-Identifier: Apache-2.0
package import PlinthCore

/// What `copy`, `push` and `pull` moved: schema `plinth.copy/v1`.
package struct CopyReport: Codable, Sendable {
    /// What went to a registry.
    package struct Blobs: Codable, Sendable {
        package var sent: Int
        /// Taken by the registry from another repository of its own.
        package var mounted: Int
        package var present: Int
        package var bytesSent: ByteCount

        package init(sent: Int, mounted: Int, present: Int, bytesSent: ByteCount) {
            self.sent = sent
            self.mounted = mounted
            self.present = present
            self.bytesSent = bytesSent
        }
    }

    /// What was written as files.
    package struct Files: Codable, Sendable {
        package var entries: Int
        /// Of the archive; nil for a directory.
        package var size: ByteCount?

        package init(entries: Int, size: ByteCount?) {
            self.entries = entries
            self.size = size
        }
    }

    package var schema = "plinth.copy/v1"
    package var source: String
    package var destination: String
    /// What the destination's name stands for now; nil for files without a manifest.
    package var digest: Digest?
    package var platforms: [String]
    /// Whether anything was written.
    package var changed: Bool
    /// nil unless the destination is a registry.
    package var blobs: Blobs?
    /// nil unless the destination takes files alone.
    package var files: Files?
    /// What was not copied or could not be kept, a sentence each.
    package var notes: [String] = []

    package init(source: String, destination: String, digest: Digest?, platforms: [String], changed: Bool) {
        self.source = source
        self.destination = destination
        self.digest = digest
        self.platforms = platforms
        self.changed = changed
    }
}

/// Where credentials were kept or forgotten: schema `plinth.login/v1`.
package struct LoginReport: Codable, Sendable {
    package var schema = "plinth.login/v1"
    package var registry: String
    /// Files that were changed.
    package var files: [String]

    package init(registry: String, files: [String]) {
        self.registry = registry
        self.files = files
    }
}
