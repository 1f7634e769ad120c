// SPDX-License-Identifier: Apache-2.0
package import PlinthCore

extension LayeredTree {
    /// One entry of the tree.
    package struct Entry: Hashable, Sendable {
        /// Never a hard link: every name of a file has the file's kind and size.
        package let kind: FileNode.Kind
        /// The twelve mode bits.
        package let mode: UInt16
        package let user: UInt32
        package let group: UInt32
        /// Seconds since 1970.
        package let modified: Int64
        package let attributes: [String: [UInt8]]
        /// Of a regular file's content, where it was asked for.
        package let digest: Digest?
        /// The number of the layer that put the name there.
        package let layer: Int
        /// Equal for all names of one file, and for nothing else.
        package let file: FileIdentity
        /// How many names the file has; 1 for a directory.
        package let links: Int
        /// Only other entries' names need the directory: no layer has an entry for it.
        package let isImplied: Bool
    }

    /// A file apart from its names: where its content is.
    package struct FileIdentity: Hashable, Sendable {
        /// The number of the layer.
        package let layer: Int
        /// The number of the entry in the layer's table.
        package let entry: Int

        package init(layer: Int, entry: Int) {
            self.layer = layer
            self.entry = entry
        }
    }

    /// How many entries there are, the root included.
    package var count: Int { nodes.count }

    /// Every number, the root's first.
    package var indices: Range<Int> { nodes.indices }

    package func path(at index: Int) -> TreePath { TreePath(unchecked: Array(pathBytes(at: index))) }

    /// The same without a copy.
    package func pathBytes(at index: Int) -> ArraySlice<UInt8> {
        let node = nodes[index]
        return names[Int(node.pathStart)..<Int(node.pathStart) + Int(node.pathLength)]
    }

    package func entry(at index: Int) -> Entry {
        let node = nodes[index]
        let table = tables[Int(node.table)]
        let record = table.records[Int(node.record)]
        return Entry(
            kind: table.kind(record), mode: record.mode, user: record.user, group: record.group,
            modified: record.modified, attributes: table.attributes(record), digest: table.digest(record),
            layer: Int(node.layer), file: FileIdentity(layer: Int(node.table), entry: Int(node.record)),
            links: max(1, Int(record.links)), isImplied: record.isImplied)
    }

    /// Without the cost of the rest.
    package func isDirectory(at index: Int) -> Bool { record(index).kind == .directory }

    /// Bytes of a regular file; 0 for everything else.
    package func size(at index: Int) -> Int64 {
        let record = record(index)
        return record.kind == .file ? record.size : 0
    }

    /// The content of a file that was selected when the layers were read; nil for any other.
    package func keptContent(at index: Int) -> [UInt8]? {
        let node = nodes[index]
        return tables[Int(node.table)].contents[node.record]
    }

    /// The number of the directory above; nil for the root.
    package func parent(of index: Int) -> Int? {
        let parent = nodes[index].parent
        return parent < 0 ? nil : Int(parent)
    }

    /// All entries below a directory.
    package func descendants(of index: Int) -> Range<Int> { index + 1..<Int(nodes[index].end) }

    /// The entries of one directory, sorted.
    package func children(of index: Int) -> [Int] {
        var children: [Int] = []
        var next = index + 1
        while next < Int(nodes[index].end) {
            children.append(next)
            next = Int(nodes[next].end)
        }
        return children
    }

    /// The entry of exactly that path; links are not followed. Time grows with the logarithm of the entries.
    package func index(of path: TreePath) -> Int? {
        var range = 0..<nodes.count
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            let other = self.path(at: middle)
            if other == path { return middle }
            range = other < path ? middle + 1..<range.upperBound : range.lowerBound..<middle
        }
        return nil
    }

    package subscript(path: TreePath) -> Entry? { index(of: path).map { entry(at: $0) } }

    /// The entry behind symbolic links, which stay within the root; nil for a dangling link, a loop or no entry.
    package func resolve(_ path: TreePath) -> Int? {
        LinkWalk(path) { directory, name in
            guard let index = index(of: directory.appending(name)) else { return nil }
            if case .symlink(let target) = entry(at: index).kind { return .link(target) }
            return isDirectory(at: index) ? .directory : .other
        }.end.flatMap { index(of: $0) }
    }

    func record(_ index: Int) -> LayerRecord {
        let node = nodes[index]
        return tables[Int(node.table)].records[Int(node.record)]
    }
}
