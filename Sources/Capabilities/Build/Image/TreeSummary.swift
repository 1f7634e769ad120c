// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage
import PlinthReports

/// Where the bytes of an image are: its large directories, few enough to be read at a glance.
struct TreeSummary {
    private static let depth = 4
    /// Lines besides the root's.
    private static let limit = 12

    private struct Sum {
        var size: Int64 = 0
        var files = 0
        var packages: Set<String> = []
    }

    private var sums: [TreePath: Sum] = [:]
    private var children: [TreePath: [TreePath]] = [:]

    /// - Parameter links: further names of files of a base, whose bytes count once.
    init(_ tree: FileTree, links: Set<TreePath> = []) {
        for (path, node) in tree.nodes {
            if node.isDirectory {
                if path.components.count <= Self.depth { children[path.parent ?? .root, default: []].append(path) }
            } else {
                add(path, node, isLink: node.origin == .base && links.contains(path))
            }
        }
    }

    private mutating func add(_ path: TreePath, _ node: FileNode, isLink: Bool) {
        var directory = path.parent
        while let place = directory {
            directory = place.parent
            guard place.components.count <= Self.depth else { continue }
            if case .file(let size) = node.kind, !isLink { sums[place, default: Sum()].size += size }
            sums[place, default: Sum()].files += 1
            if case .package(let name) = node.origin { sums[place, default: Sum()].packages.insert(name) }
        }
    }

    /// Directories are told as long as there is room, those with the most bytes first; a directory comes after the one
    /// that it lies in.
    var report: DirectoryReport {
        var told: Set<TreePath> = []
        var open = sorted(.root)
        while told.count < Self.limit, let index = open.indices.max(by: { precedes(open[$1], open[$0]) }) {
            let next = open.remove(at: index)
            guard told.isEmpty || size(next) * 50 >= size(.root) else { break }
            told.insert(next)
            open += sorted(next)
        }
        return report(of: .root, told)
    }

    private func report(of path: TreePath, _ told: Set<TreePath>) -> DirectoryReport {
        let sum = sums[path] ?? Sum()
        var report = DirectoryReport(
            name: String(decoding: path.name, as: UTF8.self), size: ByteCount(sum.size), files: sum.files,
            packages: sum.packages.count)
        report.directories = sorted(path).filter(told.contains).map { self.report(of: $0, told) }
        return path.isRoot ? report : report.joined
    }

    private func size(_ path: TreePath) -> Int64 { sums[path]?.size ?? 0 }

    private func sorted(_ path: TreePath) -> [TreePath] { (children[path] ?? []).sorted(by: precedes) }

    private func precedes(_ left: TreePath, _ right: TreePath) -> Bool {
        size(left) == size(right) ? left < right : size(left) > size(right)
    }
}

extension DirectoryReport {
    /// With the only thing in it on one line: `lib/dpkg`.
    fileprivate var joined: DirectoryReport {
        guard directories.count == 1, directories[0].files == files else { return self }
        var copy = directories[0]
        copy.name = name + "/" + copy.name
        return copy
    }
}
