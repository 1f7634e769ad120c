// SPDX-License-Identifier: Apache-2.0
import PlinthArchive
import PlinthCore
import PlinthOCI

/// One entry of an archive that holds an image.
struct ArchiveMember {
    var name: String
    var size: Int64
    var digest: Digest
    /// nil for a directory.
    var content: BlobContent?

    init(_ name: String, _ bytes: [UInt8]) {
        self.init(name, size: Int64(bytes.count), digest: .of(bytes), .bytes(bytes))
    }

    init(_ name: String, size: Int64, digest: Digest, _ content: BlobContent?) {
        self.name = name
        self.size = size
        self.digest = digest
        self.content = content
    }

    static func directory(_ name: String) -> ArchiveMember { .init(name, size: 0, digest: .of([]), nil) }

    func header(modified: Int64) -> [UInt8] {
        TarHeader.encode(
            TarEntry(
                name: Array(name.utf8), kind: content == nil ? .directory : .file, mode: content == nil ? 0o755 : 0o644,
                size: size, modified: modified))
    }
}

/// What the archives hold, in the order in which it is written: what names the rest comes first.
enum ArchiveMembers {
    /// An OCI layout with one image.
    static func oci(_ image: OutgoingImage, tag: String?) throws -> [ArchiveMember] {
        var index = LayoutIndex()
        var root = try image.root
        root.referenceName = tag
        try index.put(root, at: "index.json")
        let blobs = image.blobs.sorted { $0.descriptor.digest < $1.descriptor.digest }.map { blob in
            ArchiveMember(
                "blobs/sha256/\(blob.descriptor.digest.hex)", size: blob.descriptor.size,
                digest: blob.descriptor.digest,
                blob.content)
        }
        return [
            ArchiveMember("oci-layout", LayoutMark.bytes), ArchiveMember("index.json", try index.changedBytes() ?? []),
            .directory("blobs/"), .directory("blobs/sha256/"),
        ] + blobs
    }

    /// Docker's own form: one platform, its layers not compressed.
    /// - Throws: `image.onePlatform`.
    static func docker(_ image: OutgoingImage, reference: String?) throws -> [ArchiveMember] {
        guard let platform = image.platforms.first, image.platforms.count == 1 else {
            throw Problem(
                "image.onePlatform", "An archive for docker load holds an image for one platform only",
                why: "this one is for \(image.platforms.count)",
                hints: ["choose one with --arch", "write an oci-archive, which holds them all"], kind: .usage)
        }
        let layers = platform.layers.map { layer in
            ArchiveMember("\(layer.diffID.hex).tar", size: layer.unpackedSize, digest: layer.diffID, layer.unpacked)
        }
        let config = platform.config.descriptor
        let manifest = DockerImage(
            config: "\(config.digest.hex).json", repoTags: reference.map { [$0] } ?? [], layers: layers.map(\.name))
        var seen = Set<String>()
        return [
            ArchiveMember("manifest.json", try OCIJSON.encode([manifest])),
            ArchiveMember(manifest.config, size: config.size, digest: config.digest, platform.config.content),
        ] + layers.filter { seen.insert($0.name).inserted }
    }
}
