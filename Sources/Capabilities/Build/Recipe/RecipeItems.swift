// SPDX-License-Identifier: Apache-2.0
import PlinthCore

extension Recipe {
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
        /// On this machine, relative to the recipe.
        var source: String
        var path: TreePath
        var access = Access()
        /// In the recipe.
        var line = 0

        enum CodingKeys: String, CodingKey {
            case source, path, access
        }
    }
}
