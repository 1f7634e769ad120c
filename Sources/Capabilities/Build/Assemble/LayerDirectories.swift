// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage

/// The directories of each layer.
///
/// A layer of packages has the directories of its own packages as these have them, whatever other packages the image
/// holds: so images share it. The last layer sets right what then differs from the merged tree.
struct LayerDirectories {
    let tree: FileTree
    /// What lies below all layers.
    let base: [TreePath: FileNode]
    let merge: TreeMerge
    let spread: LayerSpread

    /// - Parameter files: the paths that each layer holds besides directories.
    func fill(_ layers: inout [LayerPlan], _ files: [[TreePath]]) {
        var below = base
        for layer in layers.indices {
            var found = layer < spread.shared ? own(layers[layer].segments) : [:]
            if layer == layers.count - 1 {
                for (path, node) in tree.nodes where node.isDirectory && below[path] != node { found[path] = node }
            }
            let time = min(layers[layer].segments.map(\.segment.table.newest).max() ?? 0, merge.epoch)
            for path in parents(of: files[layer] + found.keys) where found[path] == nil {
                found[path] = layer < spread.shared ? base[path] ?? usual(path, time) : tree[path]
            }
            layers[layer].directories = found
            below.merge(found) { $1 }
        }
    }

    /// What a layer's packages bring; what lies below stays as it is.
    private func own(_ segments: [(segment: Segment, lost: Set<TreePath>)]) -> [TreePath: FileNode] {
        var found: [TreePath: FileNode] = [:]
        for (segment, _) in segments {
            for entry in segment.table.entries where entry.node.isDirectory {
                let path = merge.rules.place(of: entry, in: segment.table.package)
                guard base[path] == nil, tree[path]?.isDirectory == true else { continue }
                found[path] = found[path].map { merge.rules.directory($0, and: entry.node) } ?? entry.node
            }
        }
        return found
    }

    private func usual(_ path: TreePath, _ time: Int64) -> FileNode? {
        tree[path].map { FileNode(.directory, mode: 0o755, modified: time, origin: $0.origin) }
    }

    private func parents(of paths: [TreePath]) -> Set<TreePath> {
        var found: Set<TreePath> = []
        for path in paths {
            var next = path.parent
            while let parent = next, !parent.isRoot, found.insert(parent).inserted { next = parent.parent }
        }
        return found
    }
}
