// SPDX-License-Identifier: Apache-2.0
package import PlinthCore

/// Decompresses another source while it is read.
///
/// gzip members, xz and bzip2 streams and zstd frames may follow one another. Behind the last one nothing but zero
/// padding is accepted, and for zstd and xz only what their formats allow. Checksums are verified; reading to the
/// end (a read that gives 0) is what proves that the data is whole. Memory: 64 KiB and the window, at most
/// 128 MiB for zstd and 256 MiB for xz and lzma.
package final class Decompressor: ByteSource {
    private enum Place { case before, inside, between, padding, end }

    private let source: any ByteSource
    private let decoder: (any StreamDecoder)?
    private let limit: Int64
    private var produced: Int64 = 0
    private var input: ReadAhead
    private var place = Place.before

    /// - Parameter limit: the most bytes it may produce.
    /// - Throws: `archive.memory` when a library cannot be set up.
    package init(_ source: any ByteSource, _ compression: Compression, limit: Int64 = .max) throws {
        self.source = source
        self.limit = limit
        decoder = try compression.makeDecoder()
        input = ReadAhead(source, capacity: decoder == nil ? 0 : 65_536)
    }

    /// - Throws: `archive.corrupt`, `archive.truncated`, `archive.memory`, `archive.bomb`, and what the source throws.
    package func read(into buffer: inout MutableSpan<UInt8>) throws -> Int {
        guard let decoder else { return try counted(try source.read(into: &buffer)) }
        while place != .end, buffer.count > 0 {
            if input.count == 0, !input.sourceEnded { try input.fill() }
            guard try isInside(decoder) else { continue }
            let step = try advance(decoder, &buffer)
            if step.produced > 0 { return try counted(step.produced) }
        }
        return 0
    }

    /// Deals with what lies between streams; true when the decoder should go on.
    private func isInside(_ decoder: any StreamDecoder) throws -> Bool {
        switch place {
        case .before, .inside, .end:
            place = .inside
        case .between where input.count == 0:
            if input.sourceEnded { place = .end }
        case .between where decoder.allowsPadding && input[0] == 0:
            place = .padding
        case .between:
            try decoder.restart()
            place = .inside
        case .padding:
            // Only read.
            let zeros = unsafe input.withBytes { unsafe $0.allSatisfy { $0 == 0 } }
            guard zeros else { throw corrupt("something follows its end") }
            input.drop(input.count)
            if input.sourceEnded { place = .end }
        }
        return place == .inside
    }

    private func advance(_ decoder: any StreamDecoder, _ buffer: inout MutableSpan<UInt8>) throws -> DecoderStep {
        // Both buffers are lent for the length of the step.
        let step = try unsafe buffer.withUnsafeMutableBufferPointer { output in
            try unsafe input.withBytes { try unsafe decoder.step($0, into: output, last: input.sourceEnded) }
        }
        input.drop(step.consumed)
        if step.ended {
            place = .between
        } else if step.consumed == 0, step.produced == 0 {
            // Nothing left to give it, or it is stuck on what it has.
            guard input.count == 0 else { throw corrupt("the decoder makes no progress") }
            if input.sourceEnded { throw truncated() }
        }
        return step
    }

    private func counted(_ count: Int) throws -> Int {
        produced += Int64(count)
        guard produced <= limit else { throw bomb(limit) }
        return count
    }
}

extension Compression {
    fileprivate func makeDecoder() throws -> (any StreamDecoder)? {
        switch self {
        case .none: nil
        case .gzip: try GzipDecoder()
        case .xz: try XZDecoder(.xz)
        case .lzma: try XZDecoder(.lzmaAlone)
        case .zstd: try ZstdDecoder()
        case .bzip2: try Bzip2Decoder()
        }
    }
}
