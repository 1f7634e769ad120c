// SPDX-License-Identifier: Apache-2.0
import CDeflate
package import PlinthCore

/// Decompresses gzip members of at most 4 MiB as wholes, which is three times faster than streaming them.
///
/// Layers of ours are made of such members. From the first larger one on, and for whatever is wrong, the bytes go to a
/// `Decompressor`, so both accept and refuse the same. Memory: 16 MiB, less for short input.
@safe package final class GzipMembers: ByteSource {
    /// The most bytes of a member that is inflated as a whole.
    private static let member = 4 << 20
    /// Input that holds any such member: deflate adds 5 bytes for each 65,535 that it cannot shorten.
    private static let enough = member + member / 8

    private let source: any ByteSource
    private let limit: Int64
    private let decoder: OpaquePointer
    private var input: ReadAhead
    private var output: [UInt8]
    /// The part of the output that nobody has read yet.
    private var pending = 0..<0
    private var produced: Int64 = 0
    private var isFirst = true
    private var ended = false
    /// Takes over when a member is too large.
    private var stream: Decompressor?

    /// - Parameters:
    ///   - length: bytes of the source, or more.
    ///   - limit: the most bytes it may produce.
    /// - Throws: `archive.memory` when the library cannot be set up.
    package init(_ source: any ByteSource, length: Int64, limit: Int64 = .max) throws {
        guard let made = unsafe libdeflate_alloc_decompressor() else { throw tooMuchMemory("libdeflate") }
        unsafe decoder = made
        self.source = source
        self.limit = limit
        let length = Int(max(length, 1 << 16).clamped(to: 1 << 30))
        input = ReadAhead(source, capacity: min(length + 1, 3 * Self.enough))
        output = [UInt8](repeating: 0, count: min(length * 16, Self.member))
    }

    deinit {
        // Frees what init made.
        unsafe libdeflate_free_decompressor(decoder)
    }

    /// - Throws: as `Decompressor`.
    package func read(into buffer: inout MutableSpan<UInt8>) throws -> Int {
        while pending.isEmpty {
            if let stream { return try stream.read(into: &buffer) }
            if ended || buffer.isEmpty { return 0 }
            try inflateNext()
        }
        let count = min(buffer.count, pending.count)
        let start = pending.lowerBound
        // Both hold `count` bytes, and an array never overlaps somebody else's buffer.
        unsafe buffer.withUnsafeMutableBufferPointer { target in
            unsafe output.withUnsafeBytes { all in
                unsafe UnsafeMutableRawBufferPointer(target).copyMemory(
                    from: UnsafeRawBufferPointer(rebasing: all[start..<start + count]))
            }
        }
        pending = start + count..<pending.upperBound
        return count
    }

    private func inflateNext() throws {
        guard try input.has(1) else {
            if isFirst { try goStreaming() } else { ended = true }
            return
        }
        if !isFirst, input[0] == 0 { return try endInPadding() }
        _ = try input.has(Self.enough)
        guard let (consumed, written) = inflated() else { return try goStreaming() }
        input.drop(consumed)
        pending = 0..<written
        isFirst = false
        produced += Int64(written)
        guard produced <= limit else { throw bomb(limit) }
    }

    /// nil when the member is not whole, larger than the output, or damaged.
    private func inflated() -> (consumed: Int, written: Int)? {
        var consumed = 0
        var written = 0
        // libdeflate stays inside the two buffers.
        let result = unsafe output.withUnsafeMutableBufferPointer { output in
            unsafe input.withBytes { input in
                unsafe libdeflate_gzip_decompress_ex(
                    decoder, input.baseAddress, input.count, output.baseAddress, output.count, &consumed, &written)
            }
        }
        return result == LIBDEFLATE_SUCCESS ? (consumed, written) : nil
    }

    /// Hands over at the beginning of a member.
    private func goStreaming() throws {
        // The copy outlives the call.
        let rest = unsafe input.withBytes { unsafe Array($0) }
        stream = try Decompressor(JoinedSource(rest, then: source), .gzip, limit: limit - produced)
    }

    /// Zeros to the end are accepted behind the last member.
    private func endInPadding() throws {
        while try input.has(1) {
            // Only read.
            let zeros = unsafe input.withBytes { unsafe $0.allSatisfy { $0 == 0 } }
            guard zeros else { throw corrupt("something follows its end") }
            input.drop(input.count)
        }
        ended = true
    }
}

/// Bytes, and a source behind them.
private final class JoinedSource: ByteSource {
    private let first: MemorySource
    private let second: any ByteSource

    init(_ bytes: [UInt8], then source: any ByteSource) {
        first = MemorySource(bytes)
        second = source
    }

    func read(into buffer: inout MutableSpan<UInt8>) throws -> Int {
        let count = first.read(into: &buffer)
        return count > 0 ? count : try second.read(into: &buffer)
    }
}

extension Int64 {
    fileprivate func clamped(to limit: Int64) -> Int64 { Swift.min(self, limit) }
}
