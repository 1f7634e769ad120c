// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage
import PlinthOCI
import PlinthTestSupport
import SystemPackage
import Testing

@Suite struct ImageCopyTests {
    private static let tars = [TestTar.archive([.file("a", "one")]), TestTar.archive([.file("b", "two")])]

    @Test(arguments: LayerSample.Packing.allCases)
    func digestsStay(packing: LayerSample.Packing) throws {
        try withScratchDirectory { scratch in
            let image = try LayerSample.image(tars: Self.tars, packing: packing)
            let root = try image.root
            var source = ImageDestination.layout(scratch.appending("l"), tag: "t")
            _ = try source.write(image)
            for text in ["oci-archive:\(scratch)/o.tar:t", "oci:\(scratch)/m:t"] {
                let next = try ImageDestination(parsing: text)
                let stored = try StoredImage.open(source)
                #expect(try next.write(stored.outgoing()))
                let copied = try StoredImage.open(next)
                #expect(copied.root?.digest == root.digest)
                source = next
            }
            let docker = ImageDestination.dockerArchive(scratch.appending("d.tar"), reference: "app:1")
            let stored = try StoredImage.open(source)
            #expect(try docker.write(stored.outgoing(unpackedIn: scratch)))
            let saved = try StoredImage.open(docker)
            #expect(saved.platforms[0].manifest?.config.digest == image.platforms[0].config.descriptor.digest)
            for layer in saved.platforms[0].layers {
                let bytes = try layer.unpacked().readAll(limit: 1 << 20)
                #expect(bytes == Self.tars[layer.number])
            }
            let back = ImageDestination.layout(scratch.appending("back"), tag: nil)
            #expect(try back.write(saved.outgoing()))
            let again = try StoredImage.open(back)
            #expect(again.platforms[0].config.rootfs.diffIDs == Self.tars.map { Digest.of($0) })
        }
    }

    @Test func indexesAreCopiedWithAttestationsOrOnePlatformIsChosen() throws {
        try withScratchDirectory { scratch in
            let platforms = try ["amd64", "arm64"].flatMap {
                try LayerSample.image(tars: Self.tars, architecture: $0).platforms
            }
            let note = OutgoingBlob(.spdx, bytes: Array("{}".utf8))
            let attestation = ImageManifest(config: note.descriptor, layers: [note.descriptor])
            let blob = OutgoingBlob(
                .imageManifest, bytes: try OCIJSON.encode(attestation),
                platform: OCIPlatform(os: "unknown", architecture: "unknown"))
            let index = ImageIndex(manifests: platforms.map(\.manifest.descriptor) + [blob.descriptor])
            let first = ImageDestination.layout(scratch.appending("l"), tag: nil)
            let image = OutgoingImage(
                platforms: platforms, index: OutgoingBlob(.imageIndex, bytes: try OCIJSON.encode(index)))
            _ = try first.write(image)
            for extra in [note, blob] {
                guard case .bytes(let bytes) = extra.content else { continue }
                try writeFile(scratch.appending("l/blobs/sha256").appending(extra.descriptor.digest.hex), bytes)
            }
            let second = ImageDestination.ociArchive(scratch.appending("o.tar"), tag: "x")
            let stored = try StoredImage.open(first)
            _ = try second.write(stored.outgoing())
            let copied = try StoredImage.open(second)
            #expect(copied.root?.digest == stored.root?.digest)
            #expect(try copied.document(note.descriptor) == Array("{}".utf8))
            let one = ImageDestination.layout(scratch.appending("one"), tag: nil)
            _ = try one.write(stored.outgoing(stored.platforms[1]))
            let single = try StoredImage.open(one)
            #expect(single.root?.digest == platforms[1].manifest.descriptor.digest)
            let docker = ImageDestination.dockerArchive(scratch.appending("d.tar"), reference: nil)
            let problem = #expect(throws: Problem.self) { try docker.write(stored.outgoing()) }
            #expect(problem?.code == "image.onePlatform")
        }
    }

    /// The archive is copied to be read, and that copy must last until it has been written.
    @Test func compressedArchives() throws {
        try withScratchDirectory { scratch in
            let docker = scratch.appending("d.tar")
            _ = try ImageDestination.dockerArchive(docker, reference: "a").write(LayerSample.image(tars: Self.tars))
            let packed = scratch.appending("d.tar.gz")
            try writeFile(packed, LayerSample.pack(readFile(docker), .gzip))
            let outgoing = try StoredImage.open(.found(.path(packed)), scratch: scratch).outgoing()
            let place = ImageDestination.layout(scratch.appending("l"), tag: nil)
            _ = try place.write(outgoing)
            let copied = try StoredImage.open(place)
            #expect(copied.platforms[0].config.rootfs.diffIDs == Self.tars.map { Digest.of($0) })
        }
    }

    @Test func aRootFileSystemHasNoManifest() throws {
        try withScratchDirectory { scratch in
            let stored = try StoredImage.open(.directory(scratch))
            let place = ImageDestination.layout(scratch.appending("l"), tag: nil)
            let problem = #expect(throws: Problem.self) { try place.write(stored.outgoing()) }
            #expect(problem?.code == "image.noManifest")
        }
    }

    /// Platforms that nobody has pulled, with what they lack.
    @Test(arguments: ["manifest", "config", "layer", "attestation", "nothing"])
    func gaps(lacking: String) throws {
        try withScratchDirectory { scratch in
            let platforms = try ["amd64", "arm64"].map {
                try LayerSample.image(tars: [TestTar.archive([.file("a", $0)])], architecture: $0).platforms[0]
            }
            var manifests = platforms.map(\.manifest.descriptor)
            if lacking == "attestation" {
                manifests.append(
                    Descriptor(.imageManifest, of: [1], platform: OCIPlatform(os: "unknown", architecture: "unknown")))
            }
            let place = ImageDestination.layout(scratch.appending("l"), tag: nil)
            let index = OutgoingBlob(.imageIndex, bytes: try OCIJSON.encode(ImageIndex(manifests: manifests)))
            _ = try place.write(OutgoingImage(platforms: platforms, index: index))
            let gone: [String: Digest] = [
                "manifest": platforms[1].manifest.descriptor.digest, "config": platforms[1].config.descriptor.digest,
                "layer": platforms[1].layers[0].blob.descriptor.digest,
            ]
            if let digest = gone[lacking] {
                try outputOf("rm", [scratch.appending("l/blobs/sha256").appending(digest.hex).string])
            }
            let stored = try StoredImage.open(place)
            #expect(stored.platforms.count == (["manifest", "config"].contains(lacking) ? 1 : 2))
            let gaps = try ImageGaps(stored)
            #expect(gaps.missing == (lacking == "nothing" ? [] : [manifests[manifests.count - 1]]))
            if lacking == "nothing" { return }
            let problem = gaps.problem(chosen: OCIPlatform(architecture: "amd64"))
            #expect(problem.code == "image.missingPlatforms")
            let name = lacking == "attestation" ? "\(Digest.of([1]))" : "linux/arm64"
            #expect(problem.why == "missing are \(name)")
            #expect(problem.hints == ["take one that is here with --platform linux/amd64"])
            // Each of the rest can be copied.
            let next = ImageDestination.layout(scratch.appending("m"), tag: nil)
            #expect(try next.write(stored.outgoing(stored.platforms[0])))
            #expect(throws: Problem.self) { try next.write(stored.outgoing()) }
        }
    }
}
