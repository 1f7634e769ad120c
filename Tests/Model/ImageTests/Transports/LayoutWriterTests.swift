// SPDX-License-Identifier: Apache-2.0
import Foundation
import PlinthCore
import PlinthImage
import PlinthOCI
import SystemPackage
import Testing

@Suite struct LayoutWriterTests {
    private let input: Scratch
    private let output: Scratch

    init() throws {
        input = try Scratch()
        output = try Scratch()
    }

    private func write(_ image: OutgoingImage, _ name: String = "out", tag: String? = nil) throws -> Bool {
        try ImageDestination.layout(output.path.appending(name), tag: tag).write(image)
    }

    @Test func wholeLayout() throws {
        let image = try Sample.image(["amd64"], in: input)
        #expect(try write(image, "a/b", tag: "1.0"))
        #expect(try output.text("a/b/oci-layout") == #"{"imageLayoutVersion":"1.0.0"}"#)
        let manifest = image.platforms[0].manifest.descriptor
        #expect(
            try output.text("a/b/index.json")
                == #"{"manifests":[{"annotations":{"org.opencontainers.image.ref.name":"1.0"},"#
                + #""digest":"\#(manifest.digest)","mediaType":"application/vnd.oci.image.manifest.v1+json","#
                + #""platform":{"architecture":"amd64","os":"linux"},"size":\#(manifest.size)}],"#
                + #""mediaType":"application/vnd.oci.image.index.v1+json","schemaVersion":2}"#)
        let layer = image.platforms[0].layers[0].blob.descriptor
        #expect(try output.text("a/b/blobs/sha256/\(layer.digest.hex)") == "<amd64>345789")
        #expect(try output.files().count == 9)
    }

    @Test func secondTimeWritesNothing() throws {
        let image = try Sample.image(["amd64", "arm64"], in: input)
        #expect(try write(image))
        let before = try output.files()
        #expect(try !write(image))
        #expect(try output.files() == before)
    }

    @Test func missingAndCutBlobsAreWrittenAgain() throws {
        let image = try Sample.image(["amd64"], in: input)
        _ = try write(image)
        let name = "out/blobs/sha256/\(image.platforms[0].config.descriptor.digest.hex)"
        let whole = try output.read(name)
        _ = try output.write(name, [1, 2])
        #expect(try write(image))
        #expect(try output.read(name) == whole)
        #expect(try !write(image))
    }

    @Test func otherImagesStay() throws {
        _ = try write(Sample.image(["amd64"], in: input, seed: "1"), tag: "one")
        _ = try write(Sample.image(["amd64", "arm64"], in: input, seed: "2"), tag: "two")
        _ = try write(Sample.image(["amd64"], in: input, seed: "3"))
        #expect(try write(Sample.image(["arm64"], in: input, seed: "4"), tag: "one"))
        let index = try OCIJSON.decode(ImageIndex.self, from: output.read("out/index.json"), at: "")
        #expect(index.manifests.map(\.referenceName) == ["one", "two", nil])
        for tag in ["one", "two", nil] {
            let image = try StoredImage.open(.layout(output.path.appending("out"), tag: tag))
            for platform in image.platforms {
                for layer in platform.manifest?.layers ?? [] { _ = try image.source(of: layer).readAll(limit: 1000) }
            }
        }
    }

    @Test func replacedImageLeavesNothingBehind() throws {
        _ = try write(Sample.image(["amd64", "arm64"], in: input, seed: "1"), tag: "one")
        let shared = try Sample.image(["amd64"], in: input, seed: "1")
        _ = try write(shared, tag: "two")
        #expect(try write(Sample.image(["amd64"], in: input, seed: "2"), tag: "one"))
        let blobs = try FileManager.default.contentsOfDirectory(
            atPath: output.path.appending("out/blobs/sha256").string)
        #expect(blobs.count == 6)
        #expect(Set(blobs).isSuperset(of: shared.blobs.map(\.descriptor.digest.hex)))
    }

    @Test func fieldsOfOtherProgramsStay() throws {
        _ = try write(Sample.image(["amd64"], in: input), tag: "mine")
        var other = try output.text("out/index.json")
        other = "{\"x-note\":[1,2.5,null,true]," + other.dropFirst()
        other = other.replacing("\"size\":", with: "\"urls\":[\"https://example.org/a\"],\"size\":")
        _ = try output.write("out/index.json", Array(other.utf8))
        _ = try write(Sample.image(["arm64"], in: input), tag: "second")
        let after = try output.text("out/index.json")
        #expect(after.contains(#""urls":["https://example.org/a"]"#))
        #expect(after.contains(#""x-note":[1,2.5,null,true]"#))
    }

    @Test func otherDirectoriesAreRefused() throws {
        _ = try output.write("out/photo.jpg", [1])
        let image = try Sample.image(["amd64"], in: input)
        let before = try output.files()
        let problem = #expect(throws: Problem.self) { try write(image) }
        #expect(problem?.code == "image.notLayout")
        #expect(problem?.why?.contains("photo.jpg") == true)
        #expect(try output.files() == before)
        #expect(throws: Problem.self) { try write(image, "out/photo.jpg") }
        #expect(throws: Problem.self) {
            try ImageDestination.layout(output.path.appending("out"), tag: nil).preflight()
        }
    }

    @Test func leftoversOfKilledRunsDoNotMatter() throws {
        _ = try output.write("out/.oci-layout.part", [1])
        let image = try Sample.image(["amd64"], in: input)
        _ = try output.write("out/blobs/sha256/.\(image.platforms[0].manifest.descriptor.digest.hex).part", [1])
        _ = try output.write("out/oci-layout", Array(#"{"imageLayoutVersion":"1.0.0"}"#.utf8))
        #expect(try write(image))
        _ = try output.write("out/blobs/sha256/.\(Digest.of([]).hex).part", [1])
        #expect(try !write(image))
        #expect(try !output.files().contains { $0.contains(".part") })
    }

    @Test func wrongContentStopsBeforeTheIndex() throws {
        var image = try Sample.image(["amd64"], in: input)
        image.platforms[0].layers[0].blob.content = .bytes(Array("<amd64>345780".utf8))
        let problem = #expect(throws: Problem.self) { try write(image) }
        #expect(problem?.code == "image.blobMismatch")
        #expect(try output.files().filter { $0.contains("sha256/") || $0.contains("index") } == [])
        image.platforms[0].layers[0].blob.content = .pieces([
            .file(input.path.appending("raw-amd64"), offset: 5, length: 99)
        ])
        #expect(throws: Problem.self) { try write(image) }
    }

    @Test func ambiguousNamelessImagesAreNotReplaced() throws {
        let first = try Sample.image(["amd64"], in: input, seed: "1")
        _ = try write(first)
        let entry = String(decoding: try OCIJSON.encode(first.platforms[0].manifest.descriptor), as: UTF8.self)
        _ = try output.write("out/index.json", Array(#"{"schemaVersion":2,"manifests":[\#(entry),\#(entry)]}"#.utf8))
        let problem = #expect(throws: Problem.self) { try write(Sample.image(["amd64"], in: input, seed: "2")) }
        #expect(problem?.code == "image.ambiguous")
    }

    @Test func manyWritersOfOneLayout() async throws {
        let images = try (0..<8).map { try Sample.image(["amd64"], in: input, seed: "\($0)") }
        let directory = output.path.appending("out")
        let results = try await mapConcurrently(Array(images.enumerated()), limit: 4) { number, image in
            try ImageDestination.layout(directory, tag: "t\(number)").write(image)
        }
        #expect(results.allSatisfy { $0 })
        let index = try OCIJSON.decode(ImageIndex.self, from: output.read("out/index.json"), at: "")
        #expect(Set(index.manifests.compactMap(\.referenceName)) == Set((0..<8).map { "t\($0)" }))
    }
}
