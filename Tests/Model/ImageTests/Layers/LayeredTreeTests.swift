// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage
import PlinthTestSupport
import Testing

@Suite struct LayeredTreeTests {
    @Test(arguments: LayerSample.Packing.allCases)
    func oneLayer(packing: LayerSample.Packing) async throws {
        let tree = try await LayerSample.tree(
            [
                [
                    .directory("a-b"), .directory("a"), .file("a/z", "zz"), .symlink("a/link", to: "../a-b"),
                    TestFile("dev", .directory), TestFile("dev/null", .characterDevice(major: 1, minor: 3)),
                    TestFile("dev/pipe", .fifo), .file("a0", ""),
                ]
            ], packing: packing)
        #expect(
            tree.listing == [
                "a/ @0", "a/link -> ../a-b @0", "a/z 2 @0", "a-b/ @0", "a0 0 @0", "dev/ @0",
                "dev/null characterDevice(major: 1, minor: 3) @0", "dev/pipe fifo @0",
            ])
        #expect(tree.waste.isEmpty)
        #expect(tree.entry(at: 0).kind == .directory)
        #expect(tree.children(of: 0).map { "\(tree.path(at: $0))" } == ["a", "a-b", "a0", "dev"])
        let directory = try #require(tree.index(of: "a"))
        #expect(tree.descendants(of: directory).map { "\(tree.path(at: $0))" } == ["a/link", "a/z"])
        #expect(tree.parent(of: directory) == 0)
        #expect(tree.tables[0].unpackedSize == 10_240)
    }

    @Test func everyPathIsFound() async throws {
        let files = (0..<500).map { TestFile.file("d\($0 % 7)/e\($0 % 11)-x/f\($0)", "x") }
        let tree = try await LayerSample.tree([files])
        for index in tree.indices { #expect(tree.index(of: tree.path(at: index)) == index) }
        #expect(tree.index(of: "d0/none") == nil)
        #expect(tree.index(of: "zz") == nil)
        #expect(tree.count == 1 + 7 + 77 + 500)
        #expect(tree["d3"]?.isImplied == true)
    }

    @Test func whiteoutsHideLowerLayersOnly() async throws {
        let tree = try await LayerSample.tree([
            [.directory("d"), .file("d/a", "aaa"), .file("d/b", "b"), .file("d/c", "cc"), .file("gone", "12345")],
            [
                .file("d/a", "new"), .file("d/.wh.a", ""), .file("d/.wh.b", ""), .file(".wh.gone", ""),
                .file(".wh.neverThere", ""), .file("x/.wh.y", ""),
            ],
        ])
        #expect(tree.listing == ["d/ @0", "d/a 3 @1", "d/c 2 @0"])
        #expect(
            tree.waste == ["d/a 3 of 0 by 1: overwritten", "d/b 1 of 0 by 1: deleted", "gone 5 of 0 by 1: deleted"])
    }

    /// Wherever in the layer the mark stands.
    @Test(arguments: [0, 1, 2])
    func opaqueDirectories(place: Int) async throws {
        var upper: [TestFile] = [.file("d/new", "n"), .file("d/e/new", "n")]
        upper.insert(.file("d/.wh..wh..opq", ""), at: place)
        let tree = try await LayerSample.tree([
            [.directory("d"), .file("d/a", "a"), .file("d/e/b", "bb"), .file("d/f/c", "ccc"), .file("k", "k")], upper,
        ])
        #expect(tree.listing == ["d/ @0", "d/e/ @1", "d/e/new 1 @1", "d/new 1 @1", "k 1 @0"] || place > 0)
        #expect(tree.listing.map { $0.dropLast(3) } == ["d/", "d/e/", "d/e/new 1", "d/new 1", "k 1"])
        #expect(Set(tree.waste.map { $0.prefix(5) }) == ["d/a 1", "d/e/b", "d/f/c"])
    }

    @Test func whiteoutOfADirectoryKeepsWhatItsOwnLayerPutThere() async throws {
        let tree = try await LayerSample.tree([
            [.directory("d"), .file("d/old", "old"), .directory("d/e"), .file("d/e/old", "x")],
            [.directory("d", mode: 0o700), .file("d/new", "new"), .file(".wh.d", "")],
        ])
        #expect(tree.listing == ["d/ @1", "d/new 3 @1"])
        #expect(tree["d"]?.mode == 0o700)
    }

    @Test func directoriesMergeAndEverythingElseReplaces() async throws {
        let tree = try await LayerSample.tree([
            [
                .directory("d"), .file("d/a", "a"), .directory("e"), .file("e/f/g", "gg"), .symlink("l", to: "d"),
                .file("f", "fff"),
            ],
            [.directory("d", mode: 0o711), .file("e", "file"), .directory("l"), .file("f/x", "x")].dropLast() + [
                .directory("f")
            ],
        ])
        #expect(tree.listing == ["d/ @1", "d/a 1 @0", "e 4 @1", "f/ @1", "l/ @1"])
        #expect(tree["d"]?.mode == 0o711)
        #expect(tree.waste == ["e/f/g 2 of 0 by 1: deleted", "f 3 of 0 by 1: overwritten"])
    }

    @Test func entriesBelowLinksLandWhereTheLinkLeads() async throws {
        let tree = try await LayerSample.tree([
            [.directory("usr/lib"), .symlink("lib", to: "usr/lib"), .file("lib/a", "a"), .symlink("abs", to: "/usr")],
            [.file("lib/b", "b"), .file("abs/lib/.wh.a", ""), .symlink("up", to: "../../usr/../made/here")],
            [.file("up/c", "c")],
        ])
        #expect(
            tree.listing == [
                "abs -> /usr @0", "lib -> usr/lib @0", "made/ @2", "made/here/ @2", "made/here/c 1 @2",
                "up -> ../../usr/../made/here @1", "usr/ @0", "usr/lib/ @0", "usr/lib/b 1 @1",
            ])
        #expect(tree.resolve("lib/b") == tree.index(of: "usr/lib/b"))
        #expect(tree.resolve("up/c") == tree.index(of: "made/here/c"))
        #expect(tree.resolve("lib/b/x") == nil)
        #expect(tree.resolve("lib") == tree.index(of: "usr/lib"))
    }

    @Test func hardLinksAreOneFile() async throws {
        let tree = try await LayerSample.tree([
            [.file("a", "12345"), .hardLink("b", to: "a"), .file("c", "c")],
            [.hardLink("d", to: "a"), .file("a", "new"), .hardLink("c", to: "c")],
            [.file(".wh.b", "")],
        ])
        #expect(tree.listing == ["a 3 @1", "c 1 @0", "d 5 @1"])
        #expect(tree["d"]?.file == .init(layer: 0, entry: 1))
        #expect(tree["d"]?.links == 1)
        #expect(tree.waste.isEmpty)
        let gone = try await LayerSample.tree([
            [.file("a", "12345"), .hardLink("b", to: "a")], [.file(".wh.b", ""), .file(".wh.a", "")],
        ])
        #expect(gone.waste == ["a 5 of 0 by 1: deleted"])
    }

    @Test func sameContentIsOnlyANewOwner() async throws {
        let layers: [[TestFile]] = [
            [.file("a", "same"), .file("b", "same")],
            [TestFile("a", .file(Array("same".utf8)), user: 7), .file("b", "Same"), .file("b", "last")],
        ]
        let tree = try await LayerSample.tree(layers, LayerReading(digests: true))
        #expect(
            tree.waste == [
                "a 4 of 0 by 1: metadataOnly", "b 4 of 0 by 1: overwritten", "b 4 of 1 by 1: duplicate",
            ])
        #expect(tree["b"]?.digest == .of(Array("last".utf8)))
        #expect(tree["a"]?.user == 7)
        let without = try await LayerSample.tree(layers)
        #expect(without.waste.first == "a 4 of 0 by 1: overwritten")
        #expect(without["a"]?.digest == nil)
    }

    @Test func keepsWhatWasSelected() async throws {
        let release = Array("etc/os-release".utf8)
        let tree = try await LayerSample.tree(
            [[.file("etc/os-release", "old"), .file("etc/b", "b")], [.file("etc/os-release", "new one")]],
            LayerReading(digests: true) { path, _ in path.elementsEqual(release) })
        let index = try #require(tree.index(of: "etc/os-release"))
        #expect(tree.keptContent(at: index) == Array("new one".utf8))
        #expect(tree.entry(at: index).digest == .of(Array("new one".utf8)))
        #expect(tree.keptContent(at: try #require(tree.index(of: "etc/b"))) == nil)
    }

    @Test func tablesSayWhatEachLayerDoes() async throws {
        let tree = try await LayerSample.tree([
            [.file("a", "a")], [.file(".wh.a", ""), .file("d/.wh..wh..opq", ""), .file(".wh..wh.plnk/1.2", "")],
        ])
        let upper = tree.tables[1]
        #expect((0..<upper.count).map { "\(upper[$0].path)" } == ["", "a", "d"])
        #expect(upper[1].action == .hide)
        #expect(upper[2].action == .hideContent)
        #expect(tree.listing.isEmpty)
    }
}
