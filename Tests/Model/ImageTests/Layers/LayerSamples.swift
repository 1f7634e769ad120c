// SPDX-License-Identifier: Apache-2.0
import PlinthArchive
import PlinthCore
import PlinthImage
import PlinthOCI
import PlinthTestSupport
import SystemPackage

/// A real input that lies beside the checkout; nil when it is not there.
func fixture(_ relative: String) -> FilePath? { Fixtures.path(relative) }

/// Images of layers that are written down in a test.
enum LayerSample {
    enum Packing: CaseIterable, Sendable { case none, gzip, zstd }

    /// An image of tar archives as they are.
    static func image(tars: [[UInt8]], packing: Packing = .gzip, architecture: String = "amd64") throws
        -> OutgoingImage
    {
        let layers = tars.map { raw in
            let type: MediaType =
                switch packing {
                case .none: .layer
                case .gzip: .layerGzip
                case .zstd: .layerZstd
                }
            return OutgoingLayer(
                OutgoingBlob(type, bytes: pack(raw, packing)), diffID: .of(raw), unpackedSize: Int64(raw.count),
                unpacked: .bytes(raw))
        }
        let platform = OCIPlatform(architecture: architecture)
        let config = OutgoingBlob(
            .imageConfig, bytes: try OCIJSON.encode(ImageConfig(platform: platform, diffIDs: layers.map(\.diffID))))
        let manifest = ImageManifest(config: config.descriptor, layers: layers.map(\.blob.descriptor))
        return OutgoingImage(platforms: [
            OutgoingPlatform(
                manifest: OutgoingBlob(.imageManifest, bytes: try OCIJSON.encode(manifest), platform: platform),
                config: config, layers: layers)
        ])
    }

    static func pack(_ raw: [UInt8], _ packing: Packing) -> [UInt8] {
        switch packing {
        case .none: raw
        case .gzip: GzipMember.encode(raw.span, level: 6)
        case .zstd: ZstdEncoder(level: 3).encode(raw.span)
        }
    }

    static func tree(
        tars: [[UInt8]], packing: Packing = .gzip, _ reading: LayerReading = LayerReading()
    ) async throws -> LayeredTree {
        try await withAsyncScratchDirectory { scratch in
            let place = ImageDestination.layout(scratch.appending("image"), tag: nil)
            _ = try place.write(image(tars: tars, packing: packing))
            let stored = try StoredImage.open(place)
            return try await LayeredTree.read(stored.platforms[0].layers, reading)
        }
    }

    static func tree(
        _ layers: [[TestFile]], packing: Packing = .gzip, _ reading: LayerReading = LayerReading()
    ) async throws -> LayeredTree {
        try await tree(tars: layers.map { TestTar.archive($0, addsParents: false) }, packing: packing, reading)
    }
}

extension TreePath: ExpressibleByStringLiteral {
    public init(stringLiteral text: StaticString) { self.init(text) }
}

extension LayeredTree {
    /// Every entry but the root: path, what it is, and the layer that put it there.
    var listing: [String] {
        indices.dropFirst().map { index in
            let entry = entry(at: index)
            let what =
                switch entry.kind {
                case .directory: "/"
                case .file(let size): " \(size)"
                case .symlink(let target): " -> \(String(decoding: target, as: UTF8.self))"
                default: " \(entry.kind)"
                }
            return "\(path(at: index))\(what) @\(entry.layer)"
        }
    }

    var waste: [String] {
        superseded.map { "\($0.path) \($0.size) of \($0.layer) by \($0.by): \($0.cause.rawValue)" }
    }
}
