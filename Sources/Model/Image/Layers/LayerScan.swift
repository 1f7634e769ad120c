// SPDX-License-Identifier: Apache-2.0
import PlinthArchive
import PlinthCore

/// How layers are read.
package struct LayerReading: Sendable {
    /// Gives the normalised path and the size of a file; true keeps its content.
    package typealias Selector = @Sendable (_ path: ArraySlice<UInt8>, _ size: Int64) -> Bool

    /// Whether the SHA-256 of every file is computed: about 0.7 s for each GB.
    package var digests = false
    /// Whether the digest of each uncompressed layer is computed and held against the config.
    package var verifiesDiffIDs = false
    /// Small files whose contents are kept, such as package databases.
    package var keeps: Selector?
    package var limits = LayerLimits()
    /// Layers read at the same time.
    package var width = 2

    package init(digests: Bool = false, keeps: Selector? = nil) {
        self.digests = digests
        self.keeps = keeps
    }
}

/// Reads one layer from front to back.
struct LayerScan {
    private let layer: StoredLayer
    private let reading: LayerReading
    private let budget: LayerBudget

    init(_ layer: StoredLayer, _ reading: LayerReading, _ budget: LayerBudget) {
        self.layer = layer
        self.reading = reading
        self.budget = budget
    }

    /// - Throws: `layer.*`, `tar.*`, `archive.*`, `image.blobMismatch`, `image.diffIDMismatch`, `file.*`.
    func table() throws -> LayerTable {
        if case .directory(let path) = layer.content {
            return try DirectoryScan(path, reading, budget).table()
        }
        var table = LayerTable(place: layer.place)
        let unpacked = try UnpackedLayer(layer, limits: reading.limits, hashes: reading.verifiesDiffIDs)
        let sparse = reading.digests ? reading.limits.sparseContent : reading.limits.sparse
        let reader = TarReader(unpacked, place: layer.place, sparse: sparse)
        var content = ContentReader(reading, budget, place: layer.place)
        var charged = (entries: 0, names: 0)
        while let entry = try reader.next() {
            guard let index = try table.append(entry, literally: layer.isRootFileSystem) else { continue }
            table.attributeBytes += entry.attributes.reduce(0) { $0 + $1.key.utf8.count + $1.value.count + 64 }
            if entry.kind == .file, table.records[index].kind == .file {
                try content.take(index, of: &table) { try reader.read(into: &$0) }
            }
            if table.count % 512 == 0 { try charge(table, &charged) }
        }
        try charge(table, &charged)
        table.unpackedSize = unpacked.count
        table.diffID = unpacked.digest
        return table
    }

    private func charge(_ table: LayerTable, _ charged: inout (entries: Int, names: Int)) throws {
        try Task.checkCancellation()
        let names = table.names.count + table.attributeBytes
        try budget.charge(entries: table.count - charged.entries, names: names - charged.names, at: layer.place)
        charged = (table.count, names)
    }
}

/// Hashes and keeps the contents of files as far as that was asked for.
struct ContentReader {
    private let reading: LayerReading
    private let budget: LayerBudget
    private let place: String
    private var buffer: [UInt8]

    init(_ reading: LayerReading, _ budget: LayerBudget, place: String) {
        self.reading = reading
        self.budget = budget
        self.place = place
        buffer = reading.digests ? [UInt8](repeating: 0, count: 1 << 17) : []
    }

    /// - Parameter read: gives the next bytes of the file.
    mutating func take(
        _ index: Int, of table: inout LayerTable, read: (inout MutableSpan<UInt8>) throws -> Int
    ) throws {
        let record = table.records[index]
        let isKept = reading.keeps?(table.name(record), record.size) ?? false
        if isKept {
            try budget.charge(content: record.size, of: table.name(record), at: place)
            let bytes = try Self.all(Int(record.size), read)
            if reading.digests { table.add(.of(bytes), to: index) }
            table.contents[Int32(index)] = bytes
        } else if reading.digests {
            table.add(try hash(record.size, read), to: index)
        }
    }

    private mutating func hash(_ size: Int64, _ read: (inout MutableSpan<UInt8>) throws -> Int) throws -> Digest {
        var stream = DigestStream()
        while stream.count < size {
            var span = buffer.mutableSpan
            let count = try read(&span)
            if count == 0 { break }
            stream.update(span.span.extracting(..<count))
        }
        return stream.finish()
    }

    /// Grows with what is read, so that a false size costs nothing.
    private static func all(_ size: Int, _ read: (inout MutableSpan<UInt8>) throws -> Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < size {
            var piece = [UInt8](repeating: 0, count: min(size - bytes.count, 1 << 20))
            var span = piece.mutableSpan
            let count = try read(&span)
            if count == 0 { break }
            bytes.append(contentsOf: piece[..<count])
        }
        return bytes
    }
}

extension LayerTable {
    mutating func add(_ digest: Digest, to index: Int) {
        records[index].digest = Int32(digests.count)
        digests.append(digest)
    }
}
