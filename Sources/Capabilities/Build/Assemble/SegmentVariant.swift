// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthFetch
import PlinthImage

extension Segment {
    /// The same package without some of its files, encoded again and cached under the set of kept paths.
    ///
    /// - Returns: the pieces' key, which replaces the segment's own.
    func variant(without lost: Set<TreePath>, level: Int) throws -> Segment {
        if lost.isEmpty { return self }
        var text = Array("variant \(key)".utf8)
        for path in lost.sorted() { text += [0] + path.bytes }
        let variantKey = Digest.of(text).hex
        // A damaged one is made anew.
        if let ready = try? Segment(key: variantKey, in: store) { return ready }
        let sink = try StoreStretch(store)
        let writer = StretchWriter(to: sink, level: level)
        var copy = table
        copy.entries = try rewrite(table.entries.filter { !lost.contains($0.path) }, to: writer)
        try writer.flush()
        (copy.rawSize, copy.packedSize, copy.members) = (writer.rawSize, writer.packedSize, writer.members)
        (copy.rawSum, copy.packedSum) = (writer.rawSum, writer.packedSum)
        try sink.commit(variantKey)
        try store.write(.segments, variantKey, ".table", copy.encoded())
        return Segment(key: variantKey, table: copy, store: store)
    }

    /// Writes the kept entries; the first kept name of a content carries it.
    private func rewrite(
        _ entries: [SegmentTable.Entry], to writer: StretchWriter
    ) throws -> [SegmentTable.Entry] {
        let contents = Dictionary(
            table.entries.filter(\.node.isFile).map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
        var carriers: [TreePath: TreePath] = [:]
        return try entries.map { entry in
            guard !entry.node.isDirectory else { return entry }
            var copy = entry
            let source: TreePath =
                if case .hardLink(let target) = entry.node.kind { target } else { entry.path }
            if entry.node.isFile || source != entry.path, let content = contents[source],
                case .file(let size) = content.node.kind
            {
                if let carrier = carriers[source] {
                    copy.node.kind = .hardLink(carrier)
                } else {
                    carriers[source] = entry.path
                    copy.node.kind = .file(size: size)
                    try writer.append(LayerFormat.header(copy.path, copy.node))
                    copy.offset = writer.position
                    try copyContent(content.offset, size, to: writer)
                    return copy
                }
            }
            try writer.append(LayerFormat.header(copy.path, copy.node))
            return copy
        }
    }

    func copyContent(_ offset: Int64, _ size: Int64, to writer: StretchWriter) throws {
        var done: Int64 = 0
        while done < size {
            let count = min(size - done, 1 << 20)
            try writer.append(try raw(offset + done, count))
            done += count
        }
        try writer.pad(after: size)
    }
}
