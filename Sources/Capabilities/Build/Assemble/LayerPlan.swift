// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage

/// What a layer is put together from: pure, made from the tree before anything is written.
struct LayerPlan {
    /// Headers of directories, in order.
    var directories: [TreePath] = []
    /// Packages, in order, with the paths their stretch must not hold.
    var segments: [(segment: Segment, lost: Set<TreePath>)] = []
    /// Files that no package's stretch holds as they are.
    var generated: [TreePath] = []

    /// - Parameter groups: places among the segments, one group for each layer of packages; a last layer has what
    ///   belongs to none. Nil: everything in one layer.
    /// - Parameter overlay: the recipe's own files, which have a layer of their own above the packages.
    static func plans(
        of tree: FileTree, from packages: [Segment], before merge: TreeMerge, groups: [[Int]]?,
        then overlay: FilesOverlay = FilesOverlay()
    ) -> [LayerPlan] {
        let segments = packages + overlay.segments
        let spread = Spread(groups, packages: packages.count, count: segments.count)
        var layers = spread.groups.map { group in LayerPlan(segments: group.map { (segments[$0], []) }) }
        var kept = [Set<TreePath>](repeating: [], count: segments.count)
        var above = [Set<TreePath>](repeating: [], count: layers.count)
        for path in tree.sortedPaths {
            guard let node = tree[path] else { continue }
            var layer = layers.count - 1
            if node.isDirectory {
                layer = merge.owners[path].map { spread.layerOf[$0] } ?? layer
                layers[layer].directories.append(path)
            } else if let file = overlay.holds(path, in: tree) {
                kept[packages.count + file].insert(path)
                layer = spread.layerOf[packages.count + file]
            } else if let place = merge.places[path], place.original == path, merge.nodes[path] == node {
                kept[place.segment].insert(path)
                layer = spread.layerOf[place.segment]
            } else {
                layers[layer].generated.append(path)
            }
            if layers.count > 1 { above[layer].formUnion(path.ancestors) }
        }
        for layer in layers.indices {
            layers[layer].setLost(spread.groups[layer], kept)
            layers[layer].addParents(above[layer])
        }
        return layers.filter { !$0.isEmpty }
    }

    /// Which layer each segment is in.
    private struct Spread {
        let groups: [[Int]]
        var layerOf: [Int]

        init(_ named: [[Int]]?, packages: Int, count: Int) {
            let own = packages < count ? [Array(packages..<count)] : []
            groups = named.map { $0 + own + [[]] } ?? [Array(0..<count)]
            layerOf = [Int](repeating: 0, count: count)
            for (layer, group) in groups.enumerated() { for place in group { layerOf[place] = layer } }
        }
    }

    private mutating func setLost(_ places: [Int], _ kept: [Set<TreePath>]) {
        for (index, place) in places.enumerated() {
            let entries = segments[index].segment.table.entries.lazy
            let lost = entries.filter { !$0.node.isDirectory && !kept[place].contains($0.path) }
            segments[index].lost = Set(lost.map(\.path))
        }
    }

    /// A layer brings the directories that lead to what it holds, whatever other layers have.
    private mutating func addParents(_ paths: Set<TreePath>) {
        if !paths.isEmpty { directories = paths.union(directories).sorted() }
    }

    private var isEmpty: Bool { directories.isEmpty && segments.isEmpty && generated.isEmpty }
}

extension TreePath {
    /// The directories above, without the root.
    fileprivate var ancestors: [TreePath] {
        var result: [TreePath] = []
        var path = parent
        while let next = path, !next.isRoot {
            result.append(next)
            path = next.parent
        }
        return result
    }
}
