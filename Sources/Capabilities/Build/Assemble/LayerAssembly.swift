// SPDX-License-Identifier: Apache-2.0
import PlinthArchive
import PlinthCore
import PlinthFetch
import PlinthImage

/// Puts a layer together: the pieces that are ready, and the few that depend on the whole image.
struct LayerAssembly {
    let store: Store
    let packing: LayerPacking

    /// Writes the missing pieces to the store and computes both digests.
    ///
    /// Time: hashing the raw and the packed bytes, side by side. Memory: about 12 MiB, and a package's file that an
    /// effect changed.
    func assemble(_ plan: LayerPlan, of tree: FileTree) async throws -> LayerRecord {
        var pieces = [try directories(plan, time: tree.epoch)]
        for (segment, lost) in plan.segments {
            let variant = try segment.variant(without: lost, level: LayerFormat.gzipLevel)
            if variant.table.rawSize == 0 { continue }
            pieces.append(try piece(of: variant))
        }
        return try await record(pieces, plan.generated, of: tree)
    }

    /// The generated files are compressed while the pieces before them are hashed.
    private func record(_ ready: [LayerPiece], _ paths: [TreePath], of tree: FileTree) async throws -> LayerRecord {
        async let generated = generated(paths, of: tree)
        async let raw = hash(ready, .raw, after: DigestStream())
        async let packed = hash(ready, .packed, after: DigestStream())
        let last = try await generated
        do {
            let diffID = try await hash([last], .raw, after: raw)
            let digest = try await hash([last], .packed, after: packed)
            return LayerRecord(
                diffID: diffID.finish(), digest: digest.finish(), size: digest.count, rawSize: diffID.count,
                packing: packing, pieces: ready + [last])
        } catch let problem as Problem where problem.code == "store.damaged" {
            // Gone, they are made anew by whoever needs them next.
            try removeDamaged(ready + [last])
            throw problem
        }
    }

    /// And what hides entries of lower layers.
    private func directories(_ plan: LayerPlan, time: Int64) throws -> LayerPiece {
        try small { writer in
            for (path, node) in plan.directories.sorted(by: { $0.key < $1.key }) {
                try writer.append(LayerFormat.header(path, node))
            }
            for path in plan.hidden { try writer.append(LayerFormat.whiteout(of: path, time: time)) }
        }
    }

    @concurrent
    private func generated(_ paths: [TreePath], of tree: FileTree) async throws -> LayerPiece {
        try small { writer in
            for path in paths {
                guard let node = tree[path] else { continue }
                try writer.append(LayerFormat.header(path, node))
                guard case .file(let size) = node.kind else { continue }
                try tree.readContents(path) { try writer.append($0) }
                try writer.pad(after: size)
            }
            try writer.append(TarHeader.endOfArchive)
        }
    }

    /// A stretch that is made anew, kept under the digest of its raw bytes.
    private func small(_ fill: (StretchWriter) throws -> Void) throws -> LayerPiece {
        let stretch = try LayerStretch(store, packing)
        let writer = StretchWriter(to: stretch, level: LayerFormat.gzipLevel)
        try fill(writer)
        try writer.flush()
        return try stretch.commit(rawSum: writer.rawSum)
    }

    private func piece(of segment: Segment) throws -> LayerPiece {
        let table = segment.table
        let packed =
            packing == .gzip ? (size: table.packedSize, sum: table.packedSum) : try Zstandard.pack(segment, in: store)
        return LayerPiece(
            shelf: Shelf.segments.rawValue, key: segment.key, rawSize: table.rawSize, packedSize: packed.size,
            rawSum: table.rawSum, packedSum: packed.sum)
    }

    private func removeDamaged(_ pieces: [LayerPiece]) throws {
        for piece in pieces {
            let shelf = Shelf(rawValue: piece.shelf)
            for suffix in [".tar", packing.suffix] where (try? store.checkedLength(shelf, piece.key, suffix)) == nil {
                try store.remove(shelf, piece.key, suffix)
            }
        }
    }

    private enum Form { case raw, packed }

    /// Hashes pieces after what a stream has seen, and checks each against what is recorded of it.
    @concurrent
    private func hash(_ pieces: [LayerPiece], _ form: Form, after start: DigestStream) async throws -> DigestStream {
        var digest = start
        for piece in pieces {
            try Task.checkCancellation()
            let path = piece.path(form == .raw ? ".tar" : packing.suffix, in: store)
            let size = form == .raw ? piece.rawSize : piece.packedSize
            let sum = try digest.update(from: FileSource(path, length: size))
            guard sum == (form == .raw ? piece.rawSum : piece.packedSum) else {
                throw store.damaged(path, why: "its CRC-32 is not the recorded one")
            }
        }
        return digest
    }
}

extension DigestStream {
    /// Hashes a source to its end and gives the CRC-32 of the same bytes. Memory: 256 KiB.
    mutating func update(from source: FileSource) throws -> UInt32 {
        var buffer = [UInt8](repeating: 0, count: 262_144)
        var sum: UInt32 = 0
        while true {
            var span = buffer.mutableSpan
            let count = try source.read(into: &span)
            if count == 0 { return sum }
            let part = buffer.span.extracting(..<count)
            update(part)
            sum = GzipMember.crc32(part, seed: sum)
        }
    }
}
