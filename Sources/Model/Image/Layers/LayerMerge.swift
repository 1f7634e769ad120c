// SPDX-License-Identifier: Apache-2.0
import PlinthCore

/// Lays tables over one another by the rules of the image specification, in the order in which programs unpack them.
///
/// A whiteout hides what lower layers have and never what its own layer has, wherever in the layer it stands. A
/// directory on a directory changes its attributes; anything else takes the place of what was there, with all below it.
/// Links above an entry are followed within the image, as in a changed root. Time and memory: proportional to the
/// entries.
/// [OCI image-spec v1.1, layer.md, “Applying Changesets”](https://github.com/opencontainers/image-spec/blob/v1.1.0/layer.md#applying-changesets)
struct LayerMerge {
    private(set) var tables: [LayerTable]
    private(set) var tree: MergeSlots
    private(set) var superseded: [Superseded] = []
    private var layer: Int32 = 0
    /// Where the last entry's directory lies: the next entry is mostly in the same.
    private var lastParent: (path: ArraySlice<UInt8>, slot: Int32)?

    /// - Throws: `layer.notDirectory`, `layer.link`, `layer.linkLoop`, `layer.name`.
    init(_ tables: [LayerTable]) throws {
        self.tables = tables
        tree = MergeSlots(capacity: tables.reduce(1) { $0 + $1.count })
        for layer in tables.indices {
            self.layer = Int32(layer)
            lastParent = nil
            if layer == 0 { putImplied(MergeSlots.root) }
            for record in 0..<tables[layer].count {
                if record % 4096 == 0 { try Task.checkCancellation() }
                try apply(record)
            }
        }
    }

    func record(_ slot: Int32) -> LayerRecord {
        let slot = tree[slot]
        return tables[Int(slot.table)].records[Int(slot.record)]
    }

    private mutating func apply(_ number: Int) throws {
        let record = tables[Int(layer)].records[number]
        let path = tables[Int(layer)].name(record)
        switch record.kind {
        case .whiteout:
            let (parent, name) = Self.split(path)
            guard let directory = try find(parent) else { return }
            let slot = tree.find(directory, name)
            if slot >= 0, tree.isAlive(slot) { hide(slot) }
        case .opaque: if let directory = try find(path) { hideChildren(directory) }
        case .directory: try putDirectory(path, number)
        case .hardLink: try putHardLink(path, record)
        default: try put(path, table: layer, record: Int32(number))
        }
    }

    /// The slot of a path behind no links; nil when nothing is there.
    func find(_ path: TreePath) throws -> Int32? {
        var slot = MergeSlots.root
        for name in path.components {
            slot = tree.find(slot, name)
            guard slot >= 0, tree.isAlive(slot) else { return nil }
        }
        return slot
    }

    static func split(_ path: ArraySlice<UInt8>) -> (parent: ArraySlice<UInt8>, name: ArraySlice<UInt8>) {
        guard let cut = path.lastIndex(of: UInt8(ascii: "/")) else { return (path[..<path.startIndex], path) }
        return (path[..<cut], path[(cut + 1)...])
    }
}

// MARK: - Putting

extension LayerMerge {
    private mutating func slot(for path: ArraySlice<UInt8>) throws -> Int32 {
        if path.isEmpty { return MergeSlots.root }
        let (parent, name) = Self.split(path)
        let directory = try make(parent)
        guard let slot = tree.slot(directory, name) else { throw tooLong(path) }
        return slot
    }

    private mutating func putDirectory(_ path: ArraySlice<UInt8>, _ number: Int) throws {
        let slot = try slot(for: path)
        if tree.isAlive(slot), record(slot).kind != .directory { remove(slot, .overwritten) }
        set(slot, table: layer, record: Int32(number))
    }

    private mutating func put(_ path: ArraySlice<UInt8>, table: Int32, record number: Int32) throws {
        let slot = try slot(for: path)
        tables[Int(table)].records[Int(number)].links += 1
        if tree.isAlive(slot) {
            let same = isSameContent(slot, table, number)
            remove(slot, same ? .metadataOnly : .overwritten)
        }
        set(slot, table: table, record: number)
    }

    private mutating func putHardLink(_ path: ArraySlice<UInt8>, _ record: LayerRecord) throws {
        let target = tables[Int(layer)].target(record)
        let (parent, name) = Self.split(target)
        guard !target.isEmpty, let directory = try find(parent) else { throw noTarget(path, target) }
        let slot = tree.find(directory, name)
        guard slot >= 0, tree.isAlive(slot), self.record(slot).kind != .directory else { throw noTarget(path, target) }
        if try self.slot(for: path) == slot { return }
        // Making the link's own directories may have followed other links, never removed the target.
        try put(path, table: tree[slot].table, record: tree[slot].record)
    }

    private mutating func set(_ slot: Int32, table: Int32, record: Int32) {
        if tables[Int(table)].records[Int(record)].kind == .symlink { lastParent = nil }
        tree[slot].layer = layer
        tree[slot].table = table
        tree[slot].record = record
        tree.list(slot)
    }

    private mutating func putImplied(_ slot: Int32) {
        tables[Int(layer)].records.append(.impliedDirectory)
        set(slot, table: layer, record: Int32(tables[Int(layer)].records.count - 1))
    }

    private func isSameContent(_ slot: Int32, _ table: Int32, _ number: Int32) -> Bool {
        let old = record(slot)
        let new = tables[Int(table)].records[Int(number)]
        guard old.kind == .file, new.kind == .file, old.size == new.size,
            let digest = tables[Int(tree[slot].table)].digest(old)
        else { return false }
        return digest == tables[Int(table)].digest(new)
    }
}

// MARK: - Removing

extension LayerMerge {
    /// Takes away an entry with all below it.
    private mutating func remove(_ slot: Int32, _ cause: Superseded.Cause) {
        if record(slot).kind == .directory {
            lastParent = nil
            for child in tree.takeChildren(slot) where tree.isAlive(child) { remove(child, .deleted) }
        }
        unlink(slot, cause)
    }

    /// Takes away what lower layers have; says whether anything is left.
    @discardableResult
    private mutating func hide(_ slot: Int32) -> Bool {
        let isDirectory = record(slot).kind == .directory
        let hasChildren = isDirectory && hideChildren(slot)
        guard tree[slot].layer != layer, !hasChildren else { return true }
        if isDirectory { lastParent = nil }
        unlink(slot, .deleted)
        return false
    }

    /// The same for what is below a directory. Done once in a layer: what comes later is the layer's own.
    @discardableResult
    private mutating func hideChildren(_ slot: Int32) -> Bool {
        guard tree[slot].cleared != layer else { return tree[slot].firstChild >= 0 }
        tree[slot].cleared = layer
        var isLeft = false
        for child in tree.takeChildren(slot) where tree.isAlive(child) && hide(child) {
            tree.list(child)
            isLeft = true
        }
        return isLeft
    }

    private mutating func unlink(_ slot: Int32, _ cause: Superseded.Cause) {
        let (table, number) = (Int(tree[slot].table), Int(tree[slot].record))
        if record(slot).kind == .symlink { lastParent = nil }
        tree[slot].layer = -1
        tables[table].records[number].links -= 1
        let record = tables[table].records[number]
        guard record.kind == .file, record.links == 0 else { return }
        superseded.append(
            Superseded(
                path: path(slot), size: record.size, layer: table, by: Int(layer),
                cause: table == Int(layer) ? .duplicate : cause))
    }

    private func path(_ slot: Int32) -> TreePath {
        var parts: [ArraySlice<UInt8>] = []
        var next = slot
        while next > MergeSlots.root {
            parts.append(tree.name(next))
            next = tree[next].parent
        }
        return TreePath(unchecked: Array(parts.reversed().joined(separator: [UInt8(ascii: "/")])))
    }
}

// MARK: - Finding directories

extension LayerMerge {
    /// The directory of that path, made with those above it where they are missing.
    private mutating func make(_ path: ArraySlice<UInt8>) throws -> Int32 {
        if let lastParent, lastParent.path == path { return lastParent.slot }
        guard let slot = try walk(path, makes: true) else { throw tooLong(path) }
        lastParent = (path, slot)
        return slot
    }

    /// The directory of that path; nil when there is none.
    private mutating func find(_ path: ArraySlice<UInt8>) throws -> Int32? {
        if let lastParent, lastParent.path == path { return lastParent.slot }
        return try walk(path, makes: false)
    }

    /// Follows links within the image, 40 at most as the kernel does.
    private mutating func walk(_ path: ArraySlice<UInt8>, makes: Bool) throws -> Int32? {
        var current = MergeSlots.root
        // What is still to be walked, the innermost link's target last.
        var pending = [path]
        var links = 0
        while let rest = pending.popLast() {
            guard let (name, tail) = Self.first(rest) else { continue }
            pending.append(tail)
            if name.elementsEqual("..".utf8) {
                current = max(MergeSlots.root, tree[current].parent)
                continue
            }
            guard let next = try step(current, name, path, makes: makes) else { return nil }
            let record = record(next)
            guard record.kind == .symlink else {
                current = next
                continue
            }
            links += 1
            guard links <= 40 else { throw loop(path) }
            let target = tables[Int(tree[next].table)].target(record)
            if target.first == UInt8(ascii: "/") { current = MergeSlots.root }
            pending.append(target)
        }
        return current
    }

    /// A child that is a directory or a link.
    private mutating func step(
        _ current: Int32, _ name: ArraySlice<UInt8>, _ path: ArraySlice<UInt8>, makes: Bool
    ) throws -> Int32? {
        guard name.count <= LayerName.componentLimit else { throw tooLong(path) }
        let found = makes ? tree.slot(current, name) : tree.find(current, name)
        guard let found else { throw tooLong(path) }
        guard found >= 0 else { return nil }
        if !tree.isAlive(found) {
            guard makes else { return nil }
            putImplied(found)
        }
        let kind = record(found).kind
        if kind == .directory || kind == .symlink { return found }
        guard makes else { return nil }
        throw Problem(
            "layer.notDirectory", "An entry of a layer lies below something that is no directory", at: place,
            why: "/\(shown(path)) goes through \"\(shown(name))\"")
    }

    /// The first component and what follows it; nil when there is none. `.` and empty ones are passed over.
    private static func first(_ path: ArraySlice<UInt8>) -> (name: ArraySlice<UInt8>, rest: ArraySlice<UInt8>)? {
        var rest = path
        while true {
            rest = rest.drop { $0 == UInt8(ascii: "/") }
            let name = rest.prefix { $0 != UInt8(ascii: "/") }
            if name.isEmpty { return nil }
            rest = rest[name.endIndex...]
            if !name.elementsEqual(".".utf8) { return (name, rest) }
        }
    }

    private var place: String { tables[Int(layer)].place }

    private func tooLong(_ path: ArraySlice<UInt8>) -> Problem {
        Problem(
            "layer.name", "A name in a layer is too long for any file system", at: place,
            why: "/\(shown(path.prefix(200)))")
    }

    private func loop(_ path: ArraySlice<UInt8>) -> Problem {
        Problem(
            "layer.linkLoop", "An entry of a layer lies below links that lead nowhere", at: place,
            why: "/\(shown(path)) goes through more than 40")
    }

    private func noTarget(_ path: ArraySlice<UInt8>, _ target: ArraySlice<UInt8>) -> Problem {
        Problem(
            "layer.link", "A hard link of a layer leads to no file of the image", at: place,
            why: "/\(shown(path)) is to share the content of /\(shown(target))")
    }
}
