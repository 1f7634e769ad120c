// SPDX-License-Identifier: Apache-2.0
import PlinthCore

/// A source whose first bytes can be looked at before they are read.
final class BufferedStart: ByteSource {
    private let source: any ByteSource
    private var pending: [UInt8] = []

    init(_ source: any ByteSource) { self.source = source }

    /// Up to `count` bytes from the beginning, which stay to be read.
    func start(_ count: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var span = bytes.mutableSpan
        let got = try source.readFully(into: &span)
        pending = Array(bytes[..<got])
        return pending
    }

    func read(into buffer: inout MutableSpan<UInt8>) throws -> Int {
        guard !pending.isEmpty else { return try source.read(into: &buffer) }
        let count = min(buffer.count, pending.count)
        for index in 0..<count { buffer[index] = pending[index] }
        pending.removeFirst(count)
        return count
    }
}

/// Counts what passes.
final class CountedSource: ByteSource {
    private let source: any ByteSource
    private(set) var count: Int64 = 0

    init(_ source: any ByteSource) { self.source = source }

    func read(into buffer: inout MutableSpan<UInt8>) throws -> Int {
        let got = try source.read(into: &buffer)
        count += Int64(got)
        return got
    }

    /// Reads to the end: padding after the archive counts too.
    func drain() throws {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            var span = buffer.mutableSpan
            if try read(into: &span) == 0 { return }
        }
    }
}
