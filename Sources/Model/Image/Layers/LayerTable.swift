// SPDX-License-Identifier: Apache-2.0
package import PlinthCore

/// What one layer says, entry by entry in its own order; contents are left out but for those that were asked for.
///
/// Memory: about 64 bytes for each entry, its name, and its digest where asked for.
package struct LayerTable: Sendable {
    /// What an entry does.
    package enum Action: Hashable, Sendable {
        /// Puts something there.
        case put(FileNode.Kind)
        /// Hides the path of lower layers.
        case hide
        /// Hides what lower layers have in the directory.
        case hideContent
    }

    /// One entry.
    package struct Entry: Sendable {
        package let path: TreePath
        package let action: Action
        /// The twelve mode bits.
        package let mode: UInt16
        package let user: UInt32
        package let group: UInt32
        /// Seconds since 1970.
        package let modified: Int64
        /// Of a regular file, where it was asked for.
        package let digest: Digest?
        package let attributes: [String: [UInt8]]
    }

    /// The layer's name, for problems.
    package let place: String
    /// Bytes of the uncompressed tar archive; 0 for a directory.
    package internal(set) var unpackedSize: Int64 = 0
    /// The digest of the uncompressed tar archive, where it was computed.
    package internal(set) var diffID: Digest?
    var records: [LayerRecord] = []
    var names: [UInt8] = []
    var attributes: [[String: [UInt8]]] = []
    var digests: [Digest] = []
    var contents: [Int32: [UInt8]] = [:]
    /// What the attributes take, for the limit.
    var attributeBytes = 0

    init(place: String) { self.place = place }

    package var count: Int { records.count }

    package subscript(index: Int) -> Entry {
        let record = records[index]
        return Entry(
            path: path(index), action: action(record), mode: record.mode, user: record.user, group: record.group,
            modified: record.modified, digest: digest(record), attributes: attributes(record))
    }

    func path(_ index: Int) -> TreePath {
        TreePath(unchecked: Array(name(records[index])))
    }

    func name(_ record: LayerRecord) -> ArraySlice<UInt8> {
        names[Int(record.pathStart)..<Int(record.pathStart) + Int(record.pathLength)]
    }

    func target(_ record: LayerRecord) -> ArraySlice<UInt8> {
        names[Int(record.targetStart)..<Int(record.targetStart) + Int(record.targetLength)]
    }

    func digest(_ record: LayerRecord) -> Digest? { record.digest < 0 ? nil : digests[Int(record.digest)] }

    func attributes(_ record: LayerRecord) -> [String: [UInt8]] {
        record.attributes < 0 ? [:] : attributes[Int(record.attributes)]
    }

    func kind(_ record: LayerRecord) -> FileNode.Kind {
        switch record.kind {
        case .directory, .whiteout, .opaque: .directory
        case .file: .file(size: record.size)
        case .symlink: .symlink(Array(target(record)))
        case .hardLink: .hardLink(TreePath(unchecked: Array(target(record))))
        case .characterDevice: .characterDevice(major: record.deviceMajor, minor: record.deviceMinor)
        case .blockDevice: .blockDevice(major: record.deviceMajor, minor: record.deviceMinor)
        case .fifo: .fifo
        }
    }

    private func action(_ record: LayerRecord) -> Action {
        switch record.kind {
        case .whiteout: .hide
        case .opaque: .hideContent
        default: .put(kind(record))
        }
    }
}
