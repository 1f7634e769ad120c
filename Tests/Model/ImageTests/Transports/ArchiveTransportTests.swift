// SPDX-License-Identifier: Apache-2.0
import PlinthArchive
import PlinthCore
import PlinthImage
import PlinthOCI
import SystemPackage
import Testing

@Suite struct ArchiveTransportTests {
    private let input: Scratch
    private let output: Scratch

    init() throws {
        input = try Scratch()
        output = try Scratch()
    }

    private func destination(_ text: String) throws -> ImageDestination {
        let parts = text.split(separator: ":", maxSplits: 1)
        return try ImageDestination(parsing: "\(parts[0]):\(output.path)/\(parts[1])")
    }

    private func names(_ file: String) throws -> [String] {
        let reader = TarReader(try FileSource(output.path.appending(file)), place: file)
        var names: [String] = []
        while let entry = try reader.next() {
            names.append(
                "\(String(decoding: entry.name, as: UTF8.self)) \(String(entry.mode, radix: 8)) \(entry.modified)")
        }
        return names
    }

    @Test func ociArchive() throws {
        let image = try Sample.image(["amd64", "arm64"], in: input)
        let place = try destination("oci-archive:a/x.tar:1")
        #expect(try place.write(image, modified: 7))
        let blobs = image.blobs.map(\.descriptor.digest).sorted().map { "blobs/sha256/\($0.hex) 644 7" }
        #expect(
            try names("a/x.tar") == ["oci-layout 644 7", "index.json 644 7", "blobs/ 755 7", "blobs/sha256/ 755 7"]
                + blobs)
        let stored = try StoredImage.open(place)
        #expect(stored.root?.digest == image.index?.descriptor.digest)
        #expect(stored.platforms.map(\.platform.architecture) == ["amd64", "arm64"])
        let layer = try #require(stored.platforms[1].manifest?.layers[0])
        #expect(try stored.source(of: layer).readAll(limit: 100) == Array("<arm64>345789".utf8))
    }

    @Test func dockerArchive() throws {
        let image = try Sample.image(["amd64"], in: input)
        let place = try destination("docker-archive:x.tar:app")
        #expect(try place.write(image))
        let config = image.platforms[0].config.descriptor.digest.hex
        let diffID = image.platforms[0].layers[0].diffID
        #expect(try names("x.tar") == ["manifest.json 644 0", "\(config).json 644 0", "\(diffID.hex).tar 644 0"])
        for name in [
            "docker-archive:x.tar", "docker-archive:x.tar:app:latest", "docker-archive:x.tar:docker.io/library/app",
        ] {
            let stored = try StoredImage.open(destination(name))
            #expect(stored.platforms[0].manifest?.config.digest.hex == config)
            let layer = try #require(stored.platforms[0].manifest?.layers[0])
            #expect(layer.digest == diffID)
            #expect(try stored.source(of: layer).readAll(limit: 100) == Array("an unpacked layer for amd64".utf8))
        }
        let problem = #expect(throws: Problem.self) { try StoredImage.open(destination("docker-archive:x.tar:other")) }
        #expect(problem?.code == "image.noSuchTag")
    }

    @Test(arguments: ["oci-archive:x.tar:1", "docker-archive:x.tar:app"])
    func secondTimeWritesNothing(text: String) throws {
        let place = try destination(text)
        let image = try Sample.image(["amd64"], in: input)
        #expect(try place.write(image))
        let before = (try output.files(), try output.read("x.tar"))
        #expect(try !place.write(image))
        #expect(try output.files() == before.0)
        #expect(try place.write(Sample.image(["amd64"], in: input, seed: "2")))
        #expect(try place.write(image))
        #expect(try output.read("x.tar") == before.1)
    }

    @Test func dockerHoldsOnePlatform() throws {
        let image = try Sample.image(["amd64", "arm64"], in: input)
        let problem = #expect(throws: Problem.self) { try destination("docker-archive:x.tar").write(image) }
        #expect(problem?.code == "image.onePlatform")
        #expect(try output.files() == [])
    }

    @Test(arguments: ["oci-archive:d", "docker-archive:d"])
    func directoriesAreNotReplaced(text: String) throws {
        _ = try output.write("d/file", [1])
        let place = try destination(text)
        #expect(throws: Problem.self) { try place.preflight() }
        #expect(throws: Problem.self) { try place.write(Sample.image(["amd64"], in: input)) }
    }

    @Test func failedWriteLeavesTheOldFile() throws {
        let place = try destination("docker-archive:x.tar")
        var image = try Sample.image(["amd64"], in: input)
        #expect(try place.write(image))
        let before = try output.files()
        image = try Sample.image(["amd64"], in: input, seed: "2")
        image.platforms[0].layers[0].unpacked = .bytes([1])
        let problem = #expect(throws: Problem.self) { try place.write(image) }
        #expect(problem?.code == "image.blobMismatch")
        #expect(try output.files() == before)
    }
}
