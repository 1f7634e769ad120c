// SPDX-License-Identifier: Apache-2.0
import PlinthArchive
import PlinthCore
import PlinthImage
import PlinthOCI
import SystemPackage
import Testing

@Suite struct StoredImageTests {
    private let input: Scratch
    private let output: Scratch
    private var layout: ImageDestination { .layout(output.path.appending("l"), tag: nil) }

    init() throws {
        input = try Scratch()
        output = try Scratch()
    }

    private func code(_ place: ImageDestination) -> String? {
        #expect(throws: Problem.self) { try StoredImage.open(place) }?.code
    }

    @Test func nothingThere() throws {
        #expect(code(.layout("/nonexistent/x", tag: nil)) == "image.missing")
        #expect(code(.ociArchive("/nonexistent/x", tag: nil)) == "image.missing")
        _ = try output.write("f", [1])
        #expect(code(.layout(output.path, tag: nil)) == "image.notLayout")
        #expect(code(.layout(output.path.appending("f"), tag: nil)) == "image.notLayout")
        #expect(code(.ociArchive(output.path.appending("f"), tag: nil)) == "tar.truncated")
        _ = try output.write("z", [0x1f, 0x8b, 8, 0])
        #expect(code(.dockerArchive(output.path.appending("z"), reference: nil)) == "archive.truncated")
    }

    @Test func changedDocumentsAreNotBelieved() throws {
        let image = try Sample.image(["amd64"], in: input)
        for descriptor in [image.platforms[0].manifest.descriptor, image.platforms[0].config.descriptor] {
            let name = "l/blobs/sha256/\(descriptor.digest.hex)"
            _ = try layout.write(image)
            var bytes = try output.read(name)
            bytes[bytes.count / 2] ^= 1
            _ = try output.write(name, bytes)
            #expect(code(layout) == "image.blobMismatch")
            _ = try output.write(name, bytes + [0])
            #expect(code(layout) == "image.blobMismatch")
            _ = try layout.write(image)
        }
    }

    @Test func changedLayerIsFoundAtItsEnd() throws {
        let image = try Sample.image(["amd64"], in: input)
        _ = try layout.write(image)
        let layer = image.platforms[0].layers[0].blob.descriptor
        _ = try output.write("l/blobs/sha256/\(layer.digest.hex)", Array("<amd64>345780".utf8))
        let stored = try StoredImage.open(layout)
        let problem = #expect(throws: Problem.self) { try stored.source(of: layer).readAll(limit: 100) }
        #expect(problem?.code == "image.blobMismatch")
    }

    @Test func tags() throws {
        for tag in ["one", "two"] {
            _ = try ImageDestination.layout(output.path.appending("l"), tag: tag).write(
                Sample.image(["amd64"], in: input, seed: tag))
        }
        #expect(code(layout) == "image.ambiguous")
        let problem = #expect(throws: Problem.self) {
            try StoredImage.open(.layout(output.path.appending("l"), tag: "onee"))
        }
        #expect(problem?.code == "image.noSuchTag")
        #expect(problem?.hints == ["did you mean one?"])
        #expect(try StoredImage.open(.layout(output.path.appending("l"), tag: "two")).platforms.count == 1)
    }

    /// A layout of which only one platform was copied, with an attestation as BuildKit lists it.
    @Test func sparseIndexWithAttestation() throws {
        var image = try Sample.image(["amd64", "arm64"], in: input)
        let attestation = Descriptor(
            .imageManifest, of: [1], platform: OCIPlatform(os: "unknown", architecture: "unknown"))
        let manifests = image.platforms.map(\.manifest.descriptor) + [attestation]
        image.index = OutgoingBlob(.imageIndex, bytes: try OCIJSON.encode(ImageIndex(manifests: manifests)))
        image.platforms.removeLast()
        _ = try layout.write(image)
        #expect(try StoredImage.open(layout).platforms.map(\.platform.architecture) == ["amd64"])
    }

    /// Some programs write the type of the config where only artifacts have one.
    @Test(arguments: [(MediaType.imageConfig, true), (.dockerConfig, true), (.spdx, false)])
    func artifacts(type: MediaType, isImage: Bool) throws {
        var image = try Sample.image(["amd64"], in: input)
        guard case .bytes(let bytes) = image.platforms[0].manifest.content else { return }
        var manifest = try OCIJSON.decode(ImageManifest.self, from: bytes, at: "")
        manifest.artifactType = type
        let blob = OutgoingBlob(.imageManifest, bytes: try OCIJSON.encode(manifest))
        image.platforms[0].manifest.content = blob.content
        image.platforms[0].manifest.descriptor = blob.descriptor
        image.platforms[0].manifest.descriptor.artifactType = type
        _ = try layout.write(image)
        if isImage {
            #expect(try StoredImage.open(layout).platforms.count == 1)
        } else {
            #expect(code(layout) == "image.notImage")
        }
    }

    /// An upload goes on in the middle, without what comes before being read again.
    @Test func blobsFromSomeByteOn() throws {
        let image = try Sample.image(["amd64"], in: input)
        _ = try layout.write(image)
        let stored = try StoredImage.open(layout)
        let config = image.platforms[0].config
        guard case .bytes(let bytes) = config.content else { return }
        for offset in [0, 1, bytes.count - 1, bytes.count, bytes.count + 5] {
            let rest = try stored.source(of: config.descriptor, from: Int64(offset)).readAll(limit: bytes.count)
            #expect(rest == Array(bytes.dropFirst(offset)))
        }
    }

    @Test func nestingIsBounded() throws {
        var blobs: [OutgoingBlob] = []
        var child = try Sample.image(["amd64"], in: input).platforms[0].manifest.descriptor
        for _ in 0..<4 {
            let blob = OutgoingBlob(.imageIndex, bytes: try OCIJSON.encode(ImageIndex(manifests: [child])))
            blobs.append(blob)
            child = blob.descriptor
        }
        _ = try layout.write(OutgoingImage(platforms: [], index: blobs[3]))
        for blob in blobs {
            guard case .bytes(let bytes) = blob.content else { continue }
            _ = try output.write("l/blobs/sha256/\(blob.descriptor.digest.hex)", bytes)
        }
        #expect(code(layout) == "image.nested")
    }

    /// Docker's older archives keep one copy of equal layers and link to it.
    @Test func dockerArchiveWithLinkedLayers() throws {
        let layer = [UInt8](repeating: 7, count: 400_000)
        let diffID = Digest.of(layer)
        let config = try OCIJSON.encode(
            ImageConfig(platform: OCIPlatform(architecture: "amd64"), diffIDs: [diffID, diffID]))
        let manifest = #"[{"Config":"c.json","RepoTags":null,"Layers":["a/layer.tar","b/layer.tar"]}]"#
        func member(_ name: String, _ bytes: [UInt8], link: String? = nil) -> [UInt8] {
            let entry = TarEntry(
                name: Array(name.utf8), kind: link == nil ? .file : .symlink, size: Int64(bytes.count),
                linkTarget: Array((link ?? "").utf8))
            let padding = [UInt8](repeating: 0, count: TarHeader.padding(after: Int64(bytes.count)))
            return TarHeader.encode(entry) + bytes + padding
        }
        let bytes =
            member("./a/layer.tar", layer) + member("b/layer.tar", [], link: "../a/layer.tar")
            + member("c.json", config)
            + member("manifest.json", Array(manifest.utf8)) + TarHeader.endOfArchive
        let file = try output.write("d.tar", bytes)
        let stored = try StoredImage.open(.dockerArchive(file, reference: nil))
        let layers = try #require(stored.platforms[0].manifest?.layers)
        #expect(layers.map(\.digest) == [diffID, diffID])
        for descriptor in layers {
            #expect(try stored.source(of: descriptor).readAll(limit: 1 << 20) == layer)
        }
    }

    @Test func mutationsNeverCrash() throws {
        let image = try Sample.image(["amd64", "arm64"], in: input)
        _ = try ImageDestination.ociArchive(output.path.appending("o.tar"), tag: nil).write(image)
        let one = try Sample.image(["amd64"], in: input)
        _ = try ImageDestination.dockerArchive(output.path.appending("d.tar"), reference: "app").write(one)
        let seeds = [try output.read("o.tar"), try output.read("d.tar")]
        var state: UInt64 = 3
        for round in 0..<400 {
            var bytes = seeds[round % 2]
            for _ in 0..<(1 + round % 5) {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                bytes[Int(state >> 33) % bytes.count] = UInt8(truncatingIfNeeded: state >> 20)
            }
            if round % 7 == 0 { bytes.removeLast(Int(state >> 40) % bytes.count) }
            let file = try output.write("m.tar", bytes)
            let place: ImageDestination =
                round % 2 == 0 ? .ociArchive(file, tag: nil) : .dockerArchive(file, reference: nil)
            do {
                let stored = try StoredImage.open(place)
                for platform in stored.platforms {
                    for layer in platform.manifest?.layers ?? [] {
                        _ = try stored.source(of: layer).readAll(limit: 1 << 20)
                    }
                }
            } catch { #expect(error is Problem) }
        }
    }
}
