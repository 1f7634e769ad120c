// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthFetch
import PlinthOCI
import PlinthReports

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// One platform's finished image, remembered under everything that decided it: an unchanged build looks it up
/// and writes nothing.
struct PlatformRecord: Codable, Sendable {
    /// The lowest first.
    var layers: [LayerRecord]
    var config: Descriptor
    var manifest: Descriptor
    /// The SPDX document.
    var document: Descriptor
    /// Seconds since 1970.
    var created: Int64
    var report: PlatformReport

    static func load(_ key: String, from store: Store) throws -> PlatformRecord? {
        guard let bytes = try store.read(.layers, key, ".json", limit: 64 << 20) else { return nil }
        guard let record = try? JSONDecoder().decode(PlatformRecord.self, from: Data(bytes)) else { return nil }
        return record.isWhole(in: store) ? record : nil
    }

    func save(_ key: String, to store: Store) throws {
        try store.write(.layers, key, ".json", Array(try JSONEncoder().encode(self)))
    }

    /// Whether every piece it names is still there; their bytes are checked when they are copied.
    private func isWhole(in store: Store) -> Bool {
        layers.allSatisfy { layer in
            layer.pieces.allSatisfy { store.contains(Shelf(rawValue: $0.shelf), $0.key, layer.packing.suffix) }
        }
            && [config, manifest, document].allSatisfy { store.contains(.blobs, $0.digest.hex) }
    }
}
