// SPDX-License-Identifier: Apache-2.0
import CBzip2

/// bzip2 streams by libbz2.
@safe final class Bzip2Decoder: StreamDecoder {
    // libbz2 keeps the address of its stream, so it lives on the heap and never moves.
    private let stream: UnsafeMutablePointer<bz_stream>
    let allowsPadding = true

    init() throws {
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: bz_stream())
        guard unsafe BZ2_bzDecompressInit(stream, 0, 0) == BZ_OK else {
            unsafe stream.deallocate()
            throw tooMuchMemory("libbz2")
        }
    }

    deinit {
        // Ends what init began; harmless when a restart failed.
        unsafe BZ2_bzDecompressEnd(stream)
        unsafe stream.deallocate()
    }

    func step(_ input: UnsafeBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>, last: Bool) throws
        -> DecoderStep
    {
        let given = UInt32(clamping: input.count)
        let room = UInt32(clamping: output.count)
        // libbz2 stays inside the lengths it is given and does not write through next_in; char and UInt8 are alike.
        unsafe stream.pointee.next_in = UnsafeMutableRawPointer(mutating: input.baseAddress)?
            .assumingMemoryBound(to: CChar.self)
        unsafe stream.pointee.avail_in = given
        unsafe stream.pointee.next_out = UnsafeMutableRawPointer(output.baseAddress)?
            .assumingMemoryBound(to: CChar.self)
        unsafe stream.pointee.avail_out = room
        let status = unsafe BZ2_bzDecompress(stream)
        guard status == BZ_OK || status == BZ_STREAM_END else {
            throw status == BZ_MEM_ERROR ? tooMuchMemory("libbz2") : corrupt("bzip2: status \(status)")
        }
        return unsafe DecoderStep(
            consumed: Int(given - stream.pointee.avail_in), produced: Int(room - stream.pointee.avail_out),
            ended: status == BZ_STREAM_END)
    }

    func restart() throws {
        // The old state must go before the stream is set up anew.
        unsafe BZ2_bzDecompressEnd(stream)
        unsafe stream.pointee = bz_stream()
        guard unsafe BZ2_bzDecompressInit(stream, 0, 0) == BZ_OK else { throw tooMuchMemory("libbz2") }
    }
}
