// SPDX-License-Identifier: Apache-2.0
import PlinthArchive
import PlinthCore
import PlinthELF
import PlinthImage

/// The entries of one package's data archive, gathered before they are sorted.
struct PackageEntries {
    struct Found {
        var node: FileNode
        /// In the spool; for regular files.
        var offset: Int64 = 0
        var wasMoved = false
    }

    private(set) var found: [TreePath: Found] = [:]
    private(set) var dropped: [TreePath] = []
    private(set) var newest: Int64 = 0
    private let policy: NormalisationPolicy
    private let package: String

    init(of package: String, policy: NormalisationPolicy) {
        self.package = package
        self.policy = policy
    }

    /// Reads a data archive to its end; contents go to the spool.
    mutating func read(_ archive: any PackageEntrySource, into spool: Spool) throws {
        var buffer = [UInt8](repeating: 0, count: 262_144)
        while let entry = try archive.next() {
            let name = try path(entry.name)
            newest = max(newest, entry.modified)
            guard !name.isRoot else { continue }
            let place = entry.kind == .directory || name.components.count > 1 ? policy.place(name) : name
            var item = Found(node: node(of: entry), offset: spool.count)
            if entry.kind == .file {
                item.node.digest = try copy(archive, to: spool, using: &buffer)
                item.node.elf = try Self.elf(in: spool, at: item.offset, size: entry.size)
            }
            if entry.kind == .hardLink { item = try linked(name, to: policy.place(try path(entry.linkTarget))) }
            item.wasMoved = place != name
            // Of two entries with one name the last stays, as with dpkg.
            found[place] = item
        }
        dropUnwanted()
    }

    /// A hard link becomes a file that shares the content its target has at this moment: which of the names
    /// carries it is decided by the order of the stretch.
    private func linked(_ name: TreePath, to target: TreePath) throws -> Found {
        if let item = found[target], item.node.isFile { return item }
        throw Problem(
            "package.hardLink", "A hard link has no file to point at", at: "\(package): /\(name)",
            why: "/\(target) is not a regular file that comes before it")
    }

    private func path(_ name: [UInt8]) throws -> TreePath {
        do {
            return try TreePath(archiveName: name)
        } catch {
            throw Problem(
                "package.path", "A package holds a path that no image may have",
                at: "\(package): \(String(decoding: name.prefix(200), as: UTF8.self))", why: "\(error)", cause: error)
        }
    }

    private func node(of entry: TarEntry) -> FileNode {
        let kind: FileNode.Kind =
            switch entry.kind {
            case .directory: .directory
            case .file: .file(size: entry.size)
            case .symlink: .symlink(entry.linkTarget)
            case .hardLink: .hardLink(.root)
            case .characterDevice: .characterDevice(major: entry.deviceMajor, minor: entry.deviceMinor)
            case .blockDevice: .blockDevice(major: entry.deviceMajor, minor: entry.deviceMinor)
            case .fifo: .fifo
            }
        return FileNode(
            kind, mode: entry.kind == .symlink ? 0o777 : entry.mode, user: entry.user, group: entry.group,
            modified: min(entry.modified, policy.clamp ?? .max), origin: .package(package),
            attributes: entry.attributes)
    }

    private func copy(_ archive: any PackageEntrySource, to spool: Spool, using buffer: inout [UInt8]) throws -> Digest
    {
        var digest = DigestStream()
        while true {
            var span = buffer.mutableSpan
            let count = try archive.read(into: &span)
            if count == 0 { return digest.finish() }
            let part = buffer.span.extracting(..<count)
            digest.update(part)
            try spool.append(part)
        }
    }

    private static func elf(in spool: Spool, at offset: Int64, size: Int64) throws -> ELFSummary? {
        guard size >= 52, try spool.bytes(offset, 4) == [0x7f, 0x45, 0x4c, 0x46] else { return nil }
        var summary: ELFSummary?
        var pieces = 0
        try spool.read(offset, size) { piece in
            pieces += 1
            if pieces == 1, piece.count == size { summary = (try? ELFSummary(parsing: piece)) ?? nil }
        }
        if pieces == 1 { return summary }
        let bytes = try spool.bytes(offset, size)
        return (try? ELFSummary(parsing: bytes.span)) ?? nil
    }

    private mutating func dropUnwanted() {
        dropped = found.keys.filter(policy.drops).sorted()
        for path in dropped { found[path] = nil }
    }
}
