// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage
package import PlinthInventory
package import PlinthReports

/// `plinth tree`: the files of an image with their sizes, layers and owners.
package struct ImageTree: Sendable {
    private let image: ViewedImage

    package init(_ image: ViewedImage) { self.image = image }

    /// Reads every layer of one platform once.
    ///
    /// Memory: about 300 bytes for each entry.
    /// - Parameters:
    ///   - path: where to begin; links are followed.
    ///   - depth: how many levels below it are shown; sums are of all.
    /// - Throws: `tree.missing`, `image.*`, `layer.*`, `tar.*`, `archive.*`, `file.*`.
    package func report(
        _ path: String?, depth: Int, order: TreeReport.Order, width: Int = 2
    ) async throws -> TreeReport {
        let platform = try image.one()
        var reading = LayerReading(keeps: OwnerNames.reading)
        reading.width = width
        let tree = try await LayeredTree.read(platform.layers, reading)
        let start = try self.start(path, in: tree)
        return TreeReport(
            image: image.place, digest: image.digest, platform: "\(platform.platform)",
            path: "/\(tree.path(at: start))", order: order,
            root: TreeEntries(tree, below: start, order: order).entry(start, depth: depth))
    }

    private func start(_ path: String?, in tree: LayeredTree) throws -> Int {
        guard let path else { return 0 }
        guard let wanted = try? TreePath(archiveName: Array(path.utf8)) else {
            throw Problem("tree.path", "This is not a path inside an image", at: path, kind: .usage)
        }
        if let found = tree.resolve(wanted) { return found }
        throw Problem(
            "tree.missing", "There is no such path in the image", at: image.place, why: "no /\(wanted)",
            hints: hints(wanted, tree))
    }

    /// Names like the one that is missing, in the last directory that is there.
    private func hints(_ wanted: TreePath, _ tree: LayeredTree) -> [String] {
        var missing = wanted
        while let parent = missing.parent, tree.resolve(parent) == nil { missing = parent }
        guard let directory = missing.parent.flatMap({ tree.resolve($0) }), tree.isDirectory(at: directory) else {
            return []
        }
        let names = tree.children(of: directory).map { String(decoding: tree.path(at: $0).name, as: UTF8.self) }
        let near = nearestNames(to: String(decoding: missing.name, as: UTF8.self), among: names)
        let above = missing.parent.map { $0.isRoot ? "" : "/\($0)" } ?? ""
        return near.isEmpty ? [] : ["did you mean \(near.map { "\(above)/\($0)" }.joined(separator: " or "))?"]
    }
}
