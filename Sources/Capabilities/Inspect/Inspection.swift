// SPDX-License-Identifier: Apache-2.0
import PlinthArchive
import PlinthCore
import PlinthImage
import PlinthOCI
package import PlinthReports

/// `plinth inspect`: what an image is made of.
package struct Inspection: Sendable {
    private let place: ImageDestination

    /// - Throws: `Problem` with code `image.*` when the reference is not one.
    package init(_ reference: String) throws { place = try ImageDestination(parsing: reference) }

    /// Reads the documents, and every layer once for the package database.
    ///
    /// Memory: the package database and a decoder's window, whatever the image's size.
    /// - Throws: `Problem`s of the image and its layers.
    package func report() throws -> InspectReport {
        let image = try StoredImage.open(place)
        guard let root = image.root else { throw Self.noManifest(image.place) }
        return InspectReport(
            image: "\(place)", digest: root.digest,
            platforms: try image.platforms.map { try platform($0, of: image) })
    }

    private func platform(
        _ platform: StoredImage.Platform, of image: StoredImage
    ) throws -> InspectReport.Platform {
        guard let manifest = platform.manifest, let descriptor = platform.descriptor else {
            throw Self.noManifest(image.place)
        }
        var report = InspectReport.Platform(
            platform: "\(platform.platform)", manifest: descriptor.digest)
        let config = platform.config
        report.created = config.created
        report.user = config.config?.user
        report.entrypoint = config.config?.entrypoint ?? []
        report.command = config.config?.command ?? []
        report.environment = config.config?.environment ?? []
        report.workingDirectory = config.config?.workingDirectory
        var database = DatabaseFiles()
        for (index, layer) in manifest.layers.enumerated() {
            let unpacked = try read(layer, of: image, into: &database)
            let diffIDs = config.rootfs.diffIDs
            report.layers.append(
                LayerReport(
                    digest: layer.digest, diffID: index < diffIDs.count ? diffIDs[index] : layer.digest,
                    size: ByteCount(layer.size), unpacked: ByteCount(unpacked)))
        }
        report.distribution = database.distribution
        report.packages = try database.packages()
        return report
    }

    private static func noManifest(_ place: String) -> Problem {
        Problem("inspect.noManifest", "The image has no manifest", at: place)
    }

    /// Gives the layer's uncompressed size.
    private func read(
        _ layer: Descriptor, of image: StoredImage, into database: inout DatabaseFiles
    ) throws -> Int64 {
        let buffered = BufferedStart(try image.source(of: layer))
        let compression = Compression.detect(try buffered.start(16))
        let counted = CountedSource(try Decompressor(buffered, compression, limit: 64 << 30))
        let reader = TarReader(counted, place: "layer \(layer.digest)")
        database.begin()
        while let entry = try reader.next() { try database.take(entry, from: reader) }
        try counted.drain()
        return counted.count
    }
}
