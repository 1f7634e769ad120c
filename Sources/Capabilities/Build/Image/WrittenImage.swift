// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthDistribution
import PlinthFetch
import PlinthImage
import PlinthOCI
import PlinthReports
import SystemPackage

/// The blobs of a finished image, ready for any destination, and the documents that stand beside it.
struct WrittenImage {
    private(set) var contents: OutgoingImage
    let digest: Digest
    let created: Int64
    private let documents: [(architecture: String, bytes: [UInt8])]

    /// - Parameter unpacked: whether the destination wants layers uncompressed.
    init(_ records: [PlatformRecord], _ order: BuildOrder, _ store: Store, unpacked: Bool) throws {
        created = records.map(\.created).max() ?? 0
        var images: [OutgoingPlatform] = []
        var bases: [OutgoingImage] = []
        var documents: [(String, [UInt8])] = []
        for (platform, record) in zip(order.platforms, records) {
            images.append(try Self.contents(of: record, store))
            if let base = order.bases[platform.architecture] {
                let outgoing = try base.outgoing(
                    unpackedIn: unpacked ? store.scratchPath().removingLastComponent() : nil)
                images[images.count - 1].layers.insert(contentsOf: outgoing.platforms[0].layers, at: 0)
                bases.append(outgoing)
            }
            let bytes = try Self.blob(record.document, store)
            documents.append((record.manifest.platform?.architecture ?? "unknown", bytes))
        }
        self.documents = documents
        if images.count == 1 {
            digest = records[0].manifest.digest
            contents = OutgoingImage(platforms: images)
        } else {
            let index = try ImageDocuments.index(of: records.map(\.manifest), order.settings, created: created)
            digest = Digest.of(index)
            contents = OutgoingImage(platforms: images, index: OutgoingBlob(.imageIndex, bytes: index))
        }
        for base in bases { contents.keep(base) }
    }

    private static func contents(of record: PlatformRecord, _ store: Store) throws -> OutgoingPlatform {
        return OutgoingPlatform(
            manifest: OutgoingBlob(record.manifest, .bytes(try blob(record.manifest, store))),
            config: OutgoingBlob(record.config, .bytes(try blob(record.config, store))),
            layers: record.layers.map { outgoing($0, store) })
    }

    private static func outgoing(_ layer: LayerRecord, _ store: Store) -> OutgoingLayer {
        let packed = layer.pieces.map { piece in
            BlobPiece.file(piece.path(layer.packing.suffix, in: store), offset: 0, length: piece.packedSize)
        }
        let raw = layer.pieces.map { piece in
            BlobPiece.file(piece.path(".tar", in: store), offset: 0, length: piece.rawSize)
        }
        return OutgoingLayer(
            OutgoingBlob(layer.descriptor, .pieces(packed)), diffID: layer.diffID, unpackedSize: layer.rawSize,
            unpacked: .pieces(raw))
    }

    private static func blob(_ descriptor: Descriptor, _ store: Store) throws -> [UInt8] {
        guard let bytes = try store.read(.blobs, descriptor.digest.hex, limit: 64 << 20),
            Digest.of(bytes) == descriptor.digest
        else { throw store.damaged(store.path(.blobs, descriptor.digest.hex), why: "its digest is another") }
        return bytes
    }

    /// Writes the SPDX documents beside the image; gives whether anything changed.
    func writeDocuments(beside destination: ImageDestination, suffix: String) throws -> Bool {
        var changed = false
        for (architecture, bytes) in documents {
            let middle = suffix + (documents.count == 1 ? "" : ".\(architecture)")
            let path = FilePath(destination.path.string + middle + ".spdx.json")
            if try PlainFile.replace(path, with: bytes) { changed = true }
        }
        return changed
    }
}

extension BuildOrder {
    func report(created: Int64?, platforms: [PlatformReport]) -> BuildReport {
        var report = BuildReport(
            distribution: distribution.name, profile: profile.rawValue, dependencies: dependencies,
            created: created.map { RFC3339.format($0) }, platforms: platforms)
        report.variant = variant
        report.notes = notes
        return report
    }

    var policy: NormalisationPolicy { distribution.packages.policy(for: self) }
}
