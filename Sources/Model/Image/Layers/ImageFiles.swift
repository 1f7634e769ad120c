// SPDX-License-Identifier: Apache-2.0
package import PlinthCore

/// Reads single files of an image without reading all of it.
///
/// Layers are read from the top down, and no further than it takes to know. When an upper layer has entries below links
/// of a lower one, all are read. What has been read of a layer is remembered, its contents are not.
package struct ImageFiles {
    private let layers: [StoredLayer]
    private let limits: LayerLimits
    private let budget: LayerBudget
    private var tables: [Int: LayerTable] = [:]
    /// Those whose entries can be understood without the layers below.
    private var selfContained: Set<Int> = []
    private var merge: LayerMerge?

    package init(_ layers: [StoredLayer], limits: LayerLimits = LayerLimits()) {
        self.layers = layers
        self.limits = limits
        budget = LayerBudget(limits)
    }

    /// How many layers have been read so far.
    package var layersRead: Int { tables.count }

    /// The content of a regular file, links followed within the image.
    ///
    /// Time: reading the layers down to the one that has it, and that one again if links led there.
    /// - Throws: `tree.missing` when there is no such file, `layer.tooLarge` when it is larger than the limit of
    ///   contents, and what reading layers throws.
    package mutating func content(_ path: TreePath) throws -> [UInt8] {
        let end = try LinkWalk(path) { directory, name in
            let place = directory.appending(name)
            guard let found = try find(place, guess: path) else { return nil }
            switch found.kind {
            case .directory: return .directory
            case .symlink(let target): return .link(target)
            default: return .other
            }
        }.end
        guard let end, let found = try find(end, guess: path), case .file = found.kind else {
            throw FileTree.missing(path)
        }
        return try content(of: found)
    }

    private struct Found {
        var kind: FileNode.Kind
        var layer: Int
        /// The number of the entry in the layer's table.
        var entry: Int
    }

    /// What is at a path behind no links, from a layer downwards.
    private mutating func find(_ path: TreePath, below top: Int? = nil, guess: TreePath) throws -> Found? {
        if path.isRoot { return Found(kind: .directory, layer: 0, entry: -1) }
        var isDirectory = false
        for layer in (0..<(top ?? layers.count)).reversed() {
            let table = try table(layer, guess)
            guard selfContained.contains(layer) else { return try all(path) }
            let look = TableLook(table, path)
            if let entry = look.entry {
                let kind = table.kind(table.records[entry])
                guard case .hardLink(let target) = kind else { return Found(kind: kind, layer: layer, entry: entry) }
                return try hardLink(target, layer, entry, guess)
            }
            isDirectory = isDirectory || look.hasDescendants
            if look.isHidden { break }
        }
        return isDirectory ? Found(kind: .directory, layer: 0, entry: -1) : nil
    }

    private mutating func hardLink(_ target: TreePath, _ layer: Int, _ entry: Int, _ guess: TreePath) throws -> Found? {
        let table = try table(layer, guess)
        if let first = TableLook(table, target).entry, first != entry {
            let kind = table.kind(table.records[first])
            // A link to a link, or to itself, is seen through only when all is laid together.
            if case .hardLink(let next) = kind { return try all(next) }
            return Found(kind: kind, layer: layer, entry: first)
        }
        return try find(target, below: layer, guess: guess)
    }

    private mutating func table(_ layer: Int, _ guess: TreePath) throws -> LayerTable {
        if let table = tables[layer] { return table }
        var reading = LayerReading()
        reading.limits = limits
        let content = limits.content
        reading.keeps = { path, size in path.elementsEqual(guess.bytes) && size <= content }
        let table = try LayerScan(layers[layer], reading, budget).table()
        tables[layer] = table
        if table.isSelfContained { selfContained.insert(layer) }
        return table
    }

    /// The slow way: everything laid together.
    private mutating func all(_ path: TreePath) throws -> Found? {
        if merge == nil { merge = try LayerMerge(layers.indices.map { try table($0, path) }) }
        guard let merge, let slot = try merge.find(path) else { return nil }
        let (layer, entry) = (Int(merge.tree[slot].table), Int(merge.tree[slot].record))
        return Found(kind: merge.tables[layer].kind(merge.record(slot)), layer: layer, entry: entry)
    }

    private func content(of found: Found) throws -> [UInt8] {
        if let bytes = tables[found.layer]?.contents[Int32(found.entry)] { return bytes }
        var reading = LayerReading()
        reading.limits = limits
        let wanted = tables[found.layer]?.path(found.entry).bytes ?? []
        reading.keeps = { path, _ in path.elementsEqual(wanted) }
        let table = try LayerScan(layers[found.layer], reading, LayerBudget(limits)).table()
        guard let bytes = table.contents[Int32(found.entry)] else {
            throw Problem("layer.changed", "A layer changed while it was read", at: layers[found.layer].place)
        }
        return bytes
    }
}

extension LayerTable {
    /// Every entry comes behind its directory, and no path comes twice: then nothing lies below another layer's links.
    fileprivate var isSelfContained: Bool {
        var paths: Set<TreePath> = [.root]
        var directories: Set<TreePath> = [.root]
        for (index, record) in records.enumerated() where record.pathLength > 0 {
            let path = path(index)
            let needed = record.kind == .opaque ? path : path.parent ?? .root
            guard directories.contains(needed) else { return false }
            guard record.kind == .opaque || paths.insert(path).inserted else { return false }
            if record.kind == .directory { directories.insert(path) }
        }
        return true
    }
}

/// What one table says about one path.
private struct TableLook {
    /// The last entry of that path.
    private(set) var entry: Int?
    /// Lower layers do not show through.
    private(set) var isHidden = false
    private(set) var hasDescendants = false

    /// Time grows with the entries.
    init(_ table: LayerTable, _ path: TreePath) {
        for (index, record) in table.records.enumerated() {
            let name = table.name(record)
            switch Self.relation(name, path.bytes) {
            case .same: take(index, record)
            case .above where record.kind != .directory: isHidden = true
            case .below: hasDescendants = hasDescendants || record.kind != .whiteout && record.kind != .opaque
            default: break
            }
        }
    }

    private mutating func take(_ index: Int, _ record: LayerRecord) {
        switch record.kind {
        case .whiteout: isHidden = true
        case .opaque: break
        default: entry = index
        }
    }

    private enum Relation { case same, above, below, other }

    private static func relation(_ name: ArraySlice<UInt8>, _ path: [UInt8]) -> Relation {
        let shorter = min(name.count, path.count)
        guard name.prefix(shorter).elementsEqual(path.prefix(shorter)) else { return .other }
        if name.count == path.count { return .same }
        let slash = UInt8(ascii: "/")
        if name.count < path.count { return name.isEmpty || path[name.count] == slash ? .above : .other }
        return path.isEmpty || name[name.startIndex + path.count] == slash ? .below : .other
    }
}
