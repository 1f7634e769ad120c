// SPDX-License-Identifier: Apache-2.0
import CZlib

/// gzip members by zlib (RFC 1952).
@safe final class GzipDecoder: StreamDecoder {
    // zlib keeps the address of its stream, so it lives on the heap and never moves.
    private let stream: UnsafeMutablePointer<z_stream>
    let allowsPadding = true

    init() throws {
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        // 15 bits of window, 16 for the gzip wrapper.
        let status = unsafe inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        guard status == Z_OK else {
            unsafe stream.deallocate()
            throw tooMuchMemory("zlib: status \(status)")
        }
    }

    deinit {
        // Ends what init began.
        unsafe inflateEnd(stream)
        unsafe stream.deallocate()
    }

    func step(_ input: UnsafeBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>, last: Bool) throws
        -> DecoderStep
    {
        let given = UInt32(clamping: input.count)
        let room = UInt32(clamping: output.count)
        // zlib stays inside the lengths it is given and does not write through next_in.
        unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
        unsafe stream.pointee.avail_in = given
        unsafe stream.pointee.next_out = output.baseAddress
        unsafe stream.pointee.avail_out = room
        let status = unsafe inflate(stream, Z_NO_FLUSH)
        guard status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR else {
            if status == Z_MEM_ERROR { throw tooMuchMemory("zlib") }
            // The message is a constant of the library.
            throw corrupt("gzip: \(unsafe stream.pointee.msg.map { unsafe String(cString: $0) } ?? "status \(status)")")
        }
        return unsafe DecoderStep(
            consumed: Int(given - stream.pointee.avail_in), produced: Int(room - stream.pointee.avail_out),
            ended: status == Z_STREAM_END)
    }

    func restart() throws {
        // Valid after init, at any time.
        guard unsafe inflateReset(stream) == Z_OK else { throw corrupt("gzip: cannot begin a further member") }
    }
}
