// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage

/// Hard links whose carrier was lost or moved, so that the tree says what the layer will hold.
extension TreeMerge {
    private struct Content: Hashable {
        var segment: Int
        var carrier: TreePath
    }

    /// Of the names that are left of a content the first that is in its package's stretch carries it, or the first.
    mutating func joinHardLinks() throws {
        var groups: [Content: [TreePath]] = [:]
        for (path, target) in hardLinks {
            guard let place = places[path] else { continue }
            groups[Content(segment: place.segment, carrier: target), default: []].append(path)
        }
        for (content, links) in groups { try join(links, content) }
    }

    private mutating func join(_ links: [TreePath], _ content: Content) throws {
        guard let entry = segments[content.segment].table.entry(content.carrier) else { return }
        var names = links
        if let kept = try placeOfCarrier(entry, of: content.segment) { names.append(kept) }
        names.sort { (isMoved($0) ? 1 : 0, $0) < (isMoved($1) ? 1 : 0, $1) }
        for name in names {
            places[name]?.offset = entry.offset
            nodes[name]?.kind = name == names[0] ? entry.node.kind : .hardLink(names[0])
        }
    }

    /// Where the carrier came to lie; nil when another package's file took its place.
    private mutating func placeOfCarrier(_ entry: SegmentTable.Entry, of segment: Int) throws -> TreePath? {
        let path = try behindLinks(place(of: entry, of: segment))
        guard let place = places[path], place.segment == segment, place.original == entry.path else { return nil }
        return path
    }

    private func isMoved(_ path: TreePath) -> Bool { places[path]?.original != path }

    /// Gives hard links a content of their own whose carrier was changed after the merge, or which were changed
    /// themselves.
    func settleHardLinks(in tree: inout FileTree) {
        for path in hardLinks.keys {
            guard let kind = nodes[path]?.kind, case .hardLink(let target) = kind, let node = tree[path],
                node.kind == kind, let carrier = nodes[target]
            else { continue }
            if let now = tree[target], isSame(now, carrier, as: node, at: path, carriedBy: target) { continue }
            var own = node
            own.kind = carrier.kind
            tree[path] = own
        }
    }

    private func isSame(
        _ now: FileNode, _ carrier: FileNode, as node: FileNode, at path: TreePath, carriedBy target: TreePath
    ) -> Bool {
        guard now.kind == carrier.kind, now.digest == carrier.digest, now.mode == node.mode, now.user == node.user,
            now.group == node.group, now.modified == node.modified, now.attributes == node.attributes
        else { return false }
        // Generated files come last: a name must not come before the one that carries its content.
        return now == carrier || target < path
    }
}

extension SegmentTable {
    /// Entries are sorted: time grows with the logarithm of their number.
    func entry(_ path: TreePath) -> Entry? {
        var range = entries.indices
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            if entries[middle].path == path { return entries[middle] }
            range = entries[middle].path < path ? middle + 1..<range.upperBound : range.lowerBound..<middle
        }
        return nil
    }
}
