// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage

/// Directories that are links, and directories that nobody brought.
extension TreeMerge {
    /// The real place of a path whose parents may be links to directories.
    mutating func behindLinks(_ path: TreePath) throws -> TreePath {
        guard let parent = path.parent, !parent.isRoot else { return path }
        return try realDirectory(parent).appending(path.name)
    }

    private mutating func realDirectory(_ path: TreePath) throws -> TreePath {
        if let known = directories[path] { return known }
        let above = path.parent ?? .root
        let start = above.isRoot ? above : try realDirectory(above)
        var budget = 40
        guard let found = follow([path.name], from: start, &budget) else { throw loop(path) }
        directories[path] = found
        return found
    }

    /// Nil for too many links.
    private func follow(_ parts: [ArraySlice<UInt8>], from start: TreePath, _ budget: inout Int) -> TreePath? {
        var current = start
        for part in parts where !part.elementsEqual(".".utf8) {
            if part.elementsEqual("..".utf8) {
                current = current.parent ?? .root
                continue
            }
            let next = current.appending(part)
            guard case .symlink(let target)? = nodes[next]?.kind else {
                current = next
                continue
            }
            budget -= 1
            let slash = UInt8(ascii: "/")
            let from = target.first == slash ? TreePath.root : current
            guard budget >= 0, let place = follow(target.split(separator: slash), from: from, &budget) else {
                return nil
            }
            current = place
        }
        return current
    }

    private func loop(_ path: TreePath) -> Problem {
        Problem(
            "package.linkLoop", "A directory of a package is a link that leads nowhere", at: "/\(path)",
            why: "more than 40 links follow one another; \(name(of: path)) has one of them")
    }

    /// A link to nothing may become one to a directory.
    mutating func leadsToDirectory(_ path: TreePath) throws -> Bool {
        guard nodes[path]?.isLink == true else { return false }
        let place = try realDirectory(path)
        return place.isRoot || nodes[place]?.isDirectory ?? true
    }

    mutating func makeParents(of path: TreePath, for index: Int) throws {
        guard let parent = path.parent, !parent.isRoot else { return }
        if let present = nodes[parent] {
            if present.isDirectory { return }
            throw conflict(path, index, "lies below /\(parent), which is no directory in \(name(of: parent))")
        }
        try makeParents(of: parent, for: index)
        let origin = FileNode.Origin.package(segments[index].table.package)
        nodes[parent] = FileNode(.directory, mode: 0o755, modified: epoch, origin: origin)
    }
}
