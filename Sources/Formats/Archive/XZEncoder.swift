// SPDX-License-Identifier: Apache-2.0
import CLZMA

/// Makes whole xz streams; the same bytes and library version give the same stream.
package enum XZEncoder {
    /// One stream at xz's own level, with a CRC-64.
    ///
    /// Memory: as much again as `bytes`, at worst, and 94 MiB.
    package static func encode(_ bytes: borrowing Span<UInt8>) -> [UInt8] {
        let count = bytes.count
        let bound = lzma_stream_buffer_bound(count)
        // The bound is the library's own, and it stays inside both buffers.
        return unsafe bytes.withUnsafeBufferPointer { input in
            unsafe [UInt8](unsafeUninitializedCapacity: bound) { output, written in
                let status = unsafe lzma_easy_buffer_encode(
                    UInt32(6), LZMA_CHECK_CRC64, nil, input.baseAddress, count, output.baseAddress, &written, bound)
                precondition(status == LZMA_OK, "liblzma's bound holds")
            }
        }
    }
}
