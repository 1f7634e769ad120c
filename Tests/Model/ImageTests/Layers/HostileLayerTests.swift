// SPDX-License-Identifier: Apache-2.0
import PlinthArchive
import PlinthCore
import PlinthImage
import PlinthOCI
import PlinthTestSupport
import SystemPackage
import Testing

/// Layers made to harm: each is refused with a code, or read in the one way that is safe.
@Suite struct HostileLayerTests {
    private func file(_ archiveName: String, _ text: String = "") -> TestFile {
        TestFile("", .file(Array(text.utf8)), archiveName: archiveName)
    }

    private func code(_ layers: [[TestFile]], _ reading: LayerReading = LayerReading()) async -> String? {
        do {
            _ = try await LayerSample.tree(layers, reading)
            return nil
        } catch {
            #expect((error as? Problem)?.place != nil)
            #expect((error as? Problem)?.why != nil)
            return (error as? Problem)?.code
        }
    }

    @Test(arguments: [
        "../etc/passwd", "a/../../b", "/../x", "..", "a/..", "./..", "../../.wh.x", "..//.wh..wh..opq",
    ])
    func namesThatLeaveTheTree(name: String) async {
        #expect(await code([[file(name)]]) == "layer.leavesTree")
    }

    @Test(arguments: [".wh.", "a/.wh.", ".wh..", ".wh...", "a/.wh..", "a/.wh..."])
    func impossibleWhiteouts(name: String) async {
        #expect(await code([[file(name)]]) == "layer.name")
    }

    @Test func absoluteAndOddNamesAreNormalised() async throws {
        let tree = try await LayerSample.tree([
            [file("/etc//passwd"), file("./a/./b/"), file("c\n\u{1b}[2J"), file("é"), file("e\u{301}")]
        ])
        #expect(
            tree.listing == [
                "a/ @0", "a/b/ @0", "c\n\u{1b}[2J 0 @0", "etc/ @0", "etc/passwd 0 @0", "e\u{301} 0 @0", "é 0 @0",
            ])
    }

    @Test func namesTooLong() async {
        #expect(await code([[file(String(repeating: "x", count: 256))]]) == "layer.name")
        let deep = String(repeating: "d/", count: 2000) + "abc"
        #expect(await code([[file(deep)]]) == nil)
        #expect(await code([[file(deep + "/" + String(repeating: "d/", count: 100))]]) == "layer.name")
        // Through links a path may grow beyond what any program can name.
        let link = TestFile.symlink("l", to: String(repeating: "d/", count: 2000))
        #expect(
            await code([[file(deep), link, file("l/" + String(repeating: "e/", count: 50) + "x")]]) == "layer.name")
    }

    @Test(arguments: ["none", "../etc/passwd", "/etc/none", "dir", "link/none"])
    func hardLinksToNothing(target: String) async {
        let layer: [TestFile] = [
            .directory("dir"), .symlink("link", to: "/etc"), TestFile("h", .hardLink(target), archiveName: "h"),
        ]
        let expected = target.hasPrefix("..") ? "layer.leavesTree" : "layer.link"
        #expect(await code([layer]) == expected)
        #expect(await code([[TestFile("h", .hardLink("h"))]]) == "layer.link")
        #expect(await code([[TestFile("h", .hardLink("later")), .file("later", "")]]) == "layer.link")
    }

    @Test func linksOutOfTheTreeStayInside() async throws {
        let tree = try await LayerSample.tree([
            [
                .symlink("out", to: "../../../../etc"), .symlink("abs", to: "/etc"), file("out/a"), file("abs/b"),
                .symlink("bare", to: ".."), file("bare/c"),
            ]
        ])
        #expect(
            tree.listing == [
                "abs -> /etc @0", "bare -> .. @0", "c 0 @0", "etc/ @0", "etc/a 0 @0", "etc/b 0 @0",
                "out -> ../../../../etc @0",
            ])
    }

    @Test func linkLoops() async {
        #expect(await code([[.symlink("a", to: "b"), .symlink("b", to: "a"), file("a/x")]]) == "layer.linkLoop")
        #expect(await code([[.symlink("a", to: "a/a"), file("a/x")]]) == "layer.linkLoop")
        #expect(await code([[.symlink("a", to: "a")], [file("a/.wh.x")]]) == "layer.linkLoop")
    }

    @Test func entriesBelowFiles() async {
        #expect(await code([[.file("a", "x"), file("a/b")]]) == "layer.notDirectory")
        #expect(await code([[.file("a", "x")], [file("a/b/c")]]) == "layer.notDirectory")
        #expect(await code([[.file("a", "x")], [file("a/.wh.b")]]) == nil)
    }

    @Test func duplicatesOfOtherKinds() async throws {
        let tree = try await LayerSample.tree([
            [
                .file("a", "1"), .directory("a"), .file("a/b", "2"), .symlink("a", to: "b"), .directory("b"),
                file("a/c", "3"), .file("b", "4"),
            ]
        ])
        #expect(tree.listing == ["a -> b @0", "b 1 @0"])
    }

    /// Removing and making one directory anew, over and over, must not cost its size each time.
    @Test(.timeLimit(.minutes(1))) func repetitionIsLinear() async throws {
        let many = (0..<2000).map { file("d/\($0)") }
        var upper = (0..<2000).flatMap { _ in [file(".wh.d"), file("d/.wh..wh..opq")] }
        upper += (0..<2000).flatMap { _ in [TestFile.file("d", ""), .directory("d")] }
        let tree = try await LayerSample.tree([many, many + upper])
        #expect(tree.listing == ["d/ @1"])
        #expect(tree.superseded.count == 2000 + 2000 + 2000)
    }

    @Test func limits() async {
        var reading = LayerReading()
        reading.limits.entries = 1000
        #expect(await code([(0..<1000).map { file("\($0)") }], reading) == "layer.tooLarge")
        reading = LayerReading { _, _ in true }
        reading.limits.content = 10
        #expect(await code([[.file("a", "1234567890")]], reading) == nil)
        #expect(await code([[.file("a", "12345678901")]], reading) == "layer.tooLarge")
        reading.limits.contents = 15
        #expect(await code([[.file("a", "12345678")], [.file("b", "12345678")]], reading) == "layer.tooLarge")
        reading = LayerReading()
        reading.limits.small = 1 << 20
        reading.limits.ratio = 10
        #expect(await code([[.file("zeros", String(repeating: "0", count: 2 << 20))]], reading) == "archive.bomb")
        reading.limits.names = 5000
        #expect(await code([(0..<600).map { file("a-long-name-\($0)") }], reading) == "layer.tooLarge")
    }

    /// A header that claims 10 GB, in an archive of 1 KB.
    @Test(arguments: LayerSample.Packing.allCases, [false, true])
    func falseSizes(packing: LayerSample.Packing, digests: Bool) async {
        let entry = TarEntry(name: Array("big".utf8), kind: .file, size: 10 << 30)
        let tar = TarHeader.encode(entry) + [UInt8](repeating: 0, count: 512)
        let error = await #expect(throws: Problem.self) {
            try await LayerSample.tree(tars: [tar], packing: packing, LayerReading(digests: digests))
        }
        #expect(error?.code == "tar.truncated")
        let kept = await #expect(throws: Problem.self) {
            try await LayerSample.tree(tars: [tar], packing: packing, LayerReading { _, _ in true })
        }
        #expect(kept?.code == "layer.tooLarge")
    }

    @Test(arguments: LayerSample.Packing.allCases)
    func damage(packing: LayerSample.Packing) async throws {
        let raw = TestTar.archive([.file("a", "text"), .file("b", String(repeating: "b", count: 5000))])
        try await withAsyncScratchDirectory { scratch in
            let place = ImageDestination.layout(scratch.appending("l"), tag: nil)
            let image = try LayerSample.image(tars: [raw], packing: packing)
            _ = try place.write(image)
            let layer = image.platforms[0].layers[0].blob.descriptor
            let path = scratch.appending("l/blobs/sha256").appending(layer.digest.hex)
            let good = try readFile(path)
            for offset in stride(from: 0, to: good.count, by: max(1, good.count / 40)) {
                var bad = good
                bad[offset] ^= 4
                try writeFile(path, bad)
                let stored = try StoredImage.open(place)
                let problem = await #expect(throws: Problem.self) {
                    try await LayeredTree.read(stored.platforms[0].layers)
                }
                let code = problem?.code ?? ""
                #expect(code == "image.blobMismatch" || code.hasPrefix("archive.") || code.hasPrefix("tar."))
            }
            try writeFile(path, Array(good.dropLast()))
            let stored = try StoredImage.open(place)
            let problem = await #expect(throws: Problem.self) {
                try await LayeredTree.read(stored.platforms[0].layers)
            }
            #expect(problem?.code == "image.blobMismatch")
        }
    }

    @Test func diffIDsAreVerifiedWhereTheyAreTheOnlyProof() async throws {
        try await withAsyncScratchDirectory { scratch in
            let file = scratch.appending("d.tar")
            let raw = TestTar.archive([.file("a", "text")])
            _ = try ImageDestination.dockerArchive(file, reference: "a").write(LayerSample.image(tars: [raw]))
            var bytes = try readFile(file)
            let place = try #require(bytes.indices.first { bytes[$0...].starts(with: "text".utf8) })
            bytes[place] ^= 1
            try writeFile(file, bytes)
            let stored = try StoredImage.open(.dockerArchive(.path(file), .only))
            let problem = await #expect(throws: Problem.self) {
                try await LayeredTree.read(stored.platforms[0].layers)
            }
            #expect(problem?.code == "image.diffIDMismatch")
        }
    }
}
