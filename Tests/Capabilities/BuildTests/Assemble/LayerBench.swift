// SPDX-License-Identifier: Apache-2.0
import PlinthArchive
import PlinthCore
import PlinthFetch
import PlinthImage
import PlinthOCI
import PlinthTestSupport

@testable import PlinthBuild

/// Packages made into a layer, with changes to the tree in between.
struct LayerBench {
    let bench: PackageBench
    let segments: [Segment]
    let tree: FileTree
    let plan: LayerPlan

    init(
        _ bench: PackageBench, _ packages: [TestPackage], epoch: Int64 = 42,
        change: (inout FileTree) throws -> Void = { _ in }
    ) throws {
        self.bench = bench
        segments = try bench.segments(packages)
        let merge = try TreeMerge(segments, rules: DebianMergeRules(segments), epoch: epoch)
        var tree = PlatformBuilder.tree(of: merge, segments, epoch: epoch)
        try change(&tree)
        merge.settleHardLinks(in: &tree)
        self.tree = tree
        plan = LayerPlan.plans(of: tree, from: segments, before: merge, groups: nil)[0]
    }

    func layer(_ packing: LayerPacking = .gzip) async throws -> LayerRecord {
        try await LayerAssembly(store: bench.store, packing: packing).assemble(plan, of: tree)
    }

    /// A layer's bytes, put together from its pieces.
    func packed(_ layer: LayerRecord) throws -> [UInt8] { try bytes(layer, layer.packing.suffix) { $0.packedSize } }
    func raw(_ layer: LayerRecord) throws -> [UInt8] { try bytes(layer, ".tar") { $0.rawSize } }

    private func bytes(_ layer: LayerRecord, _ suffix: String, size: (LayerPiece) -> Int64) throws -> [UInt8] {
        try layer.pieces.flatMap { piece in
            let length = size(piece)
            return try FileSource(piece.path(suffix, in: bench.store), length: length).readAll(limit: Int(length))
        }
    }

    /// The tree as `tar --numeric-owner --utc -tv` lists it, sorted; blanks are single.
    func gnuLines() -> [String] {
        tree.sortedPaths.compactMap { path in tree[path].map { GNUTar.line(path, $0) } }.sorted()
    }
}

/// Listings of GNU tar.
enum GNUTar {
    static func line(_ path: TreePath, _ node: FileNode) -> String {
        var (letter, size, tail): (String, String, String)
        switch node.kind {
        case .directory: (letter, size, tail) = ("d", "0", "/")
        case .file(let count): (letter, size, tail) = ("-", "\(count)", "")
        case .symlink(let target): (letter, size, tail) = ("l", "0", " -> " + String(decoding: target, as: UTF8.self))
        case .hardLink(let target): (letter, size, tail) = ("h", "0", " link to \(target)")
        case .characterDevice(let major, let minor): (letter, size, tail) = ("c", "\(major),\(minor)", "")
        case .blockDevice(let major, let minor): (letter, size, tail) = ("b", "\(major),\(minor)", "")
        case .fifo: (letter, size, tail) = ("p", "0", "")
        }
        let date = RFC3339.format(node.modified)
        let time = date.prefix(10) + " " + date.dropFirst(11).prefix(5)
        return "\(letter)\(permissions(node.mode)) \(node.user)/\(node.group) \(size) \(time) \(path)\(tail)"
    }

    static func lines(_ archive: [UInt8], _ form: String) throws -> [String] {
        let arguments = ["-tv", form, "--numeric-owner", "--utc", "--quoting-style=literal", "-f", "-"]
        let text = String(decoding: try outputOf("tar", arguments, input: archive), as: UTF8.self)
        return text.split(separator: "\n").map { line in line.split(separator: " ").joined(separator: " ") }
    }

    private static func permissions(_ mode: UInt16) -> String {
        var letters = Array("rwxrwxrwx").enumerated().map { index, letter -> Character in
            mode >> UInt16(8 - index) & 1 == 1 ? letter : "-"
        }
        for (index, bit, small) in [(2, UInt16(0o4000), Character("s")), (5, 0o2000, "s"), (8, 0o1000, "t")]
        where mode & bit != 0 {
            letters[index] = letters[index] == "x" ? small : Character(small.uppercased())
        }
        return String(letters)
    }
}
