// SPDX-License-Identifier: Apache-2.0
import CZstd

/// zstd frames, skippable ones passed over, by libzstd (RFC 8878).
@safe final class ZstdDecoder: StreamDecoder {
    /// ZSTD_error_frameParameter_windowTooLarge of zstd_errors.h; a result is the code's negative.
    private static let windowTooLarge = 16

    private let context: OpaquePointer
    let allowsPadding = false

    init() throws {
        guard let context = unsafe ZSTD_createDCtx() else { throw tooMuchMemory("libzstd") }
        unsafe self.context = unsafe context
        // A window of 128 MiB is the most that `zstd --long` asks for without being told.
        guard unsafe ZSTD_isError(ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, 27)) == 0 else {
            throw tooMuchMemory("libzstd cannot bound its window")
        }
    }

    // Frees what init made.
    deinit { unsafe ZSTD_freeDCtx(context) }

    func step(_ input: UnsafeBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>, last: Bool) throws
        -> DecoderStep
    {
        // libzstd stays inside the two buffers.
        var source = unsafe ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
        var target = unsafe ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
        let result = unsafe ZSTD_decompressStream(context, &target, &source)
        if ZSTD_isError(result) != 0 {
            // The name is a constant of the library.
            let name = unsafe String(cString: ZSTD_getErrorName(result))
            throw 0 &- result == Self.windowTooLarge
                ? tooMuchMemory("zstd: its window is larger than 128 MiB") : corrupt("zstd: \(name)")
        }
        return unsafe DecoderStep(consumed: source.pos, produced: target.pos, ended: result == 0)
    }

    /// The library begins the next frame by itself.
    func restart() {}
}
