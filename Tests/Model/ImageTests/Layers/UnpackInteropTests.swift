// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage
import PlinthOCI
import PlinthTestSupport
import SystemPackage
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What we see of an image is what umoci unpacks, and so is what we export and unpack ourselves.
///
/// One after the other: waiting for programs holds up threads that other tests need.
@Suite(.enabled(if: hasProgram("umoci", "skopeo") && Fixtures.root != nil), .serialized)
struct UnpackInteropTests {
    private static let isRoot = geteuid() == 0
    /// Without a manifest, as Docker saved images in its first years: nobody else reads it any more.
    private static let oldest = "docker-archive:oci/go-containerregistry/pkg/v1/tarball/testdata/no_manifest.tar"
    /// What skopeo takes for no image: a compressed archive, and a manifest of Docker's under OCI's type.
    private static let unknownToSkopeo = ["testdata/alpine-31", "pkg/v1/layout/testdata/test_"]

    @Test(arguments: InteropImage.all) func sameAsUnpacked(image: InteropImage) async throws {
        try await withAsyncScratchDirectory { scratch in
            let judge = InteropJudge(image: image, scratch: scratch, isRoot: Self.isRoot)
            let expected = InteropImage.refused[image.testDescription]
            do {
                let stored = try StoredImage.open(image.source, scratch: scratch)
                if image.kind != .tar, expected == nil { try expectDigest(of: stored, judge) }
                for platform in stored.platforms {
                    let tree = try await LayeredTree.read(platform.layers, LayerReading(digests: true))
                    try await expectSame(tree, platform.platform, judge)
                }
                #expect(expected == nil, "it can be read")
            } catch let problem as Problem where problem.code != "test.program" {
                #expect(problem.code == expected, "\(problem)")
                guard image.kind != .tar else { return }
                let others = try? judge.unpacked(OCIPlatform(architecture: "amd64"))
                #expect(others == nil, "umoci can read it")
            }
        }
    }

    /// Of Docker's archives only the config has a digest.
    private func expectDigest(of image: StoredImage, _ judge: InteropJudge) throws {
        let isDocker = judge.image.kind == .dockerArchive
        let words = ["inspect", "--raw"] + (isDocker ? ["--config"] : []) + [try judge.place()]
        let result = try runProgram("skopeo", words)
        guard result.status == 0 else {
            let isKnown = Self.unknownToSkopeo.contains { judge.image.path.contains($0) }
            #expect(isKnown || judge.image.testDescription == Self.oldest, "\(result.errorText)")
            return
        }
        let wanted = isDocker ? image.platforms[0].manifest?.config.digest : image.root?.digest
        #expect(Digest.of(result.output) == wanted)
    }

    private func expectSame(_ tree: LayeredTree, _ platform: OCIPlatform, _ judge: InteropJudge) async throws {
        let facts = facts(tree)
        let scratch = judge.scratch
        if judge.image.kind == .tar {
            try makeDirectories(scratch.appending("tar"))
            let path = try #require(Fixtures.path(judge.image.path))
            let owner = Self.isRoot ? "--same-owner" : "--no-same-owner"
            try outputOf(
                "tar",
                [
                    "-x", "-p", "--xattrs", "--xattrs-include=*", "--numeric-owner", owner, "-f", path.string, "-C",
                    "\(scratch)/tar",
                ])
            #expect(self.facts(try await read("dir:\(scratch)/tar")) == facts)
        } else if let rootfs = try judge.unpacked(platform) {
            #expect(self.facts(try await read("dir:\(rootfs)")) == facts)
        } else {
            #expect(judge.image.testDescription == Self.oldest, "umoci cannot read it")
        }
        let file = scratch.appending("root.tar")
        _ = try RootfsExport(tree).write(to: file)
        let exported = try await read("tar:\(file)")
        #expect(RootfsExportTests.facts(exported) == RootfsExportTests.facts(tree))
        let place = scratch.appending("ours-\(platform.architecture)\(platform.variant ?? "")")
        _ = try RootfsExport(tree).unpack(to: place)
        #expect(self.facts(try await read("dir:\(place)")) == facts)
        try outputOf(
            "rm", ["-rf", "\(scratch)/bundle", "\(scratch)/judged", "\(scratch)/judged.tar", "\(scratch)/tar"])
    }

    /// Owners and devices only with root's rights; times of directories that no layer names are nobody's.
    private func facts(_ tree: LayeredTree) -> [String] {
        let names = RootfsExportTests.facts(tree, owners: false)
        return zip(tree.indices.dropFirst(), names).compactMap { index, text in
            let entry = tree.entry(at: index)
            guard Self.isRoot else {
                if case .characterDevice = entry.kind { return nil }
                if case .blockDevice = entry.kind { return nil }
                return text
            }
            let time = entry.kind == .directory ? "" : " \(entry.modified)"
            return "\(text) \(entry.user):\(entry.group)\(time) \(entry.attributes.keys.sorted())"
        }
    }

    private func read(_ text: String) async throws -> LayeredTree {
        let image = try StoredImage.open(ImageSource(parsing: text))
        return try await LayeredTree.read(image.platforms[0].layers, LayerReading(digests: true))
    }
}
