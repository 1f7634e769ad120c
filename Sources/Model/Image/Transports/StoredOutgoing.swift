// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthOCI
package import SystemPackage

extension StoredImage {
    /// The image as something to be written elsewhere: its documents, and where its blobs lie.
    ///
    /// Time: for Docker's archive every compressed layer is unpacked into a scratch file first. Memory: the documents.
    /// - Parameters:
    ///   - platform: the only one to take; nil takes the whole image.
    ///   - unpackedIn: a directory for unpacked layers, which only Docker's archive needs.
    /// - Throws: `image.noManifest`, `image.missing`, `image.blobMismatch`, `image.nested`, `archive.*`, `oci.*`.
    package func outgoing(_ platform: Platform? = nil, unpackedIn scratch: FilePath? = nil) throws -> OutgoingImage {
        let root = try root(of: platform)
        let walk = try ImageWalk(self, from: root)
        var image = OutgoingImage(platforms: [])
        // Blobs of a compressed archive, or of standard input, lie in a file that goes with its last reference.
        if let copy = shelf.scratch { image.keeping.append(copy) }
        for part in platform.map({ [$0] }) ?? platforms {
            image.platforms.append(try outgoing(part, scratch, &image.keeping))
        }
        let documents = walk.documents.map { OutgoingBlob($0.descriptor, .bytes($0.bytes)) }
        image.index = root.mediaType.isIndex ? documents.last : nil
        // Attestations and inner indexes belong to no platform.
        image.others = try walk.blobs.map { OutgoingBlob($0, try content(of: $0)) } + documents
        return image
    }

    private func outgoing(
        _ part: Platform, _ scratch: FilePath?, _ keeping: inout [any Sendable]
    ) throws -> OutgoingPlatform {
        guard let descriptor = part.descriptor, let manifest = part.manifest else {
            throw Problem("image.noManifest", "Files alone are no image yet", at: place, kind: .usage)
        }
        var result = OutgoingPlatform(
            manifest: OutgoingBlob(descriptor, .bytes(try manifestBytes(descriptor))),
            config: OutgoingBlob(manifest.config, try content(of: manifest.config)), layers: [])
        for layer in part.layers {
            guard let blob = layer.descriptor, let diffID = layer.diffID else { continue }
            var outgoing = OutgoingLayer(
                OutgoingBlob(blob, try content(of: blob)), diffID: diffID, unpackedSize: 0, unpacked: .pieces([]))
            if let scratch { try unpack(layer, in: scratch, to: &outgoing, &keeping) }
            result.layers.append(outgoing)
        }
        return result
    }

    private func content(of blob: Descriptor) throws -> BlobContent {
        let stretch = try shelf.stretch(of: blob)
        return .pieces([.file(stretch.path, offset: stretch.offset, length: stretch.length)])
    }

    private func unpack(
        _ layer: StoredLayer, in scratch: FilePath, to outgoing: inout OutgoingLayer, _ keeping: inout [any Sendable]
    ) throws {
        let file = try ScratchFile(try layer.unpacked(), in: scratch)
        keeping.append(file)
        outgoing.unpacked = .file(file.path)
        outgoing.unpackedSize = HostFile.size(file.path) ?? 0
    }
}
