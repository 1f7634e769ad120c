// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthELF
import PlinthFetch
import PlinthImage

/// Turns what one entry of `files` names into a segment: read and compressed once in the life of the store.
struct LocalSegment {
    let store: Store
    /// The newest modification time that is kept, seconds since 1970.
    let clamp: Int64?
    let level: Int

    /// - Throws: `files.*`, `file.*`, `image.*`, `layer.*`, `tar.*`, `archive.*`, `store.*`.
    func segments(of files: [LocalFile]) async throws -> [Segment] {
        var trees: [Digest: LayeredTree] = [:]
        var segments: [Segment] = []
        for file in files { segments.append(try await segment(of: file, &trees)) }
        return segments
    }

    private func segment(of file: LocalFile, _ trees: inout [Digest: LayeredTree]) async throws -> Segment {
        let key = file.key(clamp: clamp, level: level)
        // A damaged one is made anew.
        if let ready = try? Segment(key: key, in: store) { return ready }
        let spool = Spool(bound: 24 << 20, scratch: try store.scratchPath())
        let entries = try await LocalEntries(of: file, clamp: clamp, into: spool, &trees)
        return try make(key, entries, from: spool)
    }

    private func make(_ key: String, _ entries: LocalEntries, from spool: Spool) throws -> Segment {
        let sink = try StoreStretch(store)
        let writer = StretchWriter(to: sink, level: level)
        var written: [SegmentTable.Entry] = []
        for item in entries.found {
            var entry = SegmentTable.Entry(path: item.path, node: item.node, offset: 0, wasMoved: false)
            if !item.node.isDirectory { try writer.append(LayerFormat.header(item.path, item.node)) }
            if case .file(let size) = item.node.kind {
                entry.offset = writer.position
                try spool.read(item.offset, size) { try writer.append($0) }
                try writer.pad(after: size)
            }
            written.append(entry)
        }
        try writer.flush()
        try sink.commit(key)
        try addObjects(to: &written, in: key)
        let table = SegmentTable(
            package: "", version: "", architecture: "", entries: written, rawSize: writer.rawSize,
            packedSize: writer.packedSize, rawSum: writer.rawSum, packedSum: writer.packedSum, members: writer.members,
            newest: entries.newest, control: [:], sums: [:], dropped: entries.leftOut)
        try store.write(.segments, key, ".table", table.encoded())
        return Segment(key: key, table: table, store: store)
    }

    /// What the loader needs to know of programs and libraries, read from the stretch without a copy.
    private func addObjects(to entries: inout [SegmentTable.Entry], in key: String) throws {
        let stretch = try MappedFile(store.path(.segments, key, ".tar"))
        stretch.withBytes { bytes in
            for index in entries.indices {
                guard case .file(let size) = entries[index].node.kind, size >= 52 else { continue }
                let start = Int(entries[index].offset)
                let content = bytes.extracting(start..<start + Int(size))
                entries[index].node.elf = (try? ELFSummary(parsing: content)) ?? nil
            }
        }
    }
}
