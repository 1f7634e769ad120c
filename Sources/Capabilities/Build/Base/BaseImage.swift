// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthDistribution
import PlinthImage
import PlinthOCI

/// The image that a build stands on, for one platform: its documents, and its files as they are when all its layers
/// lie upon one another.
struct BaseImage: Sendable {
    /// As the recipe has it.
    let name: String
    /// The same where it is an image of a registry.
    let reference: String?
    /// Of the platform's manifest.
    let manifest: Digest
    let image: StoredImage
    let platform: StoredImage.Platform
    /// All its files, ready to be read in any order. Devices are not among them: they stay in their layers.
    let tree: FileTree
    /// Those of its names that share a file with an earlier one.
    let links: Set<TreePath>

    /// - Parameter segment: the files, as `LocalSegment` makes them.
    init(
        name: String, reference: String?, manifest: Digest, image: StoredImage, platform: StoredImage.Platform,
        segment: Segment
    ) {
        self.name = name
        self.reference = reference
        self.manifest = manifest
        self.image = image
        self.platform = platform
        tree = Self.tree(of: segment)
        links = Set(
            segment.table.entries.filter { if case .hardLink = $0.node.kind { true } else { false } }.map(\.path))
    }

    /// Every name of a file has a content of its own: one that is replaced leaves the others as they are.
    private static func tree(of segment: Segment) -> FileTree {
        var nodes: [TreePath: FileNode] = [:]
        var offsets: [TreePath: Int64] = [:]
        nodes.reserveCapacity(segment.table.entries.count)
        for entry in segment.table.entries {
            var node = entry.node
            var offset = entry.offset
            if case .hardLink(let target) = node.kind, let carrier = segment.table.entry(target) {
                (node.kind, node.digest, node.elf) = (carrier.node.kind, carrier.node.digest, carrier.node.elf)
                offset = carrier.offset
            }
            node.origin = .base
            nodes[entry.path] = node
            offsets[entry.path] = offset
        }
        let places = offsets
        return FileTree(epoch: 0, nodes: nodes) { path, node in
            guard let offset = places[path], case .file(let size) = node.kind else { throw FileTree.missing(path) }
            return try segment.raw(offset, size)
        }
    }

    /// Seconds since 1970; 0 when the image does not say.
    var created: Int64 { platform.config.created.flatMap { RFC3339.parse($0) } ?? 0 }

    /// Of a release that packages can be had for, by the base's own words, or something that apk installs; nil for any
    /// other system, or none.
    var distribution: Distribution? {
        let release = [TreePath("etc/os-release"), TreePath("usr/lib/os-release")].lazy.compactMap { text($0) }.first
        let facts = OSReleaseFile(release ?? "")
        let unnamed = AlpineBase.isIn(tree) ? Distribution.unnamedApk : nil
        guard let name = facts["ID"] else { return unnamed }
        let version = facts["VERSION_ID"].map { $0.split(separator: ".").prefix(2).joined(separator: ".") }
        let releases = [facts["VERSION_CODENAME"], facts["VERSION_ID"], version].compactMap { $0 }
        let names = releases.map { "\(name):\($0)" } + [name]
        return names.lazy.compactMap { try? Distribution.named($0) }.first ?? unnamed
    }

    /// A whole database tells apt what is missing; nil where nobody reads it.
    var dependencies: PackageWish.Dependencies? { tree[DebianBase.status] == nil ? nil : .declared }

    private func text(_ path: TreePath) -> String? {
        guard let content = try? tree.contents(path), content.count < 65_536 else { return nil }
        return String(decoding: content, as: UTF8.self)
    }
}
