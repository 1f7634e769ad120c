// SPDX-License-Identifier: Apache-2.0
import Foundation
import PlinthCore
import PlinthImage
import PlinthOCI
import SystemPackage

/// A directory of its own for a test, gone with it.
final class Scratch {
    let path: FilePath

    init() throws {
        path = FilePath(NSTemporaryDirectory()).appending("plinth-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(atPath: path.string, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path.string) }

    func write(_ name: String, _ bytes: [UInt8]) throws -> FilePath {
        let file = path.appending(FilePath(name).components)
        try FileManager.default.createDirectory(
            atPath: file.removingLastComponent().string, withIntermediateDirectories: true)
        try Data(bytes).write(to: URL(filePath: file.string))
        return file
    }

    func read(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(filePath: path.appending(FilePath(name).components).string)))
    }

    func text(_ name: String) throws -> String { String(decoding: try read(name), as: UTF8.self) }

    /// Every file below, with its inode: the same list means that nothing was written.
    func files() throws -> [String] {
        let all = FileManager.default.enumerator(atPath: path.string)?.compactMap { $0 as? String } ?? []
        return try all.sorted().map { name in
            let facts = try FileManager.default.attributesOfItem(
                atPath: path.appending(FilePath(name).components).string)
            return facts[.type] as? FileAttributeType == .typeDirectory
                ? name : "\(name) \(facts[.systemFileNumber] ?? 0)"
        }
    }
}

/// Small images that are not worth running.
enum Sample {
    /// One layer, whose "compressed" form is put together from pieces of every kind.
    static func platform(_ architecture: String, in scratch: Scratch, seed: String = "") throws -> OutgoingPlatform {
        let unpacked = Array("an unpacked layer for \(architecture)\(seed)".utf8)
        let file = try scratch.write("pieces-\(architecture)\(seed)", Array("0123456789".utf8))
        let packed = Array("<\(architecture)\(seed)>".utf8) + Array("345".utf8) + Array("789".utf8)
        let layer = OutgoingLayer(
            OutgoingBlob(
                Descriptor(.layerGzip, of: packed),
                .pieces([
                    .bytes(Array("<\(architecture)\(seed)>".utf8)), .file(file, offset: 3, length: 3),
                    .file(file, offset: 7, length: 3),
                ])),
            diffID: .of(unpacked), unpackedSize: Int64(unpacked.count),
            unpacked: .file(try scratch.write("raw-\(architecture)\(seed)", unpacked)))
        let platform = OCIPlatform(architecture: architecture)
        let config = OutgoingBlob(
            .imageConfig, bytes: try OCIJSON.encode(ImageConfig(platform: platform, diffIDs: [layer.diffID])))
        let manifest = ImageManifest(config: config.descriptor, layers: [layer.blob.descriptor])
        return OutgoingPlatform(
            manifest: OutgoingBlob(.imageManifest, bytes: try OCIJSON.encode(manifest), platform: platform),
            config: config, layers: [layer])
    }

    static func image(_ architectures: [String], in scratch: Scratch, seed: String = "") throws -> OutgoingImage {
        let platforms = try architectures.map { try platform($0, in: scratch, seed: seed) }
        if platforms.count == 1 { return OutgoingImage(platforms: platforms) }
        let index = ImageIndex(manifests: platforms.map(\.manifest.descriptor)).sortedByPlatform
        return OutgoingImage(
            platforms: platforms, index: OutgoingBlob(.imageIndex, bytes: try OCIJSON.encode(index)))
    }
}
