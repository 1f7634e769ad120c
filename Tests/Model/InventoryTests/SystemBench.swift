// SPDX-License-Identifier: Apache-2.0
import PlinthArchive
import PlinthCore
import PlinthImage
import PlinthOCI
import PlinthReports
import PlinthTestSupport
import SystemPackage

@testable import PlinthInventory

/// The facts of a system that a test writes down as files.
func facts(of files: [TestFile], _ runtime: RuntimeConfig = RuntimeConfig()) async throws -> SystemFacts {
    try await withAsyncScratchDirectory { scratch in
        let tar = TestTar.archive(files)
        let layer = OutgoingLayer(
            OutgoingBlob(.layer, bytes: tar), diffID: .of(tar), unpackedSize: Int64(tar.count), unpacked: .bytes(tar))
        let config = ImageConfig(
            platform: OCIPlatform(architecture: "amd64"), config: runtime, diffIDs: [layer.diffID])
        let blob = OutgoingBlob(.imageConfig, bytes: try OCIJSON.encode(config))
        let manifest = ImageManifest(config: blob.descriptor, layers: [layer.blob.descriptor])
        let platform = OutgoingPlatform(
            manifest: OutgoingBlob(.imageManifest, bytes: try OCIJSON.encode(manifest)), config: blob, layers: [layer])
        let place = "oci:\(scratch.appending("image"))"
        _ = try ImageDestination(parsing: place).write(OutgoingImage(platforms: [platform]))
        let image = try ViewedImage.open(place)
        let tree = try await LayeredTree.read(
            image.platforms[0].layers, LayerReading(keeps: SystemFiles(config).reading))
        return try SystemFacts(tree, config: config, today: "2026-11-21")
    }
}
