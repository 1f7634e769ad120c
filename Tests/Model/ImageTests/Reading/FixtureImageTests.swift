// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage
import PlinthTestSupport
import SystemPackage
import Testing

/// Images and archives that others made.
@Suite(.enabled(if: fixture("oci") != nil)) struct FixtureImageTests {
    private func image(_ text: String) throws -> StoredImage {
        let parts = text.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
        let path = try #require(fixture(parts[1]))
        return try StoredImage.open(ImageSource(parsing: "\(parts[0])\(path)\(parts.count > 2 ? parts[2] : "")"))
    }

    private static let tarball = "oci/go-containerregistry/pkg/v1/tarball/testdata"
    private static let layouts = "oci/go-containerregistry/pkg/v1/layout/testdata"
    private static let mutate = "oci/go-containerregistry/pkg/v1/mutate/testdata"
    private static let exarch = "hostile/exarch/crates/exarch-python/tests/fixtures"

    @Test(arguments: [
        ("|oci/dive/.data/test-docker-image.tar", 14), ("|oci/dive/.data/test-kaniko-image.tar", 14),
        ("|oci/dive/.data/test-oci-zstd-image.tar", 1), ("docker-archive:|\(tarball)/test_bundle.tar|:@1", 1),
        ("docker-archive:|\(tarball)/no_manifest.tar", 1), ("|\(tarball)/hello-world-v25.tar", 1),
        ("docker-archive:|\(tarball)/test_link.tar|:bazel/v1/tarball:test_image_3", 2),
        ("docker-archive:|oci/skopeo/systemtest/testdata/docker-two-images.tar.xz|:@1", 1),
        ("oci:|\(layouts)/test_index|:1", 1), ("oci:|base/busybox/arm64v8/latest-musl", 1),
        ("|base/alpine/v3.20/x86_64/alpine-minirootfs-3.20.3-x86_64.tar.gz", 1),
        ("|base/alpine-old/library-3.5/rootfs.tar.xz", 1),
        ("tar:|base/almalinux-micro/al9-20231124/almalinux-9-docker-s390x-micro.tar.xz", 1),
        ("tar:|\(exarch)/cve-2024-12905-symlink-escape.tar", 1),
        ("tar:|hostile/binwalk/testing/tests/input-vectors/dirtraversal.tar", 1),
        ("tar:|hostile/ostree/tests/ostree-path-traverse.tar.gz", 1),
        ("tar:|hostile/ostree/tests/bare-split-xattrs-basic.tar.xz", 1),
    ])
    func readable(text: String, layers: Int) async throws {
        let platform = try image(text).platforms[0]
        #expect(platform.layers.count == layers)
        let tree = try await LayeredTree.read(platform.layers)
        #expect(tree.count > 1)
        for index in tree.indices.dropFirst() {
            #expect(tree.parent(of: index).map { tree.isDirectory(at: $0) } == true)
            #expect(tree.entry(at: index).links > 0)
        }
    }

    @Test(arguments: [
        ("docker-archive:|\(tarball)/null_manifest.tar", "image.notImage"),
        ("docker-archive:|\(tarball)/test_bundle.tar", "image.ambiguous"),
        ("docker-archive:|\(tarball)/test_bundle.tar|:@2", "image.noSuchTag"),
        ("docker-archive:|\(tarball)/content.tar", "image.missing"), ("oci:|\(layouts)/test_index", "image.ambiguous"),
        ("oci:|\(layouts)/test_index|:7", "image.noSuchTag"), ("dir:|oci/image-spec/LICENSE", "image.notDirectory"),
        ("|oci/image-spec/LICENSE", "image.notImage"),
        ("|oci/containers-storage/pkg/archive/testdata", "image.notImage"),
    ])
    func refused(text: String, code: String) {
        let problem = #expect(throws: Problem.self) { try image(text) }
        #expect(problem?.code == code)
        #expect(problem?.place != nil)
    }

    @Test(arguments: [
        ("tar:|\(exarch)/cve-2025-4517-traversal.tar.gz", "layer.leavesTree"),
        ("tar:|\(exarch)/cve-2025-48387-hardlink.tar", "layer.link"),
    ])
    func refusedWhenRead(text: String, code: String) async throws {
        let stored = try image(text)
        let problem = await #expect(throws: Problem.self) { try await LayeredTree.read(stored.platforms[0].layers) }
        #expect(problem?.code == code)
    }

    @Test func waste() async throws {
        let tree = try await LayeredTree.read(image("|oci/dive/.data/test-docker-image.tar").platforms[0].layers)
        #expect(tree.superseded.contains { $0.cause == .deleted })
        let overwritten = try await LayeredTree.read(image("|\(Self.mutate)/overwritten_file.tar").platforms[0].layers)
        #expect(overwritten.waste.allSatisfy { $0.hasSuffix("overwritten") })
        #expect(overwritten.waste.count == 1)
    }

    /// Every archive of the collection gives a tree or a problem, and nothing else.
    @Test func vectors() async throws {
        let root = try #require(fixture("archive"))
        var readable = 0
        for path in Self.archives(in: root) {
            do {
                let stored = try StoredImage.open(.tar(.path(path)))
                var reading = LayerReading(digests: true)
                reading.limits.unpacked = 4 << 20
                _ = try await LayeredTree.read(stored.platforms[0].layers, reading)
                readable += 1
            } catch { #expect(error is Problem, "\(path): \(error)") }
        }
        #expect(readable > 50)
    }

    private static func archives(in directory: FilePath) -> [FilePath] {
        namesInDirectory(directory).flatMap { name in
            let path = directory.appending(name)
            let isDirectory = (try? path.stat())?.type == .directory
            return isDirectory ? archives(in: path) : name.contains(".tar") ? [path] : []
        }
    }
}
