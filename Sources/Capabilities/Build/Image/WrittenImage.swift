// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthFetch
import PlinthImage
import PlinthOCI
import PlinthReports
import SystemPackage

/// The blobs of a finished image, ready for any destination, and the documents that stand beside it.
struct WrittenImage {
    let contents: ImageContents
    let digest: Digest
    let created: Int64
    private let documents: [(architecture: String, bytes: [UInt8])]

    init(_ records: [PlatformRecord], _ order: BuildOrder, _ store: Store) throws {
        created = records.map(\.created).max() ?? 0
        var images: [ImageContents.Platform] = []
        var documents: [(String, [UInt8])] = []
        for record in records {
            images.append(try Self.contents(of: record, store))
            let bytes = try Self.blob(record.document, store)
            documents.append((record.manifest.platform?.architecture ?? "unknown", bytes))
        }
        self.documents = documents
        if images.count == 1 {
            digest = records[0].manifest.digest
            contents = ImageContents(platforms: images, index: nil)
        } else {
            let index = try ImageDocuments.index(of: records.map(\.manifest), order.settings, created: created)
            digest = Digest.of(index)
            contents = ImageContents(platforms: images, index: index)
        }
    }

    private static func contents(of record: PlatformRecord, _ store: Store) throws -> ImageContents.Platform {
        let suffix = record.layer.packing.suffix
        let packed = record.layer.pieces.map { piece in
            BlobPiece.file(piece.path(suffix, in: store), offset: 0, length: piece.packedSize)
        }
        let raw = record.layer.pieces.map { piece in
            BlobPiece.file(piece.path(".tar", in: store), offset: 0, length: piece.rawSize)
        }
        return ImageContents.Platform(
            manifest: (record.manifest, try blob(record.manifest, store)),
            config: (record.config, try blob(record.config, store)),
            layers: [
                ImageContents.Layer(
                    descriptor: record.layer.descriptor, content: .pieces(packed), diffID: record.layer.diffID,
                    rawSize: record.layer.rawSize, rawContent: .pieces(raw))
            ])
    }

    private static func blob(_ descriptor: Descriptor, _ store: Store) throws -> [UInt8] {
        guard let bytes = try store.read(.blobs, descriptor.digest.hex, limit: 64 << 20),
            Digest.of(bytes) == descriptor.digest
        else { throw store.damaged(store.path(.blobs, descriptor.digest.hex), why: "its digest is another") }
        return bytes
    }

    /// Writes the SPDX documents beside the image; gives whether anything changed.
    func writeDocuments(beside destination: ImageDestination) throws -> Bool {
        var changed = false
        for (architecture, bytes) in documents {
            let middle = documents.count == 1 ? "" : ".\(architecture)"
            let path = FilePath(destination.path.string + middle + ".spdx.json")
            if try PlainFile.replace(path, with: bytes) { changed = true }
        }
        return changed
    }
}

extension BuildOrder {
    func report(created: Int64, platforms: [PlatformReport]) -> BuildReport {
        BuildReport(
            distribution: distribution.name, profile: profile.rawValue, dependencies: dependencies,
            created: RFC3339.format(created), platforms: platforms)
    }

    var policy: NormalisationPolicy {
        NormalisationPolicy(
            mergesUsr: true, dropsDocumentation: profile != .full, clamp: epoch, level: LayerFormat.gzipLevel)
    }
}
