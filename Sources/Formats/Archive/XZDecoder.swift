// SPDX-License-Identifier: Apache-2.0
import CLZMA

/// xz files and the old lzma format by liblzma.
@safe final class XZDecoder: StreamDecoder {
    enum Format { case xz, lzmaAlone }

    private static let memoryLimit: UInt64 = 256 << 20
    /// LZMA_TELL_UNSUPPORTED_CHECK and LZMA_CONCATENATED, macros that Swift does not see.
    private static let flags: UInt32 = 0x02 | 0x08

    private let stream: UnsafeMutablePointer<lzma_stream>
    private let format: Format
    // liblzma itself judges the padding of xz files: a multiple of four zeros.
    var allowsPadding: Bool { format == .lzmaAlone }

    init(_ format: Format) throws {
        self.format = format
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: lzma_stream())
        let status =
            switch format {
            case .xz: unsafe lzma_stream_decoder(stream, Self.memoryLimit, Self.flags)
            case .lzmaAlone: unsafe lzma_alone_decoder(stream, Self.memoryLimit)
            }
        guard status == LZMA_OK else {
            unsafe stream.deallocate()
            throw tooMuchMemory("liblzma: status \(status.rawValue)")
        }
    }

    deinit {
        // Ends what init began.
        unsafe lzma_end(stream)
        unsafe stream.deallocate()
    }

    func step(_ input: UnsafeBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>, last: Bool) throws
        -> DecoderStep
    {
        // liblzma stays inside the lengths it is given.
        unsafe stream.pointee.next_in = input.baseAddress
        unsafe stream.pointee.avail_in = input.count
        unsafe stream.pointee.next_out = output.baseAddress
        unsafe stream.pointee.avail_out = output.count
        let status = unsafe lzma_code(stream, last ? LZMA_FINISH : LZMA_RUN)
        guard status == LZMA_OK || status == LZMA_STREAM_END || status == LZMA_BUF_ERROR else {
            throw problem(status)
        }
        return unsafe DecoderStep(
            consumed: input.count - stream.pointee.avail_in, produced: output.count - stream.pointee.avail_out,
            ended: status == LZMA_STREAM_END)
    }

    func restart() throws { throw corrupt("something follows its end") }

    private func problem(_ status: lzma_ret) -> any Error {
        switch status {
        case LZMA_MEM_ERROR: tooMuchMemory("liblzma found no memory")
        // Asking for the need is allowed after this error.
        case LZMA_MEMLIMIT_ERROR: tooMuchMemory("\(unsafe lzma_memusage(stream)) bytes; the limit is 256 MiB")
        case LZMA_FORMAT_ERROR: corrupt("xz: the header is missing, or something follows the end")
        case LZMA_OPTIONS_ERROR: corrupt("xz: it uses options that are not known")
        case LZMA_UNSUPPORTED_CHECK: corrupt("xz: it uses a checksum that is not known")
        default: corrupt("xz: the data does not fit its checksums or its format")
        }
    }
}
