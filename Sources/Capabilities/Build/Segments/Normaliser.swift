// SPDX-License-Identifier: Apache-2.0
import PlinthArchive
import PlinthCore
import PlinthFetch
import PlinthImage
import SystemPackage

/// Turns a package into a segment: decompressed, normalised and compressed once in the life of the store.
struct Normaliser: Sendable {
    let store: Store
    let policy: NormalisationPolicy
    let open: @Sendable (_ file: FilePath, _ length: Int64) throws -> OpenedPackage

    /// The segment of a package, made if the store does not have it.
    ///
    /// Memory: the package's contents up to 24 MiB, the rest in a scratch file; the decoder's window.
    /// - Throws: `Problem`s of the archive, package and store.
    func segment(of package: Digest, at file: FilePath) throws -> Segment {
        let key = policy.key(of: package)
        if let ready = try Segment(key: key, in: store) { return ready }
        return try store.withLock("segment-\(key)") {
            if let ready = try Segment(key: key, in: store) { return ready }
            return try make(key, of: package, from: file)
        }
    }

    private func make(_ key: String, of package: Digest, from file: FilePath) throws -> Segment {
        let opened = try open(file, Int64(try file.stat().size))
        let spool = Spool(bound: 24 << 20, scratch: try store.scratchPath())
        var entries = PackageEntries(of: opened.name, policy: policy)
        try entries.read(try opened.entries(), into: spool)
        let sink = try StoreStretch(store)
        let writer = StretchWriter(to: sink, level: policy.level)
        let sorted = try Self.write(entries.found, from: spool, to: writer)
        try writer.flush()
        let table = SegmentTable(
            package: opened.name, version: opened.version, architecture: opened.architecture,
            entries: sorted, rawSize: writer.rawSize, packedSize: writer.packedSize,
            rawSum: writer.rawSum, packedSum: writer.packedSum, members: writer.members,
            newest: entries.newest, control: opened.control,
            sums: try opened.sums(PackageContents(entries: entries, spool: spool, policy: policy)),
            dropped: entries.dropped)
        try sink.commit(key)
        try store.write(.segments, key, ".table", table.encoded())
        return Segment(key: key, table: table, store: store)
    }

    /// Writes the files in the order of the stretch; of several names of one content the first carries it.
    private static func write(
        _ found: [TreePath: PackageEntries.Found], from spool: Spool, to writer: StretchWriter
    ) throws -> [SegmentTable.Entry] {
        var carriers: [Int64: TreePath] = [:]
        var last: TreePath?
        return try found.sorted { $0.key < $1.key }.map { path, item in
            // Depth first: what lies below an entry comes next.
            if let last, path.isInside(last) { throw Self.below(last, path) }
            last = item.node.isDirectory ? nil : path
            var entry = SegmentTable.Entry(path: path, node: item.node, offset: 0, wasMoved: item.wasMoved)
            guard case .file(let size) = item.node.kind else {
                if !item.node.isDirectory { try writer.append(LayerFormat.header(path, item.node)) }
                return entry
            }
            if size > 0, let carrier = carriers[item.offset] {
                entry.node.kind = .hardLink(carrier)
                try writer.append(LayerFormat.header(path, entry.node))
                return entry
            }
            try writer.append(LayerFormat.header(path, item.node))
            entry.offset = writer.position
            // An empty file begins where the next one does.
            if size > 0 { carriers[item.offset] = path }
            try spool.read(item.offset, size) { try writer.append($0) }
            try writer.pad(after: size)
            return entry
        }
    }

    private static func below(_ parent: TreePath, _ path: TreePath) -> Problem {
        Problem(
            "package.notDirectory", "A package holds an entry below something that is no directory", at: "/\(path)",
            why: "/\(parent) of the same package is a file or a link")
    }
}
