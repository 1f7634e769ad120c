// SPDX-License-Identifier: Apache-2.0
import PlinthCore

extension Recipe {
    /// The image to build on. Its line is no part of the checksum.
    struct Base: Codable, Hashable, Sendable {
        /// A path relative to the recipe, a transport's name or a registry's.
        var image: String
        /// What it has to be: of the index or manifest.
        var digest: Digest?
        /// In the recipe.
        var line = 0

        enum CodingKeys: String, CodingKey {
            case image, digest
        }
    }

    /// Owner and permission bits; nil: as it is, or the usual.
    struct Access: Codable, Hashable, Sendable {
        var user: UInt32?
        var group: UInt32?
        var mode: UInt16?
    }

    /// One entry of `paths`. Its line is no part of the checksum.
    struct PathItem: Codable, Hashable, Sendable {
        enum Kind: String, Codable, CaseIterable, Sendable {
            case directory, hardlink, symlink, permissions
            case emptyFile = "empty-file"
        }

        var path: TreePath
        var kind: Kind
        /// Where a link points; nil for the other kinds.
        var source: String?
        var access = Access()
        /// Permissions and owner also of all below.
        var recursive = false
        /// In the recipe.
        var line = 0

        enum CodingKeys: String, CodingKey {
            case path, kind, source, access, recursive
        }
    }

    /// One entry of `files`. Its line is no part of the checksum.
    struct FileItem: Codable, Hashable, Sendable {
        enum Kind: String, Codable, CaseIterable, Sendable {
            case file, directory, tar
        }

        /// Nil: a file or a directory, whichever is found.
        var kind: Kind?
        /// The image that has the source; nil for this machine.
        var image: String?
        /// On this machine, relative to the recipe; or a path of the image.
        var source: String
        var path: TreePath
        /// Whether `path` ends in a slash: a file keeps its own name and goes below it.
        var isBelow: Bool?
        var access = Access()
        /// What the file, archive or image has to be.
        var digest: Digest?
        /// Owners as an archive or image has them; else everything is root's.
        var keepsOwners: Bool?
        /// Nil: for all.
        var architectures: [String]?
        /// In the recipe.
        var line = 0

        enum CodingKeys: String, CodingKey {
            case kind, image, source, path, isBelow, access, digest, keepsOwners, architectures
        }

        /// What a person calls it, such as `./dist` or `oci:tools: /usr/bin/jq`.
        var name: String { image.map { "\($0): \(source)" } ?? source }
    }
}
