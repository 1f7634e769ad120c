// SPDX-License-Identifier: Apache-2.0
import PlinthArchive
import PlinthCore
import SystemPackage
import Testing

/// One of the machine's compressors.
struct Tool: Sendable, CustomTestStringConvertible {
    let compression: Compression
    let command: String
    var testDescription: String { command }
    var program: String { String(command.prefix { $0 != " " }) }

    static let all = [
        Tool(compression: .gzip, command: "gzip -1"),
        Tool(compression: .gzip, command: "gzip -9 --name"),
        Tool(compression: .xz, command: "xz -0 --check=none"),
        Tool(compression: .xz, command: "xz -1 --check=sha256 --block-size=20000"),
        Tool(compression: .xz, command: "xz -6 --x86 --lzma2"),
        Tool(compression: .lzma, command: "xz -1 --format=lzma"),
        Tool(compression: .zstd, command: "zstd -q -1"),
        Tool(compression: .zstd, command: "zstd -q -19 --long=27 --no-check"),
        Tool(compression: .bzip2, command: "bzip2 -1"),
    ].filter { hasTool($0.program) }

    /// One per compression.
    static let distinct = all.filter { tool in all.first { $0.compression == tool.compression }?.command == tool.command
    }

    func compress(_ bytes: [UInt8]) throws -> [UInt8] {
        try withScratch { directory in
            try write(bytes, to: directory.appending("in"))
            try #require(shell("\(command) <in >out", in: directory))
            return try contents(of: directory.appending("out"))
        }
    }
}

struct DecompressorTests {
    @Test(arguments: Tool.all) func `what the machine's tools compress is read back`(tool: Tool) throws {
        var random = Seeded(1)
        for size in [0, 1, 65_536, 200_000] {
            let bytes = random.bytes(size)
            let compressed = try tool.compress(bytes)
            #expect(try decode(compressed, tool.compression) == bytes)
            #expect(Compression.detect(Array(compressed.prefix(16))) == tool.compression)
            let slow = try Decompressor(DribblingSource(compressed), tool.compression)
            #expect(try slow.readAll(limit: size) == bytes)
        }
    }

    @Test(arguments: Tool.distinct.filter { $0.compression != .lzma })
    func `streams follow one another`(tool: Tool) throws {
        let (first, second) = (Array("first".utf8), Seeded.sample(70_000))
        let both = try tool.compress(first) + tool.compress([]) + tool.compress(second)
        #expect(try decode(both, tool.compression) == first + second)
    }

    @Test(arguments: Tool.distinct) func `an end at every other byte is noticed`(tool: Tool) throws {
        let compressed = try tool.compress(Seeded.sample(500))
        for length in 0..<compressed.count {
            let found = code { _ = try decode(Array(compressed[..<length]), tool.compression) }
            #expect(found == "archive.truncated", "\(length) of \(compressed.count) bytes")
        }
    }

    @Test(arguments: Tool.distinct) func `what follows the last stream is an error`(tool: Tool) throws {
        let compressed = try tool.compress(Seeded.sample(500))
        for tail in [[1], Array("PK\u{3}\u{4} and more".utf8), [0, 0, 0, 0, 1], [0, 0, 0, 0] + compressed] {
            // xz alone may have streams behind padding.
            if tool.compression == .xz, tail.count > 20 { continue }
            #expect(code { _ = try decode(compressed + tail, tool.compression) } != nil)
        }
        let padded = code { _ = try decode(compressed + [0, 0, 0, 0], tool.compression) }
        #expect(padded == (tool.compression == .zstd ? "archive.corrupt" : nil))
    }

    @Test(arguments: Tool.distinct) func `a changed bit gives an error or, unseen by the format, some bytes`(tool: Tool)
        throws
    {
        let plain = Seeded.sample(400)
        let compressed = try tool.compress(plain)
        for bit in 0..<compressed.count * 8 {
            var damaged = compressed
            damaged[bit / 8] ^= 1 << (bit % 8)
            let found = code { _ = try decode(damaged, tool.compression, limit: 1 << 20) }
            let known = ["archive.corrupt", "archive.truncated", "archive.memory", "archive.bomb"]
            #expect(found == nil || known.contains(found ?? ""))
        }
    }

    @Test(arguments: Tool.distinct) func `a bomb is stopped at its limit`(tool: Tool) throws {
        let bomb = try tool.compress([UInt8](repeating: 0, count: 5_000_000))
        #expect(code { _ = try decode(bomb, tool.compression, limit: 4_999_999) } == "archive.bomb")
        #expect(try decode(bomb, tool.compression, limit: 5_000_000).count == 5_000_000)
        let source = CountingSource(bomb)
        let decompressor = try Decompressor(source, tool.compression, limit: 100)
        #expect(code { _ = try decompressor.readAll(limit: .max) } == "archive.bomb")
        #expect(source.count <= 65_536)
    }

    @Test func `a window beyond 128 MiB is refused`() {
        // A frame header that asks for 2 GiB (RFC 8878, 3.1.1.1.2: exponent 21).
        let frame: [UInt8] = [0x28, 0xb5, 0x2f, 0xfd, 0x00, 21 << 3, 1, 0, 0]
        #expect(code { _ = try decode(frame, .zstd) } == "archive.memory")
    }

    @Test func `a dictionary beyond 256 MiB is refused`() {
        // An lzma header that asks for 1 GiB.
        let header: [UInt8] = [0x5d, 0, 0, 0, 0x40] + [UInt8](repeating: 0xff, count: 8) + [0, 0, 0, 0, 0]
        #expect(code { _ = try decode(header, .lzma) } == "archive.memory")
    }

    @Test func `skippable frames are passed over`() throws {
        let skippable: [UInt8] = [0x53, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 9, 9, 9]
        let frame = ZstdEncoder(level: 3).encode(Array("frame".utf8).span)
        #expect(try decode(skippable + frame + skippable + frame, .zstd) == Array("frameframe".utf8))
        #expect(code { _ = try decode(frame + skippable.dropLast(), .zstd) } == "archive.truncated")
    }

    @Test func `empty members without end do not recurse`() throws {
        let member = GzipMember.encode([UInt8]().span, level: 1)
        let many = Array(repeatElement(member, count: 20_000).joined())
        #expect(try decode(many, .gzip).isEmpty)
    }
}

/// Counts the bytes that are taken from it.
final class CountingSource: ByteSource {
    private let source: MemorySource
    private(set) var count = 0
    init(_ bytes: [UInt8]) { source = MemorySource(bytes) }

    func read(into buffer: inout MutableSpan<UInt8>) -> Int {
        let taken = source.read(into: &buffer)
        count += taken
        return taken
    }
}

extension Seeded {
    static func sample(_ count: Int) -> [UInt8] {
        var random = Seeded(7)
        return random.bytes(count)
    }
}
