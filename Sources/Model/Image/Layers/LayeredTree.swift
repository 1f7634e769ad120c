// SPDX-License-Identifier: Apache-2.0
import PlinthCore

/// The root file system of one platform as it is seen when all its layers lie upon one another, and what each brought.
///
/// Entries are numbered depth first, children bytewise by name; 0 is the root, which is always there. So the entries
/// below a directory are one range, and a path is found by halving. Contents are not in it but for those that were
/// asked for. Memory: about 200 bytes for each entry of a layer.
package struct LayeredTree: Sendable {
    struct Node: Sendable {
        var pathStart: UInt32
        var pathLength: UInt16
        /// The layer that put the name there.
        var layer: Int32
        var table: Int32
        var record: Int32
        var parent: Int32
        /// Behind the last entry below it.
        var end: Int32
    }

    /// The layers, the lowest first, and each one's entries.
    package let layers: [StoredLayer]
    package let tables: [LayerTable]
    /// Files that later layers hide, in the order in which that happened.
    package let superseded: [Superseded]
    let nodes: [Node]
    let names: [UInt8]

    /// Reads every layer once, several at a time, and lays them upon one another.
    ///
    /// Time: decompressing them.
    /// - Throws: `layer.*`, `tar.*`, `archive.*`, `image.*`, `file.*`.
    package static func read(_ layers: [StoredLayer], _ reading: LayerReading = LayerReading()) async throws
        -> LayeredTree
    {
        let budget = LayerBudget(reading.limits)
        let tables = try await mapConcurrently(layers, limit: max(1, reading.width)) { layer in
            try LayerScan(layer, reading, budget).table()
        }
        return try LayeredTree(layers, LayerMerge(tables))
    }

    /// The same, one layer after the other, where nothing can be waited for.
    /// - Throws: as `read`.
    package static func readInTurn(
        _ layers: [StoredLayer], _ reading: LayerReading = LayerReading()
    ) throws -> LayeredTree {
        let budget = LayerBudget(reading.limits)
        return try LayeredTree(layers, LayerMerge(layers.map { try LayerScan($0, reading, budget).table() }))
    }

    private init(_ layers: [StoredLayer], _ merge: consuming LayerMerge) throws {
        var order = MergeOrder(merge.tree)
        order.visit(MergeSlots.root, parent: -1)
        self.layers = layers
        nodes = order.nodes
        names = order.names
        superseded = merge.superseded
        tables = merge.tables.map { $0.withoutHiddenContents }
    }
}

extension LayerTable {
    /// Contents that nobody can see are given up.
    fileprivate var withoutHiddenContents: LayerTable {
        var copy = self
        copy.contents = contents.filter { records[Int($0.key)].links > 0 }
        return copy
    }
}

/// Numbers the entries of a merged tree.
private struct MergeOrder {
    private let tree: MergeSlots
    var nodes: [LayeredTree.Node] = []
    var names: [UInt8] = []
    private var path: [UInt8] = []

    init(_ tree: MergeSlots) {
        self.tree = tree
        nodes.reserveCapacity(tree.slots.count)
    }

    /// Paths have 2,048 components at most, so the recursion is bounded.
    mutating func visit(_ number: Int32, parent: Int32) {
        let slot = tree[number]
        let index = nodes.count
        nodes.append(
            LayeredTree.Node(
                pathStart: UInt32(names.count), pathLength: UInt16(path.count), layer: slot.layer, table: slot.table,
                record: slot.record, parent: parent, end: 0))
        names += path
        for child in children(slot) {
            let length = path.count
            if length > 0 { path.append(UInt8(ascii: "/")) }
            path += tree.name(child)
            visit(child, parent: Int32(index))
            path.removeSubrange(length...)
        }
        nodes[index].end = Int32(nodes.count)
    }

    private func children(_ slot: MergeSlots.Slot) -> [Int32] {
        var children: [Int32] = []
        var next = slot.firstChild
        while next >= 0 {
            if tree.isAlive(next) { children.append(next) }
            next = tree[next].nextSibling
        }
        return children.sorted { tree.name($0).lexicographicallyPrecedes(tree.name($1)) }
    }
}
