// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage

/// What a layer is put together from: pure, made from the tree before anything is written.
struct LayerPlan {
    /// Headers of all directories, in order.
    var directories: [TreePath]
    /// Packages, in order, with the paths their stretch must not hold.
    var segments: [(segment: Segment, lost: Set<TreePath>)]
    /// Files that no package's stretch holds as they are.
    var generated: [TreePath]

    init(of tree: FileTree, from segments: [Segment], before: TreeMerge) {
        directories = []
        generated = []
        var kept = [Set<TreePath>](repeating: [], count: segments.count)
        for path in tree.sortedPaths {
            guard let node = tree[path] else { continue }
            if node.isDirectory {
                directories.append(path)
            } else if let place = before.places[path], place.original == path, before.nodes[path] == node {
                kept[place.segment].insert(path)
            } else {
                generated.append(path)
            }
        }
        self.segments = zip(segments, kept).map { segment, kept in
            let lost = segment.table.entries.lazy.filter { !$0.node.isDirectory && !kept.contains($0.path) }
            return (segment, Set(lost.map(\.path)))
        }
    }
}
