// SPDX-License-Identifier: Apache-2.0
import PlinthArchive
import PlinthCore
package import PlinthImage
package import PlinthOCI
package import PlinthTestSupport

/// Small images made of tar layers.
package struct Sample: Sendable {
    package enum Packing: CaseIterable, Sendable { case none, gzip, zstd }

    package var layers: [[TestFile]]
    package var packing: Packing
    package var architectures: [String]
    /// Written into the tar after the entries.
    package var junk: [UInt8]

    /// What it runs.
    package var runtime: RuntimeConfig
    package var created = "2026-01-31T00:00:00Z"

    package init(
        layers: [[TestFile]], packing: Packing = .gzip, architectures: [String] = ["amd64"], junk: [UInt8] = []
    ) {
        self.layers = layers
        self.packing = packing
        self.architectures = architectures
        self.junk = junk
        runtime = RuntimeConfig()
        runtime.user = "65532"
        runtime.entrypoint = ["/usr/bin/app"]
        runtime.command = ["--now"]
        runtime.environment = ["A=b"]
        runtime.workingDirectory = "/srv"
    }

    /// Writes it to a destination, as the command line names it.
    package func write(to place: String) throws {
        _ = try ImageDestination(parsing: place).write(try image(), modified: 0)
    }

    package func image() throws -> OutgoingImage {
        let platforms = try architectures.map { try platform($0) }
        guard platforms.count > 1 else { return OutgoingImage(platforms: platforms) }
        let index = ImageIndex(manifests: platforms.map(\.manifest.descriptor)).sortedByPlatform
        return OutgoingImage(platforms: platforms, index: OutgoingBlob(.imageIndex, bytes: try OCIJSON.encode(index)))
    }

    private func platform(_ architecture: String) throws -> OutgoingPlatform {
        let outgoing = try layers.map { try layer(TestTar.archive($0) + junk) }
        let platform = OCIPlatform(architecture: architecture)
        let config = OutgoingBlob(
            .imageConfig,
            bytes: try OCIJSON.encode(
                ImageConfig(
                    platform: platform, created: created, config: runtime,
                    diffIDs: outgoing.map(\.diffID),
                    history: [])))
        let manifest = ImageManifest(config: config.descriptor, layers: outgoing.map(\.blob.descriptor))
        return OutgoingPlatform(
            manifest: OutgoingBlob(.imageManifest, bytes: try OCIJSON.encode(manifest), platform: platform),
            config: config,
            layers: outgoing)
    }

    private func layer(_ raw: [UInt8]) throws -> OutgoingLayer {
        let (type, packed): (MediaType, [UInt8]) =
            switch packing {
            case .none: (.layer, raw)
            case .gzip: (.layerGzip, GzipMember.encode(raw.span, level: 6))
            case .zstd: (.layerZstd, try TestCompression.zstd.compress(raw))
            }
        return OutgoingLayer(
            OutgoingBlob(type, bytes: packed), diffID: .of(raw), unpackedSize: Int64(raw.count), unpacked: .bytes(raw))
    }
}
