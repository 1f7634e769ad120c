// SPDX-License-Identifier: Apache-2.0
package import PlinthCore

/// The one gzip member at the front of a source, decompressed; what lies behind it is not decoded.
///
/// Finds where a member ends, which nothing but decoding tells. The source itself may be read further than that, in
/// pieces of 64 KiB. Memory: those and the window.
package final class GzipMemberSource: ByteSource {
    private let decoder: GzipDecoder
    private let limit: Int64
    private var input: ReadAhead
    private var produced: Int64 = 0
    private var ended = false
    /// Compressed bytes used so far: the member's length, once a read has given 0.
    package private(set) var consumed: Int64 = 0

    /// - Parameter limit: the most bytes it may produce.
    /// - Throws: `archive.memory` when the library cannot be set up.
    package init(_ source: any ByteSource, limit: Int64) throws {
        decoder = try GzipDecoder()
        self.limit = limit
        input = ReadAhead(source, capacity: 65_536)
    }

    /// - Throws: `archive.corrupt`, `archive.truncated`, `archive.memory`, `archive.bomb`, and what the source throws.
    package func read(into buffer: inout MutableSpan<UInt8>) throws -> Int {
        while !ended, buffer.count > 0 {
            if input.count == 0, !input.sourceEnded { try input.fill() }
            let step = try advance(&buffer)
            if step.produced > 0 {
                produced += Int64(step.produced)
                guard produced <= limit else { throw bomb(limit) }
                return step.produced
            }
        }
        return 0
    }

    private func advance(_ buffer: inout MutableSpan<UInt8>) throws -> DecoderStep {
        // Both buffers are lent for the length of the step.
        let step = try unsafe buffer.withUnsafeMutableBufferPointer { output in
            try unsafe input.withBytes { try unsafe decoder.step($0, into: output, last: input.sourceEnded) }
        }
        input.drop(step.consumed)
        consumed += Int64(step.consumed)
        ended = step.ended
        if !step.ended, step.consumed == 0, step.produced == 0 {
            guard input.count == 0 else { throw corrupt("the decoder makes no progress") }
            if input.sourceEnded { throw truncated() }
        }
        return step
    }
}
