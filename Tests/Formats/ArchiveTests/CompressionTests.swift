// SPDX-License-Identifier: Apache-2.0
import PlinthArchive
import PlinthCore
import Testing

struct CompressionTests {
    static let beginnings: [(bytes: [UInt8], expected: Compression)] = [
        ([0x1f, 0x8b, 8], .gzip),
        ([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 0, 4], .xz),
        ([0x28, 0xb5, 0x2f, 0xfd, 0x24], .zstd),
        ([0x5a, 0x2a, 0x4d, 0x18, 0, 0, 0, 0], .zstd),
        ([0x42, 0x5a, 0x68, 0x39, 0x31, 0x41, 0x59, 0x26, 0x53, 0x59], .bzip2),
        ([0x42, 0x5a, 0x68, 0x31, 0x17, 0x72, 0x45, 0x38, 0x50, 0x90], .bzip2),
        ([0x5d, 0, 0, 0x80, 0, 255, 255, 255, 255, 255, 255, 255, 255], .lzma),
        ([0x5e, 0, 0, 0x80, 0, 5, 0, 0, 0, 0, 0, 0, 0], .lzma),
        (Array("BZh9 is a name".utf8), .none),
        (Array("]name-of-a-file".utf8), .none),
        ([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], .none),
        ([0x1f], .none),
        ([], .none),
    ]

    @Test(arguments: beginnings)
    func `magic numbers tell the format`(bytes: [UInt8], expected: Compression) {
        #expect(Compression.detect(bytes) == expected)
    }

    @Test func `nothing but a source passed on, within the limit`() throws {
        #expect(try decode([1, 2, 3], .none, limit: 3) == [1, 2, 3])
        #expect(code { _ = try decode([1, 2, 3], .none, limit: 2) } == "archive.bomb")
    }
}
