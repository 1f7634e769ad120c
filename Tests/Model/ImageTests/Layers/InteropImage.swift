// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage
import PlinthOCI
import PlinthTestSupport
import SystemPackage
import Testing

/// An image or root file system among the fixtures.
struct InteropImage: Sendable, CustomTestStringConvertible {
    enum Kind: String, Sendable {
        case layout = "oci"
        case ociArchive = "oci-archive"
        case dockerArchive = "docker-archive"
        case tar
    }

    let kind: Kind
    let path: String
    /// The entry of the index or of `manifest.json`, counted from 0; nil for the only one.
    var number: Int?
    /// Of the entry of an index.
    var digest: Digest?

    var testDescription: String { "\(kind.rawValue):\(path)" + (number.map { ":@\($0)" } ?? "") }

    var source: ImageSource {
        get throws {
            let place = "\(kind.rawValue):\(try #require(Fixtures.root))/\(path)"
            let choice = digest.map { "@\($0)" } ?? number.map { ":@\($0)" } ?? ""
            return try ImageSource(parsing: place + choice)
        }
    }

    /// Every one that lies in the folders of images and root file systems.
    static let all: [InteropImage] = {
        guard let root = Fixtures.root else { return [] }
        let folders = ["alpine", "base", "oci", "scan"].map { root.appending($0).string }
        let patterns = ["-name", "*.tar", "-o", "-name", "*.tar.*", "-o", "-name", "*.tgz"]
        let found = try? outputOf(
            "find", folders + ["-type", "f", "(", "-name", "oci-layout", "-o"] + patterns + [")"])
        let names = String(decoding: found ?? [], as: UTF8.self).split(separator: "\n").map {
            String($0.dropFirst(root.string.utf8.count + 1))
        }
        return names.sorted().flatMap { name in
            name.hasSuffix("/oci-layout") ? layouts(String(name.dropLast(11))) : archives(name, in: root)
        }
    }()

    private static func layouts(_ path: String) -> [InteropImage] {
        let bytes = try? Fixtures.bytes(path + "/index.json")
        let index = bytes.flatMap { try? OCIJSON.decode(ImageIndex.self, from: $0, at: path) }
        guard let index, !index.manifests.isEmpty else { return [InteropImage(kind: .layout, path: path)] }
        return index.manifests.enumerated().map {
            InteropImage(kind: .layout, path: path, number: $0, digest: $1.digest)
        }
    }

    private static func archives(_ path: String, in root: FilePath) -> [InteropImage] {
        let listed = try? runProgram("tar", ["-tf", root.appending(path).string])
        let names = Set(listed?.text.split(separator: "\n").map { $0.hasPrefix("./") ? $0.dropFirst(2) : $0 } ?? [])
        var images: [InteropImage] = []
        if names.contains("oci-layout") { images.append(InteropImage(kind: .ociArchive, path: path)) }
        if names.contains("manifest.json") || names.contains("repositories") {
            let several = ["test_bundle.tar", "test_link.tar", "docker-two-images.tar.xz"]
            images +=
                several.contains { path.hasSuffix($0) }
                ? (0..<2).map { InteropImage(kind: .dockerArchive, path: path, number: $0) }
                : [InteropImage(kind: .dockerArchive, path: path)]
        }
        return images.isEmpty ? [InteropImage(kind: .tar, path: path)] : images
    }
}

extension InteropImage {
    /// What nobody can read, and why we say so.
    static let refused: [String: String] = {
        let layouts = "oci:oci/containers-image/oci/layout/fixtures"
        let google = "oci:oci/go-containerregistry/pkg/v1/layout/testdata"
        let trivy = "oci:scan/scanner/trivy/pkg/fanal/test/testdata"
        var all = [
            // Layers of noise, or of another size than was promised.
            "\(layouts)/delete_image_multiple_images:@6": "image.blobMismatch",
            "\(layouts)/delete_image_only_one_image:@0": "image.blobMismatch",
            "\(layouts)/delete_image_shared_blobs_dir:@0": "image.missing",
            "\(layouts)/delete_image_two_identical_references:@0": "tar.truncated",
            "\(layouts)/delete_image_two_identical_references:@1": "tar.truncated",
            // Types that are no image's.
            "\(google)/test_gc_image_unknown_mediatype:@0": "image.noSuchTag",
            "\(google)/test_index:@1": "image.noSuchTag",
            "\(google)/test_index_media_type:@0": "image.notImage",
            "\(trivy)/test_invalid_oci_image.oci:@0": "image.noSuchTag",
            // No index.
            "\(trivy)/test_bad_index_json.oci": "oci.malformed",
            "\(trivy)/test_index_json_dir.oci": "image.missing",
            "\(trivy)/test_index_json_dir.oci/test_bad_index_json.oci": "oci.malformed",
            "\(trivy)/test_no_valid_manifests.oci": "oci.malformed",
            "docker-archive:oci/go-containerregistry/pkg/v1/tarball/testdata/null_manifest.tar": "image.notImage",
            // A layout with two names and no manifest for either.
            "oci-archive:oci/go-containerregistry/pkg/v1/tarball/testdata/hello-world-v25.tar": "image.notImage",
        ]
        for number in 0..<6 { all["\(layouts)/delete_image_multiple_images:@\(number)"] = "tar.truncated" }
        return all
    }()
}

/// Another program's reading of an image: skopeo copies it, and umoci unpacks what it wrote.
struct InteropJudge {
    let image: InteropImage
    let scratch: FilePath
    let isRoot: Bool

    /// A place that skopeo understands: Debian's knows no numbers in layouts, so one gets an index of its own.
    func place() throws -> String {
        let root = try #require(Fixtures.root)
        let suffix = image.number.map { ":@\($0)" } ?? ""
        guard image.kind == .layout else { return "\(image.kind.rawValue):\(root)/\(image.path)\(suffix)" }
        guard let number = image.number else { return "oci:\(root)/\(image.path)" }
        let bytes = try #require(try Fixtures.bytes(image.path + "/index.json"))
        var descriptor = try OCIJSON.decode(ImageIndex.self, from: bytes, at: "").manifests[number]
        descriptor.referenceName = "x"
        let layout = scratch.appending("one")
        try writeFile(layout.appending("index.json"), OCIJSON.encode(ImageIndex(manifests: [descriptor])))
        try writeFile(layout.appending("oci-layout"), #"{"imageLayoutVersion":"1.0.0"}"#)
        try outputOf("ln", ["-sfn", "\(root)/\(image.path)/blobs", layout.appending("blobs").string])
        return "oci:\(layout):x"
    }

    /// The unpacked root file system; nil when neither way leads there.
    func unpacked(_ platform: OCIPlatform) throws -> FilePath? {
        let place = try place()
        let target = "oci:\(scratch)/judged:x"
        if try copies(["--format", "oci"], place, target, platform), try unpacks() { return rootfs }
        // umoci knows no zstd, and skopeo neither manifests under another type nor compressed archives of Docker's: they
        // get the layers as Docker's archive has them.
        let docker = scratch.appending("judged.tar")
        try outputOf("rm", ["-rf", "\(scratch)/judged", "\(scratch)/bundle", docker.string])
        guard let stored = try? StoredImage.open(image.source, scratch: scratch),
            let part = stored.platforms.first(where: { $0.platform == platform }),
            let outgoing = try? stored.outgoing(part, unpackedIn: scratch)
        else { return nil }
        _ = try ImageDestination.dockerArchive(docker, reference: nil).write(outgoing)
        return try copies(["--format", "oci"], "docker-archive:\(docker)", target, platform) && unpacks()
            ? rootfs : nil
    }

    private var rootfs: FilePath { scratch.appending("bundle/rootfs") }

    private func copies(_ options: [String], _ from: String, _ to: String, _ platform: OCIPlatform) throws -> Bool {
        let variant = platform.variant.map { ["--override-variant", $0] } ?? []
        let overrides = ["--override-os", platform.os, "--override-arch", platform.architecture] + variant
        let words = overrides + ["copy", "--insecure-policy", "-q"] + options + [from, to]
        return try runProgram("skopeo", words).status == 0
    }

    private func unpacks() throws -> Bool {
        let words = ["unpack"] + (isRoot ? [] : ["--rootless"])
        return try runProgram("umoci", words + ["--image", "\(scratch)/judged:x", "\(scratch)/bundle"]).status == 0
    }
}
