// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthOCI
import PlinthTestSupport
import Testing

private let folder = "oci/containers-image/internal"

/// Documents that other programs wrote.
@Suite(.enabled(if: Fixtures.path(folder) != nil)) struct OCIFixtureTests {
    private func bytes(_ name: String) throws -> [UInt8] { try #require(try Fixtures.bytes("\(folder)/\(name)")) }

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
