// SPDX-License-Identifier: Apache-2.0
import Foundation
import PlinthCore
import PlinthOCI
import Testing

private let folder = URL(filePath: #filePath).appending(
    path: "../../../../../shared/fixtures/oci/containers-image/internal"
).standardizedFileURL
private let present = FileManager.default.fileExists(atPath: folder.path)

/// Documents that other programs wrote.
@Suite(.enabled(if: present)) struct OCIFixtureTests {
    private func bytes(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: folder.appending(path: name))) }

    @Test(arguments: [
        "manifest/testdata/ociv1.image.index.json", "manifest/testdata/v2list.manifest.json",
        "manifest/testdata/oci1.index.zstd-selection.json", "manifest/testdata/oci1index.json",
    ])
    func indexes(name: String) throws {
        let index = try OCIJSON.decode(ImageIndex.self, from: bytes(name), at: name)
        #expect(!index.manifests.isEmpty)
        #expect(try OCIJSON.decode(ImageIndex.self, from: OCIJSON.encode(index), at: name) == index)
    }

    @Test(arguments: [
        "manifest/testdata/ociv1.manifest.json", "manifest/testdata/v2s2.manifest.json",
        "manifest/testdata/ociv1nomime.manifest.json", "image/fixtures/oci1.json",
    ])
    func manifests(name: String) throws {
        let manifest = try OCIJSON.decode(ImageManifest.self, from: bytes(name), at: name)
        #expect(manifest.layers.allSatisfy { $0.mediaType.isLayer } && !manifest.layers.isEmpty)
        #expect(manifest.config.mediaType.isConfig)
    }

    @Test(arguments: ["image/fixtures/oci1-config.json", "image/fixtures/schema2-config.json"])
    func configs(name: String) throws {
        let config = try OCIJSON.decode(ImageConfig.self, from: bytes(name), at: name)
        let layers = config.history?.filter { $0.emptyLayer != true }.count
        #expect(layers == config.rootfs.diffIDs.count)
        #expect(config.created.flatMap { RFC3339.parse($0) } != nil)
    }
}
