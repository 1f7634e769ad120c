// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage
import PlinthOCI
import PlinthTestSupport
import SystemPackage
import Testing

/// Documents made to mislead.
@Suite struct HostileImageTests {
    private static let tar = TestTar.archive([.file("a", "one")])

    /// A layout whose index lists these documents, and what opening it says.
    private func code(
        _ scratch: FilePath, _ documents: [(MediaType, [UInt8])], besides: [[UInt8]] = []
    ) throws -> String? {
        let layout = scratch.appending("l")
        let descriptors = documents.map { Descriptor($0.0, of: $0.1) }
        try writeFile(layout.appending("oci-layout"), #"{"imageLayoutVersion":"1.0.0"}"#)
        try writeFile(layout.appending("index.json"), OCIJSON.encode(ImageIndex(manifests: descriptors)))
        for bytes in documents.map(\.1) + besides {
            try writeFile(layout.appending("blobs/sha256").appending(Digest.of(bytes).hex), bytes)
        }
        do {
            _ = try StoredImage.open(.layout(layout, .only))
            return nil
        } catch { return (error as? Problem)?.code }
    }

    private func parts() throws -> (manifest: [UInt8], config: [UInt8], layer: [UInt8]) {
        let platform = try LayerSample.image(tars: [Self.tar]).platforms[0]
        guard case .bytes(let manifest) = platform.manifest.content, case .bytes(let config) = platform.config.content,
            case .bytes(let layer) = platform.layers[0].blob.content
        else { return ([], [], []) }
        return (manifest, config, layer)
    }

    @Test func documentsOfAnotherKind() throws {
        let parts = try parts()
        let list = try OCIJSON.encode(ImageIndex(manifests: [Descriptor(.imageManifest, of: parts.manifest)]))
        try withScratchDirectory { (scratch: FilePath) throws in
            let besides = [parts.config, parts.layer, parts.manifest]
            #expect(try code(scratch, [(.imageManifest, parts.manifest)], besides: besides) == nil)
            #expect(try code(scratch, [(.imageIndex, list)], besides: besides) == nil)
            #expect(try code(scratch, [(.imageIndex, parts.manifest)], besides: besides) == "oci.malformed")
            #expect(try code(scratch, [(.imageManifest, list)], besides: besides) == "oci.malformed")
            #expect(try code(scratch, [(.imageManifest, parts.config)], besides: besides) == "oci.malformed")
            #expect(try code(scratch, [(.imageConfig, parts.config)], besides: besides) == "image.notImage")
        }
    }

    @Test func schema1() throws {
        let old = Array(#"{"schemaVersion":1,"name":"x","tag":"y","fsLayers":[],"history":[]}"#.utf8)
        let signed = MediaType(rawValue: "application/vnd.docker.distribution.manifest.v1+prettyjws")
        try withScratchDirectory { (scratch: FilePath) throws in
            #expect(try code(scratch, [(signed, old)]) == "image.schema1")
            #expect(try code(scratch, [(.dockerManifest, old)]) == "image.schema1")
        }
    }

    @Test func configOfAbsurdSize() throws {
        let parts = try parts()
        var manifest = try OCIJSON.decode(ImageManifest.self, from: parts.manifest, at: "")
        try withScratchDirectory { (scratch: FilePath) throws in
            for size in [Int64.max, 5 << 20] {
                manifest.config.size = size
                let bytes = try OCIJSON.encode(manifest)
                #expect(try code(scratch, [(.imageManifest, bytes)], besides: [parts.config]) == "oci.tooLarge")
            }
            manifest.config.size = 3
            let bytes = try OCIJSON.encode(manifest)
            #expect(try code(scratch, [(.imageManifest, bytes)], besides: [parts.config]) == "image.blobMismatch")
        }
    }

    /// Each index names the next many times over: without care that is a million documents.
    @Test(.timeLimit(.minutes(1))) func indexesThatMultiply() throws {
        let parts = try parts()
        let manifest = Descriptor(.imageManifest, of: parts.manifest)
        let lower = try OCIJSON.encode(ImageIndex(manifests: [Descriptor](repeating: manifest, count: 100)))
        let middle = try OCIJSON.encode(
            ImageIndex(manifests: [Descriptor](repeating: Descriptor(.imageIndex, of: lower), count: 100)))
        let upper = try OCIJSON.encode(
            ImageIndex(manifests: [Descriptor](repeating: Descriptor(.imageIndex, of: middle), count: 100)))
        let many = try OCIJSON.encode(
            ImageIndex(manifests: (0..<600).map { Descriptor(.imageManifest, of: Array("\($0)".utf8)) }))
        try withScratchDirectory { (scratch: FilePath) throws in
            let besides = [lower, middle, parts.manifest, parts.config, parts.layer]
            #expect(try code(scratch, [(.imageIndex, upper)], besides: besides) == nil)
            #expect(try code(scratch, [(.imageIndex, many)]) == "image.tooManyParts")
        }
    }

    /// A digest cannot be in what it is of, so a true cycle is a mismatch.
    @Test func indexThatNamesItself() throws {
        try withScratchDirectory { (scratch: FilePath) throws in
            let digest = Digest.of([1])
            let itself = Descriptor(mediaType: .imageIndex, digest: digest, size: 0)
            var bytes = try OCIJSON.encode(ImageIndex(manifests: [itself]))
            for _ in 0..<3 {
                let size = Int64(bytes.count)
                bytes = try OCIJSON.encode(
                    ImageIndex(manifests: [Descriptor(mediaType: .imageIndex, digest: digest, size: size)]))
            }
            let path = scratch.appending("blob")
            try writeFile(path, bytes)
            let stretch = BlobStretch(path: path, offset: 0, length: Int64(bytes.count))
            let root = Descriptor(mediaType: .imageIndex, digest: digest, size: Int64(bytes.count))
            let problem = #expect(throws: Problem.self) {
                try StoredImage.open(root: root, place: "x") { _ in stretch }
            }
            #expect(problem?.code == "image.blobMismatch")
        }
    }

    @Test(arguments: [
        ("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip", "image.foreignLayer"),
        ("application/vnd.oci.image.layer.nondistributable.v1.tar+gzip", "image.foreignLayer"),
        ("application/vnd.oci.image.layer.v1.tar+gzip+encrypted", "image.encryptedLayer"),
        ("application/vnd.oci.image.layer.v1.tar+gzip", "image.missing"),
    ])
    func layersThatAreNotThere(type: String, code expected: String) async throws {
        let parts = try parts()
        var manifest = try OCIJSON.decode(ImageManifest.self, from: parts.manifest, at: "")
        manifest.layers[0].mediaType = MediaType(rawValue: type)
        let bytes = try OCIJSON.encode(manifest)
        try await withAsyncScratchDirectory { scratch in
            #expect(try code(scratch, [(.imageManifest, bytes)], besides: [parts.config]) == nil)
            let image = try StoredImage.open(.layout(scratch.appending("l"), .only))
            let problem = await #expect(throws: Problem.self) {
                try await LayeredTree.read(image.platforms[0].layers)
            }
            #expect(problem?.code == expected)
            #expect(problem?.place != nil)
        }
    }

    /// Whatever the media type says.
    @Test func wrongCompressionIsSeen() async throws {
        let parts = try parts()
        var manifest = try OCIJSON.decode(ImageManifest.self, from: parts.manifest, at: "")
        for type in [MediaType.layer, .layerZstd, .dockerLayer] {
            manifest.layers[0].mediaType = type
            let bytes = try OCIJSON.encode(manifest)
            try await withAsyncScratchDirectory { scratch in
                _ = try code(scratch, [(.imageManifest, bytes)], besides: [parts.config, parts.layer])
                let image = try StoredImage.open(.layout(scratch.appending("l"), .only))
                let tree = try await LayeredTree.read(image.platforms[0].layers)
                #expect(tree.listing == ["a 3 @0"])
            }
        }
    }
}
