// SPDX-License-Identifier: Apache-2.0
import CZstd

/// Makes zstd frames with content size and checksum; the same bytes, level and library version give the same frame.
///
/// Single-threaded, as the number of threads must not decide the bytes. Keep one per task.
@safe package final class ZstdEncoder {
    /// The library and its version: compressed digests depend on them.
    // The string is a constant of the library.
    package static let encoderName = unsafe "libzstd " + String(cString: ZSTD_versionString())
    package static let levels = 1...22

    private let context: OpaquePointer

    /// - Parameter level: one of `levels`; whoever takes a level from a person checks it.
    package init(level: Int) {
        precondition(Self.levels.contains(level), "a level of zstd")
        guard let context = unsafe ZSTD_createCCtx() else { preconditionFailure("out of memory") }
        unsafe self.context = unsafe context
        set(ZSTD_c_compressionLevel, Int32(level))
        set(ZSTD_c_contentSizeFlag, 1)
        set(ZSTD_c_checksumFlag, 1)
    }

    // Frees what init made.
    deinit { unsafe ZSTD_freeCCtx(context) }

    private func set(_ parameter: ZSTD_cParameter, _ value: Int32) {
        let status = unsafe ZSTD_CCtx_setParameter(context, parameter, value)
        precondition(ZSTD_isError(status) == 0, "a parameter that libzstd knows")
    }

    /// One frame. Memory: as much again as `bytes`, at worst, and the level's tables.
    package func encode(_ bytes: borrowing Span<UInt8>) -> [UInt8] {
        let count = bytes.count
        let bound = ZSTD_compressBound(count)
        // The bound is the library's own.
        return unsafe bytes.withUnsafeBufferPointer { input in
            unsafe [UInt8](unsafeUninitializedCapacity: bound) { output, written in
                let length = unsafe ZSTD_compress2(context, output.baseAddress, bound, input.baseAddress, count)
                precondition(ZSTD_isError(length) == 0, "libzstd's bound holds")
                written = length
            }
        }
    }
}
