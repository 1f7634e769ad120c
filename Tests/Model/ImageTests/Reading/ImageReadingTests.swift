// SPDX-License-Identifier: Apache-2.0
import PlinthArchive
import PlinthCore
import PlinthImage
import PlinthOCI
import PlinthTestSupport
import SystemPackage
import Testing

@Suite struct ImageReadingTests {
    private static let files: [TestFile] = [.directory("etc"), .file("etc/a", "one"), .directory("usr/bin")]
    private static let raw = TestTar.archive(files)
    private static let listing = ["etc/ @0", "etc/a 3 @0", "usr/ @0", "usr/bin/ @0"]

    private func listing(_ source: ImageSource, scratch: FilePath = "/var/tmp") async throws -> [String] {
        let image = try StoredImage.open(source, scratch: scratch)
        return try await LayeredTree.read(image.platforms[0].layers).listing
    }

    private func code(_ source: ImageSource) -> String? {
        let problem = #expect(throws: Problem.self) { try StoredImage.open(source) }
        return problem?.code
    }

    @Test func everyTransportGivesTheSame() async throws {
        try await withAsyncScratchDirectory { scratch in
            let image = try LayerSample.image(tars: [Self.raw])
            for text in [
                "oci:\(scratch)/l:t", "oci-archive:\(scratch)/o.tar:t", "docker-archive:\(scratch)/d.tar:app:1",
            ] {
                _ = try ImageDestination(parsing: text).write(image)
                let found = try await listing(ImageSource(parsing: text))
                #expect(found == Self.listing)
            }
            for bare in ["l", "o.tar", "d.tar"] {
                let found = try await listing(ImageSource(parsing: "\(scratch)/\(bare)"))
                #expect(found == Self.listing)
            }
            let digest = try image.root.digest
            for text in ["oci:\(scratch)/l@\(digest)", "docker-archive:\(scratch)/d.tar:@0"] {
                let found = try await listing(ImageSource(parsing: text))
                #expect(found == Self.listing)
            }
        }
    }

    /// docker save | gzip, and a root file system as distributions give it away.
    @Test func compressedArchivesAreCopiedOrRead() async throws {
        try await withAsyncScratchDirectory { scratch in
            let image = try LayerSample.image(tars: [Self.raw])
            let plain = scratch.appending("d.tar")
            _ = try ImageDestination.dockerArchive(plain, reference: "app:1").write(image)
            try writeFile(scratch.appending("d.tar.gz"), LayerSample.pack(readFile(plain), .gzip))
            try writeFile(scratch.appending("root.tar.zst"), LayerSample.pack(Self.raw, .zstd))
            try writeFile(scratch.appending("root.tar"), Self.raw)
            let copies = scratch.appending("copies")
            try makeDirectories(copies)
            for text in ["docker-archive:\(scratch)/d.tar.gz", "\(scratch)/d.tar.gz"] {
                let found = try await listing(ImageSource(parsing: text), scratch: copies)
                #expect(found == Self.listing)
            }
            for text in ["\(scratch)/root.tar.zst", "tar:\(scratch)/root.tar.zst", "\(scratch)/root.tar"] {
                let found = try await listing(ImageSource(parsing: text), scratch: copies)
                #expect(found == Self.listing)
            }
            #expect(namesInDirectory(copies).isEmpty)
        }
    }

    @Test func directories() async throws {
        try await withAsyncScratchDirectory { scratch in
            let root = scratch.appending("root")
            try writeFile(root.appending("etc/a"), "one")
            try makeDirectories(root.appending("usr/bin"))
            for text in ["dir:\(root)", "\(root)"] {
                let found = try await listing(ImageSource(parsing: text))
                #expect(found == Self.listing)
            }
            let image = try StoredImage.open(.directory(root))
            #expect(image.root == nil)
            #expect(image.platforms[0].manifest == nil)
            #expect(image.platforms[0].layers.count == 1)
            #expect(image.platforms[0].layers[0].descriptor == nil)
            let tree = try await LayeredTree.read(image.platforms[0].layers, LayerReading(digests: true))
            #expect(tree["etc/a"]?.digest == .of(Array("one".utf8)))
            #expect(code(.found(.path(scratch))) == "image.notImage")
            #expect(code(.directory(root.appending("etc/a"))) == "image.notDirectory")
            #expect(code(.tar(.path(root))) == "image.notFile")
            #expect(code(.found(.path(root.appending("etc/a")))) == "image.notImage")
        }
    }

    private static func oldArchive(_ lowerParent: String) -> [UInt8] {
        TestTar.archive([
            .file("repositories", #"{"app":{"1":"top"}}"#),
            TestFile("top/layer.tar", .file(TestTar.archive([.file("b", "upper")]))),
            .file("top/json", #"{"parent":"low","architecture":"arm64","os":"linux","config":{"User":"me"}}"#),
            TestFile("low/layer.tar", .file(TestTar.archive([.file("a", "lower")]))),
            .file("low/json", "{\(lowerParent)}"),
        ])
    }

    /// The archives of Docker before 1.10: `repositories`, and a chain of layers.
    @Test func firstDockerArchives() async throws {
        try await withAsyncScratchDirectory { scratch in
            let file = scratch.appending("old.tar")
            try writeFile(file, Self.oldArchive(""))
            let image = try StoredImage.open(ImageSource(parsing: "docker-archive:\(file):app:1"))
            #expect(image.platforms[0].platform.description == "linux/arm64")
            #expect(image.platforms[0].config.config?.user == "me")
            let tree = try await LayeredTree.read(image.platforms[0].layers)
            #expect(tree.listing == ["a 5 @0", "b 5 @1"])
            try writeFile(file, Self.oldArchive(#""parent":"top""#))
            #expect(code(.found(.path(file))) == "image.nested")
            #expect(code(.dockerArchive(.path(file), .only)) == "image.nested")
        }
    }

    @Test func platformsAreChosen() throws {
        try withScratchDirectory { scratch in
            let place = ImageDestination.layout(scratch.appending("l"), tag: nil)
            let platforms = try ["amd64", "arm64"].flatMap {
                try LayerSample.image(tars: [Self.raw], architecture: $0).platforms
            }
            let index = ImageIndex(manifests: platforms.map(\.manifest.descriptor))
            _ = try place.write(
                OutgoingImage(
                    platforms: platforms, index: OutgoingBlob(.imageIndex, bytes: try OCIJSON.encode(index))))
            let image = try StoredImage.open(place)
            let host = OCIPlatform(architecture: "arm64", variant: "v8")
            #expect(try image.platform(host: host).platform.architecture == "arm64")
            #expect(try image.platform(OCIPlatform(choice: "amd64"), host: host).platform.architecture == "amd64")
            let problem = #expect(throws: Problem.self) {
                try image.platform(OCIPlatform(choice: "s390x"), host: host)
            }
            #expect(problem?.code == "image.noSuchPlatform")
            #expect(problem?.hints.first == "there is linux/amd64, linux/arm64")
        }
    }

    private static func stretch(of digest: Digest, in layout: FilePath) -> BlobStretch? {
        let path = layout.appending("blobs/sha256").appending(digest.hex)
        let bytes = try? readFile(path)
        return bytes.map { BlobStretch(path: path, offset: 0, length: Int64($0.count)) }
    }

    @Test func pulledBlobs() async throws {
        try await withAsyncScratchDirectory { scratch in
            let image = try LayerSample.image(tars: [Self.raw])
            _ = try ImageDestination.layout(scratch, tag: nil).write(image)
            let blob: @Sendable (Digest) -> BlobStretch? = { digest in Self.stretch(of: digest, in: scratch) }
            let root = try image.root
            let stored = try StoredImage.open(root: root, place: "example.org/app:1", blob: blob)
            let tree = try await LayeredTree.read(stored.platforms[0].layers)
            #expect(tree.listing == Self.listing)
            let manifest = try OCIJSON.decode(ImageManifest.self, from: stored.document(root), at: "")
            #expect(stored.platforms[0].manifest == manifest)
        }
    }
}
