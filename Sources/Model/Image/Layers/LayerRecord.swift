// SPDX-License-Identifier: Apache-2.0

/// One entry of a layer, 64 bytes; its name, target and attributes lie in the table.
struct LayerRecord: Sendable {
    enum Kind: UInt8, Sendable {
        case directory, file, symlink, hardLink, characterDevice, blockDevice, fifo
        /// The path is the one that is hidden.
        case whiteout
        /// The path is the directory whose lower content is hidden.
        case opaque
    }

    var kind: Kind
    /// The twelve mode bits.
    var mode: UInt16 = 0o755
    var pathLength: UInt16 = 0
    var targetLength: UInt16 = 0
    var user: UInt32 = 0
    var group: UInt32 = 0
    var pathStart: UInt32 = 0
    var targetStart: UInt32 = 0
    /// Bytes of a file; major and minor number of a device.
    var size: Int64 = 0
    var modified: Int64 = 0
    /// Places in the table's lists; -1 for none.
    var attributes: Int32 = -1
    var digest: Int32 = -1
    /// Names that the merged tree has for it.
    var links: Int32 = 0
    /// Nothing in the layer says so: a directory that only other entries' names need.
    var isImplied = false

    static let impliedDirectory: LayerRecord = {
        var record = LayerRecord(kind: .directory)
        record.isImplied = true
        return record
    }()

    var deviceMajor: UInt32 { UInt32(truncatingIfNeeded: size >> 32) }
    var deviceMinor: UInt32 { UInt32(truncatingIfNeeded: size) }
}
