// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthFetch

/// The two files of a stretch while they are written to the store.
final class StoreStretch: StretchSink {
    private let raw: StoreWriter
    private let packed: StoreWriter

    init(_ store: Store) throws {
        raw = try store.writer()
        packed = try store.writer()
    }

    func writeRaw(_ bytes: borrowing Span<UInt8>) throws { try raw.write(bytes) }
    func writePacked(_ bytes: borrowing Span<UInt8>) throws { try packed.write(bytes) }

    func commit(_ key: String) throws {
        try raw.commit(.segments, key, ".tar")
        try packed.commit(.segments, key, ".gz")
    }
}
