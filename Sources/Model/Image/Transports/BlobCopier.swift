// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthOCI
import SystemPackage

/// Copies blobs into a file and checks them on the way.
///
/// Memory: one buffer of 256 KiB, which stays in the processor's cache between reading, hashing and writing; 1 MiB was
/// slower. Time: those three, once.
struct BlobCopier: ~Copyable {
    typealias Output = (UnsafeRawBufferPointer) throws -> Void

    private let buffer: UnsafeMutableRawBufferPointer

    init() { buffer = .allocate(byteCount: 1 << 18, alignment: 4096) }

    deinit { buffer.deallocate() }

    /// - Throws: `image.blobMismatch` when the content is not what was promised, `file.open`, `file.read`, and what
    ///   the output throws.
    func copy(_ content: BlobContent, digest: Digest, size: Int64, to output: Output) throws {
        var hash = DigestStream()
        switch content {
        case .bytes(let bytes): try append(bytes, to: output, &hash)
        case .file(let path): try append(path, offset: 0, length: nil, to: output, &hash)
        case .pieces(let pieces):
            for piece in pieces {
                switch piece {
                case .bytes(let bytes): try append(bytes, to: output, &hash)
                case .file(let path, let offset, let length):
                    try append(path, offset: offset, length: length, to: output, &hash)
                }
            }
        }
        guard hash.count == size else { throw mismatch(digest, "it has \(hash.count) bytes instead of \(size)") }
        let found = hash.finish()
        guard found == digest else { throw mismatch(digest, "its digest is \(found)") }
    }

    private func append(_ bytes: [UInt8], to output: Output, _ hash: inout DigestStream) throws {
        hash.update(bytes.span)
        try bytes.withUnsafeBytes { try output($0) }
    }

    private func append(
        _ path: FilePath, offset: Int64, length: Int64?, to output: Output, _ hash: inout DigestStream
    ) throws {
        let input = try HostFile.open(path)
        defer { try? input.close() }
        var position = offset
        var remaining = length ?? .max
        while remaining > 0 {
            try Task.checkCancellation()
            let wanted = UnsafeMutableRawBufferPointer(rebasing: buffer[..<Int(min(Int64(buffer.count), remaining))])
            let count = try HostFile.read(input, at: position, into: wanted, path)
            if count == 0 { break }
            let filled = UnsafeRawBufferPointer(rebasing: wanted[..<count])
            hash.update(filled.assumingMemoryBound(to: UInt8.self).span)
            try output(filled)
            position += Int64(count)
            remaining -= Int64(count)
        }
        guard length == nil || remaining == 0 else {
            throw Problem(
                "image.blobMismatch", "A piece of a layer is shorter than it was", at: path.string,
                why: "\(remaining) bytes are missing")
        }
    }

    private func mismatch(_ digest: Digest, _ why: String) -> Problem {
        Problem(
            "image.blobMismatch", "A blob of the image is not what it should be", at: "\(digest)", why: why,
            hints: ["something changed the stored pieces: `plinth cache verify` finds damaged ones"])
    }
}
