// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthFetch
import PlinthImage
import PlinthOCI
import PlinthReports
import SystemPackage

/// Turns an order into an image at a destination: platforms from the store or made anew, then written.
struct Builder: Sendable {
    let order: BuildOrder
    let store: Store
    let packages: PackageFetcher
    let width: Int

    /// - Parameter suffix: what the names of documents beside the image end with.
    /// - Throws: `Problem`s of fetching, packages, the store and the destination.
    func build(to destination: ImageDestination, suffix: String = "") async throws -> BuildReport {
        do {
            return try await write(try await records(), to: destination, suffix)
        } catch let problem as Problem where problem.code == "image.blobMismatch" || problem.code == "store.damaged" {
            // A cached piece is not what it was: set the damaged ones aside and make them anew, once.
            try setDamagedAside()
            return try await write(try await records(), to: destination, suffix)
        }
    }

    func records() async throws -> [PlatformRecord] {
        var records: [PlatformRecord] = []
        for platform in order.platforms {
            records.append(
                try await PlatformBuilder(
                    order: order, platform: platform, store: store, packages: packages, width: width
                ).record())
        }
        return records
    }

    private func write(
        _ records: [PlatformRecord], to destination: ImageDestination, _ suffix: String
    ) async throws -> BuildReport {
        let image = try WrittenImage(records, order, store, unpacked: destination.wantsUnpackedLayers)
        let changed = try destination.write(image.contents, modified: image.created)
        let documents = try image.writeDocuments(beside: destination, suffix: suffix)
        var report = order.report(created: image.created, platforms: records.map(\.report))
        report.destination = "\(destination)"
        report.digest = image.digest
        report.changed = changed || documents
        return report
    }

    /// Reads every piece of the wanted platforms again; damaged ones go, and the records of the images.
    private func setDamagedAside() throws {
        for platform in order.platforms {
            let key = try order.key(for: platform)
            if let record = try? PlatformRecord.load(key, from: store) {
                for piece in record.layers.flatMap(\.pieces) {
                    try removeIfDamaged(Shelf(rawValue: piece.shelf), piece.key)
                }
            }
            try store.remove(.layers, key, ".json")
            for package in platform.packages {
                try removeIfDamaged(.segments, order.policy.key(of: package.digest))
            }
            for file in order.files[platform.architecture] ?? [] {
                try removeIfDamaged(.segments, file.key(clamp: order.epoch, level: LayerFormat.gzipLevel))
            }
        }
    }

    private func removeIfDamaged(_ shelf: Shelf, _ key: String) throws {
        let suffixes = [".tar", ".gz", ".zst", ".table"].filter { store.contains(shelf, key, $0) }
        let damaged = suffixes.contains { (try? store.checkedLength(shelf, key, $0)) == nil }
        if damaged { for suffix in suffixes { try store.remove(shelf, key, suffix) } }
    }
}

extension ImageDestination {
    fileprivate var wantsUnpackedLayers: Bool { if case .dockerArchive = self { true } else { false } }
}
