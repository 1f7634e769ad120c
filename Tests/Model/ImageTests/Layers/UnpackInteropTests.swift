// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage
import PlinthTestSupport
import SystemPackage
import Testing

/// What we see of an image is what umoci unpacks, and so is what we export. It cannot read zstd.
@Suite(.enabled(if: hasProgram("umoci", "skopeo") && fixture("oci") != nil))
struct UnpackInteropTests {
    static let archives = [
        "dive/.data/test-docker-image.tar", "dive/.data/test-kaniko-image.tar",
        "go-containerregistry/pkg/v1/mutate/testdata/whiteout_image.tar",
        "go-containerregistry/pkg/v1/mutate/testdata/whiteout_dir.tar",
        "go-containerregistry/pkg/v1/mutate/testdata/overwritten_file.tar",
        "go-containerregistry/pkg/v1/tarball/testdata/test_image_1.tar",
        "go-containerregistry/pkg/v1/tarball/testdata/hello-world-v25.tar",
    ].map { "docker-archive:oci/\($0)" }
    static let layouts =
        ["gzip", "uncompressed", "estargz"].map { "oci-archive:oci/dive/.data/test-oci-\($0)-image.tar" }
        + ["latest-glibc", "latest-musl", "latest-uclibc"].map { "oci:base/busybox/amd64/\($0)" }

    @Test(arguments: archives + layouts)
    func sameAsUnpacked(image: String) async throws {
        let parts = image.split(separator: ":")
        let path = try #require(fixture(String(parts[1])))
        let place = "\(parts[0]):\(path)"
        try await withAsyncScratchDirectory { scratch in
            let layout = scratch.appending("l")
            try outputOf("skopeo", ["copy", "--insecure-policy", "-q", place, "oci:\(layout):x"])
            try outputOf("umoci", ["unpack", "--rootless", "--image", "\(layout):x", "\(scratch)/bundle"])
            let unpacked = try await tree("dir:\(scratch)/bundle/rootfs")
            let ours = try await tree(place)
            #expect(facts(ours) == facts(unpacked))
            let file = scratch.appending("root.tar")
            _ = try RootfsExport(ours).write(to: file)
            let exported = try await tree("tar:\(file)")
            #expect(RootfsExportTests.facts(exported) == RootfsExportTests.facts(ours))
            try makeDirectories(scratch.appending("tar"))
            try outputOf("tar", ["-x", "-p", "--no-same-owner", "-f", file.string, "-C", "\(scratch)/tar"])
            let extracted = try await tree("dir:\(scratch)/tar")
            #expect(facts(extracted) == facts(ours))
        }
    }

    private func facts(_ tree: LayeredTree) -> [String] { RootfsExportTests.facts(tree, owners: false) }

    private func tree(_ text: String) async throws -> LayeredTree {
        let image = try StoredImage.open(ImageSource(parsing: text))
        return try await LayeredTree.read(image.platforms[0].layers, LayerReading(digests: true))
    }
}
