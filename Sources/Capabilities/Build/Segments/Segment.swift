// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthFetch
import SystemPackage

/// A normalised package in the store.
struct Segment: Sendable {
    let key: String
    let table: SegmentTable
    let store: Store
    /// Copies of the segment share it.
    let parsed = ParsedControl()

    init(key: String, table: SegmentTable, store: Store) {
        self.key = key
        self.table = table
        self.store = store
    }

    /// Nil when the store does not hold it whole.
    init?(key: String, in store: Store) throws {
        guard store.contains(.segments, key, ".tar"), store.contains(.segments, key, ".gz"),
            let bytes = try store.read(.segments, key, ".table", limit: 256 << 20)
        else { return nil }
        self.init(key: key, table: try SegmentTable(decoding: bytes), store: store)
    }

    var rawPath: FilePath { store.path(.segments, key, ".tar") }
    var packedPath: FilePath { store.path(.segments, key, ".gz") }

    /// Reads a stretch of the raw form.
    func raw(_ offset: Int64, _ length: Int64) throws -> [UInt8] {
        guard offset >= 0, length >= 0, offset <= table.rawSize - length else { throw TableReader.damaged }
        return try FileSource(rawPath, from: offset, length: length).readAll(limit: Int(length))
    }

    /// Reads every piece again and compares it with the sums the store keeps.
    /// - Throws: `Problem` with code `store.damaged`.
    func check() throws {
        _ = try store.checkedLength(.segments, key, ".tar")
        _ = try store.checkedLength(.segments, key, ".gz")
    }
}
