// SPDX-License-Identifier: Apache-2.0
package import PlinthCore

/// What two images differ in: schema `plinth.diff/v1`. Paths begin with `/`.
package struct DiffReport: Codable, Sendable {
    package struct Side: Codable, Hashable, Sendable {
        package var image: String
        package var digest: Digest?
        package var platform: String
        package var manifest: Digest?

        package init(image: String, digest: Digest?, platform: String, manifest: Digest?) {
            self.image = image
            self.digest = digest
            self.platform = platform
            self.manifest = manifest
        }
    }

    /// A value on both sides; nil where there is none.
    package struct Change: Codable, Hashable, Sendable {
        package var what: String
        package var a: String?
        package var b: String?

        package init(_ what: String, a: String?, b: String?) {
            self.what = what
            self.a = a
            self.b = b
        }
    }

    package struct File: Codable, Hashable, Sendable {
        package var path: String
        /// `directory`, `file`, `symlink`, `device` or `fifo`.
        package var kind: String
        package var size: ByteCount

        package init(path: String, kind: String, size: ByteCount) {
            self.path = path
            self.kind = kind
            self.size = size
        }
    }

    package struct ChangedFile: Codable, Hashable, Sendable {
        package var path: String
        /// What of `kind`, `content`, `size`, `target`, `mode`, `owner`, `link`, `attribute …` and `time` differs.
        package var changes: [Change]

        package init(path: String, changes: [Change]) {
            self.path = path
            self.changes = changes
        }

        /// Nothing but the time differs.
        package var isOnlyTime: Bool { changes.allSatisfy { $0.what == "time" } }
    }

    package struct Files: Codable, Hashable, Sendable {
        package var added: [File] = []
        package var removed: [File] = []
        package var changed: [ChangedFile] = []

        package init() {}

        package var isEmpty: Bool { added.isEmpty && removed.isEmpty && changed.isEmpty }
    }

    package struct PackageChange: Codable, Hashable, Sendable {
        package var name: String
        package var architecture: String
        /// nil where it is not installed; several versions are joined by commas.
        package var a: String?
        package var b: String?
        /// `added`, `removed`, `upgraded`, `downgraded` or `changed`, where the order of versions is not known.
        package var how: String

        package init(name: String, architecture: String, a: String?, b: String?, how: String) {
            self.name = name
            self.architecture = architecture
            self.a = a
            self.b = b
            self.how = how
        }
    }

    package var schema = "plinth.diff/v1"
    package var a: Side
    package var b: Side
    /// Nothing of what was compared differs.
    package var isSame: Bool
    /// Sentences that say what makes the digests differ, the weightiest first.
    package var why: [String]
    /// nil where it was not compared.
    package var files: Files?
    package var packages: [PackageChange]?
    package var config: [Change]?

    package init(a: Side, b: Side) {
        self.a = a
        self.b = b
        isSame = true
        why = []
    }
}
