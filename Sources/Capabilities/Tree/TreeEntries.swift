// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage
import PlinthInventory
import PlinthReports

/// Sums up directories and makes entries for a report.
struct TreeEntries {
    private let tree: LayeredTree
    private let names: OwnerNames
    private let order: TreeReport.Order
    /// The first number that is looked at.
    private let start: Int
    /// Of every number from the first on.
    private var sizes: [Int64]
    private var files: [Int32]
    /// Where files of several names were met first.
    private var first: [LayeredTree.FileIdentity: Int] = [:]

    /// Time: one look at every entry below `start`.
    init(_ tree: LayeredTree, below start: Int, order: TreeReport.Order) {
        self.tree = tree
        self.order = order
        self.start = start
        names = OwnerNames(tree)
        let range = start..<tree.descendants(of: start).upperBound
        sizes = [Int64](repeating: 0, count: range.count)
        files = [Int32](repeating: 0, count: range.count)
        for index in range where !tree.isDirectory(at: index) { count(index) }
        for index in range.reversed() where index > start {
            guard let parent = tree.parent(of: index) else { continue }
            sizes[parent - start] += sizes[index - start]
            files[parent - start] += files[index - start]
        }
    }

    private mutating func count(_ index: Int) {
        let entry = tree.entry(at: index)
        guard case .file(let size) = entry.kind else { return }
        if entry.links > 1 {
            if first[entry.file] != nil { return }
            first[entry.file] = index
        }
        sizes[index - start] = size
        files[index - start] = 1
    }

    /// - Parameter depth: levels below the entry that are shown.
    func entry(_ index: Int, depth: Int) -> TreeReport.Entry {
        let node = tree.entry(at: index)
        let path = tree.path(at: index)
        let (kind, target) = kind(node, index)
        let mode = String(node.mode, radix: 8)
        var entry = TreeReport.Entry(
            name: index == start ? "/\(path)" : String(decoding: path.name, as: UTF8.self), kind: kind,
            size: ByteCount(sizes[index - start]), files: kind == .directory ? Int(files[index - start]) : nil,
            layer: node.layer + 1, user: names.user(node.user), group: names.group(node.group),
            mode: String(repeating: "0", count: max(0, 4 - mode.count)) + mode, target: target)
        if kind == .directory, depth > 0 {
            entry.children = children(index).map { self.entry($0, depth: depth - 1) }
        }
        return entry
    }

    private func kind(_ node: LayeredTree.Entry, _ index: Int) -> (TreeReport.Kind, target: String?) {
        switch node.kind {
        case .directory: (.directory, nil)
        case .file:
            if node.links > 1, let first = first[node.file], first != index {
                (.hardLink, "/\(tree.path(at: first))")
            } else {
                (.file, nil)
            }
        case .hardLink(let target): (.hardLink, "/\(target)")
        case .symlink(let target): (.symlink, String(decoding: target, as: UTF8.self))
        case .characterDevice(let major, let minor): (.characterDevice, "\(major), \(minor)")
        case .blockDevice(let major, let minor): (.blockDevice, "\(major), \(minor)")
        case .fifo: (.fifo, nil)
        }
    }

    private func children(_ index: Int) -> [Int] {
        let children = tree.children(of: index)
        guard order == .size else { return children }
        // The numbers are in the order of the names.
        return children.sorted { (sizes[$1 - start], $0) < (sizes[$0 - start], $1) }
    }
}
