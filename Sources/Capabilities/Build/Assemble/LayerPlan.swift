// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage

/// What a layer is put together from: pure, made from the tree before anything is written.
struct LayerPlan {
    /// Headers of directories.
    var directories: [TreePath: FileNode] = [:]
    /// What lower layers have and the image has not.
    var hidden: [TreePath] = []
    /// Packages, in order, with the paths their stretch must not hold.
    var segments: [(segment: Segment, lost: Set<TreePath>)] = []
    /// Files that no package's stretch holds as they are.
    var generated: [TreePath] = []

    /// - Parameter base: what lies below: the layers hold what differs from it.
    /// - Parameter groups: places among the segments, one group for each layer of packages; a last layer has what
    ///   belongs to none. Nil: everything in one layer.
    /// - Parameter overlay: the recipe's own files, which have a layer of their own above the packages.
    static func plans(
        of tree: FileTree, upon base: [TreePath: FileNode] = [:], from packages: [Segment], before merge: TreeMerge,
        groups: [[Int]]?, then overlay: FilesOverlay = FilesOverlay()
    ) -> [LayerPlan] {
        let segments = packages + overlay.segments
        let spread = LayerSpread(groups, packages: packages.count, count: segments.count)
        var layers = spread.groups.map { group in LayerPlan(segments: group.map { (segments[$0], []) }) }
        var kept = [Set<TreePath>](repeating: [], count: segments.count)
        var files = [[TreePath]](repeating: [], count: layers.count)
        for path in tree.sortedPaths {
            guard let node = tree[path], !node.isDirectory, base[path] != node else { continue }
            var layer = layers.count - 1
            if let file = overlay.holds(path, in: tree) {
                kept[packages.count + file].insert(path)
                layer = spread.layerOf[packages.count + file]
            } else if let place = merge.places[path], place.original == path, merge.nodes[path] == node {
                kept[place.segment].insert(path)
                layer = spread.layerOf[place.segment]
            } else {
                layers[layer].generated.append(path)
            }
            files[layer].append(path)
        }
        for layer in layers.indices { layers[layer].setLost(spread.groups[layer], kept) }
        LayerDirectories(tree: tree, base: base, merge: merge, spread: spread).fill(&layers, files)
        layers[layers.count - 1].hidden = hidden(of: base, in: tree)
        return layers.filter { !$0.isEmpty }
    }

    private mutating func setLost(_ places: [Int], _ kept: [Set<TreePath>]) {
        for (index, place) in places.enumerated() {
            let entries = segments[index].segment.table.entries.lazy
            let lost = entries.filter { !$0.node.isDirectory && !kept[place].contains($0.path) }
            segments[index].lost = Set(lost.map(\.path))
        }
    }

    /// What hides a directory hides all below it.
    private static func hidden(of base: [TreePath: FileNode], in tree: FileTree) -> [TreePath] {
        let gone = base.keys.filter { path in
            guard tree[path] == nil, let parent = path.parent else { return false }
            return parent.isRoot || tree[parent]?.isDirectory == true
        }
        return gone.sorted()
    }

    private var isEmpty: Bool {
        directories.isEmpty && hidden.isEmpty && generated.isEmpty
            && segments.allSatisfy { segment, lost in
                segment.table.entries.allSatisfy { $0.node.isDirectory || lost.contains($0.path) }
            }
    }
}

/// Which layer each segment is in. The last layer has what belongs to none.
struct LayerSpread {
    let groups: [[Int]]
    /// How many groups hold packages that are told apart; their layers may be the same in other images.
    let shared: Int
    let layerOf: [Int]

    init(_ named: [[Int]]?, packages: Int, count: Int) {
        let own = packages < count ? [Array(packages..<count)] : []
        groups = named.map { $0 + own + [[]] } ?? [Array(0..<count)]
        shared = named?.count ?? 0
        var places = [Int](repeating: 0, count: count)
        for (layer, group) in groups.enumerated() { for place in group { places[place] = layer } }
        layerOf = places
    }
}
