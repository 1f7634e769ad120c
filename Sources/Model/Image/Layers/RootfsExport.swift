// SPDX-License-Identifier: Apache-2.0
import PlinthArchive
import PlinthCore
package import SystemPackage

/// Takes the entries of a tree in the order of `RootfsExport`: whatever an entry needs has come before it.
protocol RootfsWriter {
    /// Anything but a regular file; names of directories end in a slash.
    mutating func put(_ entry: TarEntry) throws
    /// - Parameter read: gives the next bytes of the content, `entry.size` in all.
    mutating func putFile(_ entry: TarEntry, _ read: (inout MutableSpan<UInt8>) throws -> Int) throws
}

/// Writes the root file system of an image as one tar archive, as `docker export` does of a container.
///
/// First all directories, depth first; then links and devices; then the files of each layer, the lowest first, in the
/// layer's order; then hard links. The same image gives the same bytes. Extended attributes and what else ustar cannot
/// say stand in pax headers; user names are left out. Every layer that files are left of is read once more, and memory
/// does not grow with them.
package struct RootfsExport: Sendable {
    /// Takes the archive piece by piece.
    package typealias Output = (_ bytes: borrowing Span<UInt8>) throws -> Void

    package struct Summary: Hashable, Sendable {
        package var entries = 0
        /// Of the archive as it was written.
        package var bytes: Int64 = 0
    }

    private let tree: LayeredTree
    private let limits: LayerLimits

    package init(_ tree: LayeredTree, limits: LayerLimits = LayerLimits()) {
        self.tree = tree
        self.limits = limits
    }

    /// Writes a file, beside its place and renamed when whole; what its name ends in says how it is compressed.
    /// - Throws: what reading layers throws, `layer.changed`, `file.write`, `archive.cannotCompress`.
    package func write(to path: FilePath) throws -> Summary {
        let packing = try ArchivePacking(suffixOf: path)
        try HostFile.makeDirectories(path.removingLastComponent())
        let file = try PartialFile(for: path)
        let packer = ArchivePacker(packing)
        var summary = try write { bytes in try packer.take(bytes) { try file.append($0) } }
        try packer.finish { try file.append($0) }
        try file.commit()
        summary.bytes = packer.written
        return summary
    }

    /// Writes into an open file, such as the standard output.
    /// - Throws: what reading layers throws, `layer.changed`, `file.write`.
    package func write(to file: FileDescriptor) throws -> Summary {
        try write { bytes in try bytes.withUnsafeBytes { try HostFile.write($0, to: file) } }
    }

    /// - Throws: what reading layers throws, `layer.changed`, and what the output throws.
    package func write(_ output: Output) throws -> Summary {
        try withoutActuallyEscaping(output) { output in
            var writer = TarWriter(output)
            try put(into: &writer)
            return try writer.finish()
        }
    }

    /// - Throws: what reading layers throws, `layer.changed`, and what the writer throws.
    func put(into writer: inout some RootfsWriter) throws {
        let order = ExportOrder(tree)
        for index in order.directories + order.others { try writer.put(entry(index)) }
        try LayeredContents(tree, limits: limits).read(order.files) { index, read in
            try writer.putFile(entry(index), read)
        }
        for link in order.links {
            var entry = entry(link.index, kind: .hardLink)
            entry.linkTarget = tree.path(at: link.first).bytes
            try writer.put(entry)
        }
    }

    private func entry(_ index: Int, kind wanted: TarEntry.Kind? = nil) -> TarEntry {
        let node = tree.entry(at: index)
        var entry = TarEntry(
            name: tree.path(at: index).bytes, kind: wanted ?? .file, mode: node.mode, user: node.user,
            group: node.group, modified: node.modified, attributes: wanted == nil ? node.attributes : [:])
        guard wanted == nil else { return entry }
        switch node.kind {
        case .directory:
            entry.kind = .directory
            entry.name = entry.name.isEmpty ? Array("./".utf8) : entry.name + [UInt8(ascii: "/")]
        case .file(let size): entry.size = size
        case .symlink(let target):
            entry.kind = .symlink
            entry.linkTarget = target
        case .hardLink: entry.kind = .hardLink
        case .characterDevice(let major, let minor):
            (entry.kind, entry.deviceMajor, entry.deviceMinor) = (.characterDevice, major, minor)
        case .blockDevice(let major, let minor):
            (entry.kind, entry.deviceMajor, entry.deviceMinor) = (.blockDevice, major, minor)
        case .fifo: entry.kind = .fifo
        }
        return entry
    }
}

/// What comes when.
private struct ExportOrder {
    private(set) var directories: [Int] = []
    /// Symbolic links, devices and fifos.
    private(set) var others: [Int] = []
    /// The first name of each regular file.
    private(set) var files: [Int] = []
    private(set) var links: [(index: Int, first: Int)] = []

    init(_ tree: LayeredTree) {
        var firstNames: [LayeredTree.FileIdentity: Int] = [:]
        for index in tree.indices {
            let record = tree.record(index)
            if record.kind == .directory {
                if index > 0 || !record.isImplied { directories.append(index) }
                continue
            }
            let file = LayeredTree.FileIdentity(
                layer: Int(tree.nodes[index].table), entry: Int(tree.nodes[index].record))
            if record.links > 1 {
                if let first = firstNames[file] {
                    links.append((index, first))
                    continue
                }
                firstNames[file] = index
            }
            if record.kind == .file { files.append(index) } else { others.append(index) }
        }
    }
}
