// SPDX-License-Identifier: Apache-2.0
import PlinthArchive
import PlinthCore
import SystemPackage

/// How an archive is compressed, as its name says.
enum ArchivePacking: Sendable {
    case none, gzip, zstd, xz

    /// - Throws: `archive.cannotCompress` for what only reading knows, a usage mistake.
    init(suffixOf path: FilePath) throws {
        let name = path.lastComponent?.string.lowercased() ?? ""
        func ends(_ suffixes: String...) -> Bool { suffixes.contains { name.hasSuffix($0) } }
        if ends(".bz2", ".tbz", ".tbz2", ".lzma", ".tlz", ".lz", ".lz4", ".lzo", ".z") {
            throw Problem(
                "archive.cannotCompress", "Archives are not written in this compression", at: path.string,
                hints: ["end the name in .tar, .tar.gz, .tar.zst or .tar.xz"], kind: .usage)
        }
        self =
            if ends(".gz", ".tgz") { .gzip } else if ends(".zst", ".tzst") { .zstd } else if ends(".xz", ".txz") {
                .xz
            } else { .none }
    }
}

/// Compresses an archive piece by piece: each becomes a member, frame or stream of its own, which may follow one another.
///
/// The same bytes give the same bytes, however they come. Memory: two pieces, of 4 MiB, or of 16 MiB for xz, whose
/// window they are.
final class ArchivePacker {
    typealias Output = (UnsafeRawBufferPointer) throws -> Void

    private let encode: ((borrowing Span<UInt8>) -> [UInt8])?
    private var piece: [UInt8] = []
    private let pieceSize: Int
    /// Bytes given to the output.
    private(set) var written: Int64 = 0

    init(_ packing: ArchivePacking) {
        pieceSize = packing == .xz ? 16 << 20 : 4 << 20
        switch packing {
        case .none: encode = nil
        case .gzip:
            let encoder = GzipEncoder(level: 6)
            encode = { encoder.encode($0) }
        case .zstd:
            let encoder = ZstdEncoder(level: 3)
            encode = { encoder.encode($0) }
        case .xz: encode = { XZEncoder.encode($0) }
        }
        if encode != nil { piece.reserveCapacity(pieceSize) }
    }

    func take(_ bytes: borrowing Span<UInt8>, _ output: Output) throws {
        guard encode != nil else {
            written += Int64(bytes.count)
            return try bytes.withUnsafeBytes { try output($0) }
        }
        var start = 0
        while start < bytes.count {
            let count = min(bytes.count - start, pieceSize - piece.count)
            bytes.extracting(start..<start + count).withUnsafeBufferPointer { piece.append(contentsOf: $0) }
            start += count
            if piece.count == pieceSize { try flush(output) }
        }
    }

    /// Gives out what is left.
    func finish(_ output: Output) throws { if !piece.isEmpty { try flush(output) } }

    private func flush(_ output: Output) throws {
        guard let encode else { return }
        let bytes = piece
        let packed = encode(bytes.span)
        piece.removeAll(keepingCapacity: true)
        written += Int64(packed.count)
        try packed.withUnsafeBytes { try output($0) }
    }
}
