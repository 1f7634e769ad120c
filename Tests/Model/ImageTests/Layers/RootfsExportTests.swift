// SPDX-License-Identifier: Apache-2.0
import PlinthArchive
import PlinthCore
import PlinthImage
import PlinthTestSupport
import SystemPackage
import Testing

@Suite struct RootfsExportTests {
    /// Every entry with all that matters of it but its owner, who is lost without root.
    static func facts(_ tree: LayeredTree, owners: Bool = true) -> [String] {
        var names: [LayeredTree.FileIdentity: TreePath] = [:]
        return tree.indices.dropFirst().map { index in
            let (path, entry) = (tree.path(at: index), tree.entry(at: index))
            let first = names[entry.file] ?? path
            names[entry.file] = first
            let isLink = if case .symlink = entry.kind { true } else { false }
            let mode = isLink ? "" : String(entry.mode, radix: 8)
            let owner = owners ? "\(entry.user):\(entry.group) \(entry.modified) \(entry.attributes.keys.sorted())" : ""
            return "\(path) \(entry.kind) \(mode) =\(first) \(entry.digest.map { $0.hex } ?? "") \(owner)"
        }
    }

    private static func tree(of source: ImageSource) async throws -> LayeredTree {
        let image = try StoredImage.open(source)
        return try await LayeredTree.read(image.platforms[0].layers, LayerReading(digests: true))
    }

    @Test(arguments: LayerSample.Packing.allCases)
    func theSameTreeComesBack(packing: LayerSample.Packing) async throws {
        let long = String(repeating: "long-", count: 30)
        let layers: [[TestFile]] = [
            [
                .directory("d", mode: 0o1777), .file("d/a", "content of a"), .hardLink("d/b", to: "d/a"),
                .symlink("l", to: "d/a"), TestFile("null", .characterDevice(major: 1, minor: 3)), TestFile("p", .fifo),
                .file("gone", "gone"), .file("empty", ""), .file("z", String(repeating: "z", count: 300_000)),
            ],
            [
                .file(".wh.gone", ""), TestFile("d/c", .file([1, 2]), user: 70_000, group: 200_000),
                .hardLink("e", to: "d/a"), .file(long, "x"), .symlink("d/\(long)", to: long), .file("d/.wh..wh.x", ""),
            ],
        ]
        try await withAsyncScratchDirectory { scratch in
            let place = ImageDestination.layout(scratch.appending("l"), tag: nil)
            let tars = layers.map { TestTar.archive($0, addsParents: false) }
            _ = try place.write(LayerSample.image(tars: tars, packing: packing))
            let tree = try await Self.tree(of: place.source)
            let file = scratch.appending("out/root.tar")
            let summary = try RootfsExport(tree).write(to: file)
            let bytes = try readFile(file)
            #expect(summary.bytes == Int64(bytes.count))
            #expect(summary.entries == tree.count)
            let again = try await Self.tree(of: .tar(.path(file)))
            #expect(Self.facts(again) == Self.facts(tree))
            var pieces: [UInt8] = []
            _ = try RootfsExport(again).write { piece in
                for index in 0..<piece.count { pieces.append(piece[index]) }
            }
            _ = try RootfsExport(tree).write(to: scratch.appending("twice.tar"))
            #expect(try readFile(scratch.appending("twice.tar")) == bytes)
            #expect(pieces.count == bytes.count)
        }
    }

    @Test func directoriesAreExported() async throws {
        try await withAsyncScratchDirectory { scratch in
            let root = scratch.appending("root")
            try writeFile(root.appending("a/b"), Array("text".utf8), mode: 0o640)
            try writeFile(root.appending("a/.wh.c"), "a name as good as any")
            let tree = try await Self.tree(of: .directory(root))
            _ = try RootfsExport(tree).write(to: scratch.appending("root.tar"))
            let again = try await Self.tree(of: .tar(.path(scratch.appending("root.tar"))))
            #expect(Self.facts(again) == Self.facts(tree))
            #expect(again.count == 4)
        }
    }

    /// A layer that is not what it was when the tree was read.
    @Test func changesAreFound() async throws {
        try await withAsyncScratchDirectory { scratch in
            let root = scratch.appending("root")
            try writeFile(root.appending("a"), "text")
            let tree = try await Self.tree(of: .directory(root))
            try writeFile(root.appending("a"), "te")
            let problem = #expect(throws: Problem.self) {
                try RootfsExport(tree).write(to: scratch.appending("root.tar"))
            }
            #expect(problem?.code == "layer.changed")
            #expect(namesInDirectory(scratch) == ["root"])
        }
    }
}
