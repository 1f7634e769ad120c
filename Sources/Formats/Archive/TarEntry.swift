// SPDX-License-Identifier: Apache-2.0

/// What a tar archive says about one file.
package struct TarEntry: Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
        case file, hardLink, symlink, characterDevice, blockDevice, directory, fifo
    }

    /// As in the archive, not normalised; directories usually end in `/`.
    package var name: [UInt8]
    package var kind: Kind
    /// The lower 12 bits: permissions, set-user-ID, set-group-ID, sticky.
    package var mode: UInt16
    package var user: UInt32
    package var group: UInt32
    package var userName: [UInt8]
    package var groupName: [UInt8]
    /// Bytes of content; 0 for everything but files.
    package var size: Int64
    /// Not all of the content is in the archive: the rest of it is zeros.
    package var isSparse = false
    /// Seconds since 1970, rounded down.
    package var modified: Int64
    /// Of hard links and symlinks, as in the archive; else empty.
    package var linkTarget: [UInt8]
    /// Of devices; else 0.
    package var deviceMajor: UInt32
    package var deviceMinor: UInt32
    /// Extended attributes by their full name, such as `security.capability`.
    package var attributes: [String: [UInt8]]
    /// Pax records whose key begins with `APK-TOOLS.`, as packages of apk have them; read, never written.
    package var apkRecords: [String: [UInt8]] = [:]

    package init(
        name: [UInt8], kind: Kind, mode: UInt16 = 0o644, user: UInt32 = 0, group: UInt32 = 0,
        userName: [UInt8] = [], groupName: [UInt8] = [], size: Int64 = 0, modified: Int64 = 0,
        linkTarget: [UInt8] = [], deviceMajor: UInt32 = 0, deviceMinor: UInt32 = 0, attributes: [String: [UInt8]] = [:]
    ) {
        self.name = name
        self.kind = kind
        self.mode = mode
        self.user = user
        self.group = group
        self.userName = userName
        self.groupName = groupName
        self.size = size
        self.modified = modified
        self.linkTarget = linkTarget
        self.deviceMajor = deviceMajor
        self.deviceMinor = deviceMinor
        self.attributes = attributes
    }
}

extension TarEntry.Kind {
    /// The type flag of POSIX.
    var flag: UInt8 {
        switch self {
        case .file: UInt8(ascii: "0")
        case .hardLink: UInt8(ascii: "1")
        case .symlink: UInt8(ascii: "2")
        case .characterDevice: UInt8(ascii: "3")
        case .blockDevice: UInt8(ascii: "4")
        case .directory: UInt8(ascii: "5")
        case .fifo: UInt8(ascii: "6")
        }
    }

    var isDevice: Bool { self == .characterDevice || self == .blockDevice }
    var isLink: Bool { self == .hardLink || self == .symlink }
}
