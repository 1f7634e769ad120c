// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthFetch
import PlinthImage

extension Segment {
    /// The same files at other places, encoded again and cached under the places.
    ///
    /// A place that several want goes to the last of them.
    /// - Parameter places: by the path of the entry; entries that are not among them stay where they are.
    func moved(to places: [TreePath: TreePath], level: Int) throws -> Segment {
        if places.isEmpty { return self }
        var text = Array("moved \(key)".utf8)
        for (path, place) in places.sorted(by: { $0.key < $1.key }) { text += [0] + path.bytes + [0] + place.bytes }
        let movedKey = Digest.of(text).hex
        // A damaged one is made anew.
        if let ready = try? Segment(key: movedKey, in: store) { return ready }
        let sink = try StoreStretch(store)
        let writer = StretchWriter(to: sink, level: level)
        var copy = table
        copy.entries = try rewrite(table.moved(to: places), to: writer)
        try writer.flush()
        (copy.rawSize, copy.packedSize, copy.members) = (writer.rawSize, writer.packedSize, writer.members)
        (copy.rawSum, copy.packedSum) = (writer.rawSum, writer.packedSum)
        try sink.commit(movedKey)
        try store.write(.segments, movedKey, ".table", copy.encoded())
        return Segment(key: movedKey, table: copy, store: store)
    }

    private func rewrite(_ entries: [SegmentTable.Entry], to writer: StretchWriter) throws -> [SegmentTable.Entry] {
        try entries.map { entry in
            var copy = entry
            if !entry.node.isDirectory { try writer.append(LayerFormat.header(entry.path, entry.node)) }
            guard case .file(let size) = entry.node.kind else { return copy }
            copy.offset = writer.position
            try copyContent(entry.offset, size, to: writer)
            return copy
        }
    }
}

extension SegmentTable {
    /// The entries at their places and in their order; the first name of a content carries it.
    fileprivate func moved(to places: [TreePath: TreePath]) -> [Entry] {
        var contents: [TreePath: Entry] = [:]
        var names: [TreePath: (entry: Entry, content: TreePath)] = [:]
        for entry in entries {
            let content: TreePath = if case .hardLink(let target) = entry.node.kind { target } else { entry.path }
            if entry.node.isFile { contents[entry.path] = entry }
            names[places[entry.path] ?? entry.path] = (entry, content)
        }
        var carriers: [TreePath: TreePath] = [:]
        return names.sorted { $0.key < $1.key }.map { place, name in
            var copy = name.entry
            copy.path = place
            guard let content = contents[name.content] else { return copy }
            if let carrier = carriers[name.content] {
                copy.node.kind = .hardLink(carrier)
            } else {
                carriers[name.content] = place
                (copy.node.kind, copy.offset) = (content.node.kind, content.offset)
                (copy.node.digest, copy.node.elf) = (content.node.digest, content.node.elf)
            }
            return copy
        }
    }
}
