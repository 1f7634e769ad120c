// SPDX-License-Identifier: Apache-2.0
package import PlinthCore
package import PlinthELF

/// One entry of an image's root file system, without its content.
package struct FileNode: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        case directory
        case file(size: Int64)
        /// The target is data: never normalised.
        case symlink([UInt8])
        /// The path that carries the content.
        case hardLink(TreePath)
        case characterDevice(major: UInt32, minor: UInt32)
        case blockDevice(major: UInt32, minor: UInt32)
        case fifo
    }

    /// What put the entry there.
    package enum Origin: Hashable, Sendable {
        case package(String)
        case effect(String)
        /// The line of the recipe.
        case recipe(line: Int)
        /// The image that this one is built on.
        case base
    }

    package var kind: Kind
    /// The twelve mode bits.
    package var mode: UInt16
    package var user: UInt32
    package var group: UInt32
    /// Seconds since 1970.
    package var modified: Int64
    package var origin: Origin
    /// Of a regular file's content, where known.
    package var digest: Digest?
    /// Of a regular file that is an ELF object.
    package var elf: ELFSummary?
    /// Extended attributes, names as the kernel has them (`security.capability`).
    package var attributes: [String: [UInt8]]

    package init(
        _ kind: Kind, mode: UInt16, user: UInt32 = 0, group: UInt32 = 0, modified: Int64 = 0, origin: Origin,
        digest: Digest? = nil, elf: ELFSummary? = nil, attributes: [String: [UInt8]] = [:]
    ) {
        self.kind = kind
        self.mode = mode
        self.user = user
        self.group = group
        self.modified = modified
        self.origin = origin
        self.digest = digest
        self.elf = elf
        self.attributes = attributes
    }

    package var isDirectory: Bool { kind == .directory }
    package var isFile: Bool { if case .file = kind { true } else { false } }
}
