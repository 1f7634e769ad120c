// SPDX-License-Identifier: Apache-2.0
import PlinthCore

/// Passes bytes on and knows at the end whether they were the right ones.
final class CheckedSource: ByteSource {
    private let source: any ByteSource
    private let size: Int64
    private let sum: IndexSum
    private let place: String
    private var stream: IndexSumStream

    init(_ source: any ByteSource, size: Int64, sum: IndexSum, place: String) {
        self.source = source
        self.size = size
        self.sum = sum
        self.place = place
        stream = IndexSumStream(like: sum)
    }

    func read(into buffer: inout MutableSpan<UInt8>) throws -> Int {
        let count = try source.read(into: &buffer)
        stream.update(buffer.span.extracting(..<count))
        return count
    }

    /// - Throws: `Problem` with code `index.digest` when what was read differs from what was signed.
    func finish() throws {
        let found = stream.finish()
        guard stream.count == size, found == sum else {
            throw Problem(
                "index.digest", "An index is not the one that was signed", at: place,
                why: "expected \(sum) of \(size) bytes, found \(found) of \(stream.count)")
        }
    }
}

extension FileSource {
    /// Up to `count` bytes from here.
    func readPrefix(_ count: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var span = bytes.mutableSpan
        let got = try readFully(into: &span)
        return Array(bytes[..<got])
    }
}
