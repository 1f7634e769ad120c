// SPDX-License-Identifier: Apache-2.0
import Foundation
import PlinthCore
import PlinthImage
import PlinthOCI
import SystemPackage
import Testing

private let skopeo = "/usr/bin/skopeo"

/// skopeo reads what we write, and we read what it writes.
@Suite(.enabled(if: FileManager.default.isExecutableFile(atPath: skopeo))) struct TransportInteropTests {
    private let input: Scratch
    private let output: Scratch

    init() throws {
        input = try Scratch()
        output = try Scratch()
    }

    private func skopeo(_ arguments: [String]) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/skopeo")
        process.arguments = ["--insecure-policy", "--tmpdir", output.path.string] + arguments
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }

    @Test(arguments: ["oci:l:app", "oci:l", "oci-archive:x.tar:app:1", "docker-archive:x.tar:app:1"])
    func copiesOurs(text: String) throws {
        let parts = text.split(separator: ":", maxSplits: 1)
        let place = try ImageDestination(parsing: "\(parts[0]):\(output.path)/\(parts[1])")
        let image = try Sample.image(["amd64"], in: input)
        #expect(try place.write(image))
        let copy = output.path.appending("copy")
        let isDocker = parts[0] == "docker-archive"
        let preserving = isDocker ? [] : ["--preserve-digests"]
        #expect(try skopeo(["copy"] + preserving + [place.description, "oci:\(copy):same"]) == 0)
        let stored = try StoredImage.open(.layout(copy, tag: "same"))
        #expect(stored.platforms[0].config.rootfs.diffIDs == image.platforms[0].layers.map(\.diffID))
        if !isDocker { #expect(try stored.root?.digest == image.root.digest) }
    }

    @Test func copiesAllPlatforms() throws {
        let image = try Sample.image(["amd64", "arm64"], in: input)
        let place = ImageDestination.ociArchive(output.path.appending("x.tar"), tag: "app")
        #expect(try place.write(image))
        let copy = output.path.appending("copy.tar")
        #expect(
            try skopeo(["copy", "--all", "--preserve-digests", place.description, "oci-archive:\(copy):same"]) == 0)
        let stored = try StoredImage.open(.ociArchive(copy, tag: "same"))
        #expect(try stored.root?.digest == image.root.digest)
        #expect(stored.platforms.map(\.platform.architecture) == ["amd64", "arm64"])
    }

    @Test func readsItsDockerArchive() throws {
        let image = try Sample.image(["amd64"], in: input)
        let mine = ImageDestination.dockerArchive(output.path.appending("mine.tar"), reference: "app:1")
        _ = try mine.write(image)
        let theirs = ImageDestination.dockerArchive(output.path.appending("theirs.tar"), reference: "app:1")
        #expect(try skopeo(["copy", mine.description, theirs.description]) == 0)
        let stored = try StoredImage.open(theirs)
        #expect(stored.platforms[0].config.rootfs.diffIDs == image.platforms[0].layers.map(\.diffID))
        #expect(try stored.platforms[0].layers[0].unpacked().readAll(limit: 100).count == 27)
    }
}
