// SPDX-License-Identifier: Apache-2.0
import PlinthArchive
import PlinthCore
import SystemPackage

/// Reads contents of files of a tree, each layer once and from front to back, whatever the order they are wanted in.
package struct LayeredContents {
    /// Gives the next bytes of the file; 0 at its end.
    package typealias Read = (_ buffer: inout MutableSpan<UInt8>) throws -> Int

    private let tree: LayeredTree
    private let limits: LayerLimits

    package init(_ tree: LayeredTree, limits: LayerLimits = LayerLimits()) {
        self.tree = tree
        self.limits = limits
    }

    /// Lends the content of each wanted file, in the order of the layers.
    ///
    /// Time: decompressing every layer that has one of them.
    /// - Parameter wanted: numbers of regular files; of several names of one file one at most.
    /// - Throws: what reading layers throws, `layer.changed`, and what the body throws.
    package func read(_ wanted: [Int], _ body: (_ index: Int, _ read: Read) throws -> Void) throws {
        var files = tree.tables.map { _ in [Int32: Int]() }
        for index in wanted {
            let node = tree.nodes[index]
            files[Int(node.table)][node.record] = index
        }
        for layer in files.indices where !files[layer].isEmpty { try read(files[layer], of: layer, body) }
    }

    private func read(_ files: [Int32: Int], of layer: Int, _ body: (Int, Read) throws -> Void) throws {
        let stored = tree.layers[layer]
        if case .directory(let root) = stored.content { return try read(files, in: root, layer, body) }
        var numbering = LayerTable(place: stored.place)
        let reader = TarReader(
            try stored.unpacked(limits: limits), place: stored.place, sparse: limits.sparseContent)
        var left = files.count
        while let found = try reader.next() {
            try Task.checkCancellation()
            guard let number = try numbering.append(found, literally: stored.isRootFileSystem) else { continue }
            guard let index = files[Int32(number)] else { continue }
            guard found.kind == .file, found.size == tree.size(at: index) else { throw changed(layer) }
            try body(index) { try reader.read(into: &$0) }
            left -= 1
        }
        guard left == 0 else { throw changed(layer) }
    }

    private func read(_ files: [Int32: Int], in root: FilePath, _ layer: Int, _ body: (Int, Read) throws -> Void) throws
    {
        for (number, index) in files.sorted(by: { $0.key < $1.key }) {
            try Task.checkCancellation()
            let path = tree.tables[layer].path(Int(number))
            let source = try FileSource(HostFile.appending(path.bytes, to: root), length: tree.size(at: index))
            try body(index) { try source.read(into: &$0) }
        }
    }

    private func changed(_ layer: Int) -> Problem {
        Problem("layer.changed", "A layer changed while it was read", at: tree.layers[layer].place)
    }
}
