// SPDX-License-Identifier: Apache-2.0
import PlinthArchive
import PlinthCore
import SystemPackage
import Testing

struct EncoderTests {
    static let samples = [[], [0], Seeded.sample(100), Seeded.sample(100_000), [UInt8](repeating: 0, count: 70_000)]

    @Test(arguments: GzipEncoder.levels) func `gzip members come back, at every level`(level: Int) throws {
        let encoder = GzipEncoder(level: level)
        for sample in Self.samples {
            let member = encoder.encode(sample.span)
            #expect(member.prefix(10).elementsEqual([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]))
            #expect(try decode(member, .gzip) == sample)
            #expect(try GzipMember.decode(member: member.span, size: sample.count) == sample)
            #expect(GzipMember.encode(sample.span, level: level) == member, "no trace of earlier members")
        }
    }

    @Test(arguments: [1, 3, 19]) func `zstd frames come back and say their size`(level: Int) throws {
        let encoder = ZstdEncoder(level: level)
        for sample in Self.samples {
            let frame = encoder.encode(sample.span)
            #expect(try decode(frame, .zstd) == sample)
            // Frame header descriptor (RFC 8878, 3.1.1.1.1): checksum flag, and a size of one byte and more.
            #expect(frame[4] & 0b100 != 0)
            #expect(frame[4] & 0b1110_0000 != 0)
            #expect(ZstdEncoder(level: level).encode(sample.span) == frame)
        }
    }

    @Test func `a member decodes only to its own size and from its own bytes`() {
        let plain = Seeded.sample(1000)
        let member = GzipMember.encode(plain.span, level: 6)
        for size in [0, 999, 1001, -1, Int.max] {
            #expect(code { _ = try GzipMember.decode(member: member.span, size: size) } == "archive.corrupt")
        }
        let twice = member + member
        #expect(code { _ = try GzipMember.decode(member: twice.span, size: 1000) } == "archive.corrupt")
        for index in [0, 20, member.count - 8, member.count - 1] {
            var damaged = member
            damaged[index] ^= 1
            #expect(code { _ = try GzipMember.decode(member: damaged.span, size: 1000) } == "archive.corrupt")
        }
    }

    @Test func `the checksum is that of gzip and can be continued`() {
        let text = Array("123456789".utf8)
        #expect(GzipMember.crc32(text.span) == 0xcbf4_3926)
        let (head, tail) = (Array(text[..<4]), Array(text[4...]))
        #expect(GzipMember.crc32(tail.span, seed: GzipMember.crc32(head.span)) == 0xcbf4_3926)
        #expect(GzipMember.crc32([UInt8]().span, seed: 5) == 5)
    }

    @Test func `encoders name their library and its version`() {
        #expect(GzipMember.encoderName.wholeMatch(of: #/libdeflate \d+\.\d+/#) != nil)
        #expect(ZstdEncoder.encoderName.wholeMatch(of: #/libzstd \d+\.\d+\.\d+/#) != nil)
    }

    @Test(.enabled(if: hasTool("gzip") && hasTool("zstd"))) func `the machine's tools read ours`() throws {
        let plain = Seeded.sample(50_000)
        let members = GzipMember.encode(plain.span, level: 6) + GzipMember.encode(plain.span, level: 12)
        let frames = ZstdEncoder(level: 3).encode(plain.span) + ZstdEncoder(level: 19).encode(plain.span)
        try withScratch { directory in
            try write(members, to: directory.appending("a.gz"))
            try write(frames, to: directory.appending("b.zst"))
            try #require(shell("gzip -dc a.gz >a && zstd -qdc b.zst >b", in: directory))
            #expect(try contents(of: directory.appending("a")) == plain + plain)
            #expect(try contents(of: directory.appending("b")) == plain + plain)
        }
    }
}
