// SPDX-License-Identifier: Apache-2.0
import CDeflate

/// One gzip member (RFC 1952) that is wholly in memory.
package enum GzipMember {
    /// The library and its version: compressed digests depend on them.
    package static let encoderName = "libdeflate " + LIBDEFLATE_VERSION_STRING

    /// One member with MTIME 0, XFL 0, OS 255 and no name. For many, keep a `GzipEncoder`.
    /// - Parameter level: 1 (fast) to 12 (small).
    package static func encode(_ bytes: borrowing Span<UInt8>, level: Int) -> [UInt8] {
        GzipEncoder(level: level).encode(bytes)
    }

    /// Inflates a member whose size is known.
    /// - Throws: `archive.corrupt` unless the member fills its bytes and gives exactly `size` bytes.
    package static func decode(member: borrowing Span<UInt8>, size: Int) throws -> [UInt8] {
        // deflate cannot do better than 1,032 to 1: anything more is a lie, and is not allocated.
        guard size >= 0, size / 1032 <= member.count else { throw corrupt("gzip: it cannot hold \(size) bytes") }
        guard let decoder = unsafe libdeflate_alloc_decompressor() else { throw tooMuchMemory("libdeflate") }
        // Frees what was made above.
        defer { unsafe libdeflate_free_decompressor(decoder) }
        let count = member.count
        // libdeflate stays inside the two buffers.
        return try unsafe member.withUnsafeBufferPointer { input in
            try unsafe [UInt8](unsafeUninitializedCapacity: max(size, 1)) { output, written in
                var consumed = 0
                let result = unsafe libdeflate_gzip_decompress_ex(
                    decoder, input.baseAddress, count, output.baseAddress, size, &consumed, &written)
                guard result == LIBDEFLATE_SUCCESS else {
                    written = 0
                    throw corrupt("gzip: the member does not fit its size or its checksum")
                }
                guard consumed == count, written == size else {
                    throw corrupt("gzip: \(written) bytes from \(consumed), not \(size) from \(count)")
                }
            }
        }
    }

    /// The checksum of gzip and zip, continued from `seed`.
    package static func crc32(_ bytes: borrowing Span<UInt8>, seed: UInt32 = 0) -> UInt32 {
        let count = bytes.count
        if count == 0 { return seed }
        // libdeflate only reads the buffer.
        return unsafe bytes.withUnsafeBufferPointer { unsafe libdeflate_crc32(seed, $0.baseAddress, count) }
    }
}

/// Makes gzip members; the same bytes, level and library version give the same member on every machine.
///
/// Keep one per task: setting it up costs more than a small member. Memory: about 1 MB, or 10 MB from level 10.
@safe package final class GzipEncoder {
    package static let levels = 1...12

    private let compressor: OpaquePointer
    // ID, CM 8, no flags, MTIME 0, XFL 0, OS 255.
    private static let header: [UInt8] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]

    /// - Parameter level: one of `levels`; whoever takes a level from a person checks it.
    package init(level: Int) {
        precondition(Self.levels.contains(level), "a level of gzip")
        guard let compressor = unsafe libdeflate_alloc_compressor(Int32(level)) else {
            preconditionFailure("out of memory")
        }
        unsafe self.compressor = unsafe compressor
    }

    // Frees what init made.
    deinit { unsafe libdeflate_free_compressor(compressor) }

    /// One member. Memory: as much again as `bytes`, at worst.
    package func encode(_ bytes: borrowing Span<UInt8>) -> [UInt8] {
        let count = bytes.count
        let header = Self.header
        let bound = unsafe libdeflate_deflate_compress_bound(compressor, count)
        let checksum = GzipMember.crc32(bytes)
        // The bound is the library's own, the buffer is larger by header and trailer.
        var member = unsafe bytes.withUnsafeBufferPointer { input in
            unsafe [UInt8](unsafeUninitializedCapacity: header.count + bound + 8) { output, written in
                _ = unsafe UnsafeMutableBufferPointer(rebasing: output[..<header.count]).initialize(
                    fromContentsOf: header)
                let body = unsafe UnsafeMutableRawBufferPointer(
                    rebasing: UnsafeMutableRawBufferPointer(output)[header.count...])
                let length = unsafe libdeflate_deflate_compress(
                    compressor, input.baseAddress, count, body.baseAddress, bound)
                precondition(length > 0, "libdeflate's bound holds")
                written = header.count + length
            }
        }
        for word in [checksum, UInt32(truncatingIfNeeded: count)] {
            for shift in stride(from: UInt32(0), to: 32, by: 8) {
                member.append(UInt8(truncatingIfNeeded: word >> shift))
            }
        }
        return member
    }
}
