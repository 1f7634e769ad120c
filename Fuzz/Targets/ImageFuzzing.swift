// SPDX-License-Identifier: Apache-2.0
import PlinthArchive
import PlinthCore
import PlinthImage
import PlinthOCI
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What is fed to the readers of images.
enum ImageFuzzing {
    /// Names of images, as a person writes them.
    static func reference(_ text: String) {
        _ = try? ImageSource(parsing: text).description
        _ = try? ImageDestination(parsing: text).description
        _ = try? FilesDestination(parsing: text)?.description
        _ = try? RegistryReference(parsing: text).description
        _ = try? OCIPlatform(choice: text).description
    }

    /// One document of an archive of `docker save`, around which the others are as they should be: the first byte says
    /// which it is.
    static func save(_ bytes: [UInt8]) throws {
        guard let kind = bytes.first else { return }
        let document = Array(bytes.dropFirst())
        let layer = TarHeader.endOfArchive
        let config = Array(
            #"{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":["\#(Digest.of(layer))"]}}"#
                .utf8)
        var parts: [String: [UInt8]] = ["l.tar": layer, "c.json": config, "a/layer.tar": layer, "b/layer.tar": layer]
        switch kind {
        case UInt8(ascii: "m"): parts["manifest.json"] = document
        case UInt8(ascii: "c"):
            parts["manifest.json"] = Array(#"[{"Config":"c.json","Layers":["l.tar"]}]"#.utf8)
            parts["c.json"] = document
        case UInt8(ascii: "r"): parts["repositories"] = document
        default:
            parts["repositories"] = Array(#"{"app":{"1":"a"}}"#.utf8)
            parts["a/json"] = document
        }
        parts["b/json"] = Array(#"{"id":"b"}"#.utf8)
        try open(parts) { _ = try LayeredTree.readInTurn($0.platforms[0].layers, reading) }
    }

    /// Two layers, the lower one as many blocks long as the first two bytes say.
    static func layers(_ bytes: [UInt8]) throws {
        guard bytes.count >= 2 else { return }
        let rest = bytes.dropFirst(2)
        let lower = Array(rest.prefix((Int(bytes[0]) << 8 | Int(bytes[1])) * 512))
        let upper = Array(rest.dropFirst(lower.count))
        let config = Array(
            #"{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":["\#(Digest.of(lower))","\#(Digest.of(upper))"]}}"#
                .utf8)
        let manifest = Array(#"[{"Config":"c.json","Layers":["1.tar","2.tar"]}]"#.utf8)
        let parts = ["manifest.json": manifest, "c.json": config, "1.tar": lower, "2.tar": upper]
        try open(parts) { image in
            let tree = try LayeredTree.readInTurn(image.platforms[0].layers, reading)
            for index in tree.indices.dropFirst() {
                let path = tree.path(at: index)
                precondition(tree.index(of: path) == index, "every entry is found by its path")
                precondition(tree.parent(of: index).map { tree.isDirectory(at: $0) } == true, "and lies in a directory")
                _ = tree.resolve(path)
            }
            _ = try RootfsExport(tree, limits: reading.limits).write { _ in }
        }
    }

    private static var reading: LayerReading {
        var reading = LayerReading(digests: true)
        reading.limits.unpacked = 8 << 20
        return reading
    }

    /// Opens an archive of those parts. It lies in a file, as archives do.
    private static func open(_ parts: [String: [UInt8]], _ body: (StoredImage) throws -> Void) throws {
        var archive: [UInt8] = []
        for (name, bytes) in parts.sorted(by: { $0.key < $1.key }) {
            let entry = TarEntry(name: Array(name.utf8), kind: .file, size: Int64(bytes.count))
            archive += TarHeader.encode(entry) + bytes
            archive += [UInt8](repeating: 0, count: TarHeader.padding(after: entry.size))
        }
        archive += TarHeader.endOfArchive
        var template = Array("/tmp/plinth-fuzz-XXXXXX".utf8CString)
        let number = mkstemp(&template)
        guard number >= 0 else { return }
        let path = FilePath(platformString: template)
        defer {
            close(number)
            _ = path.withPlatformString { unlink($0) }
        }
        _ = try FileDescriptor(rawValue: number).writeAll(archive)
        try body(try StoredImage.open(.dockerArchive(.path(path), .only), scratch: "/tmp"))
    }
}
