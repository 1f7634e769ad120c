// SPDX-License-Identifier: Apache-2.0
import PlinthArchive
import PlinthCore
import PlinthTestSupport
import Testing

@testable import PlinthBuild

struct StretchWriterTests {
    static let member = LayerFormat.memberSize

    private static let block: [UInt8] = {
        var random = PlinthTestSupport.SeededGenerator(seed: 1)
        return (0..<99_991).map { $0 % 8 == 0 ? UInt8(truncatingIfNeeded: random.next()) : 7 }
    }()

    /// Bytes that compress a little, and begin again behind no round number.
    static func pattern(_ count: Int) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(count + block.count)
        while result.count < count { result += block }
        return Array(result[..<count])
    }

    @Test(
        arguments: [
            (0, []), (1, [0]), (member - 1, [0]), (member, [0]), (member + 1, [0, member]), (2 * member, [0, member]),
            (2 * member + 5, [0, member, 2 * member]),
        ] as [(Int, [Int])])
    func members(_ count: Int, _ starts: [Int]) throws {
        let bytes = Self.pattern(count)
        let memory = MemoryStretch()
        let writer = StretchWriter(to: memory, level: 1)
        // In pieces that do not fit the members.
        for start in stride(from: 0, to: count, by: 1_000_003) {
            try writer.append(Array(bytes[start..<min(count, start + 1_000_003)]))
        }
        try writer.flush()
        let packed = memory.packed
        #expect(memory.raw == bytes)
        #expect(writer.members.map(\.rawOffset) == starts.map(Int64.init))
        #expect(writer.rawSize == Int64(count))
        #expect(writer.packedSize == Int64(memory.packed.count))
        #expect(writer.position == Int64(count))
        let (rawSum, packedSum) = (GzipMember.crc32(bytes.span), GzipMember.crc32(packed.span))
        #expect(writer.rawSum == rawSum)
        #expect(writer.packedSum == packedSum)
        try expectMembers(writer, memory)
    }

    /// Each member can be inflated by itself.
    private func expectMembers(_ writer: StretchWriter, _ memory: MemoryStretch) throws {
        let raw = writer.members.map { Int($0.rawOffset) } + [memory.raw.count]
        let packed = writer.members.map { Int($0.packedOffset) } + [memory.packed.count]
        for index in writer.members.indices {
            let member = Array(memory.packed[packed[index]..<packed[index + 1]])
            let size = raw[index + 1] - raw[index]
            #expect(
                try GzipMember.decode(member: member.span, size: size) == Array(memory.raw[raw[index]..<raw[index + 1]])
            )
            // RFC 1952: no name, time 0, system unknown.
            #expect(member.prefix(10) == [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255])
        }
    }

    @Test(.enabled(if: hasProgram("gzip"))) func gzipReadsThemAll() throws {
        let bytes = Self.pattern(2 * Self.member + 4711)
        let memory = MemoryStretch()
        let writer = StretchWriter(to: memory, level: 6)
        try writer.append(bytes)
        try writer.flush()
        #expect(try outputOf("gzip", ["-dc"], input: memory.packed) == bytes)
    }

    @Test(.enabled(if: hasProgram("gzip", "tar"))) func tarReadsConcatenatedStretches() throws {
        try PackageBench.with { bench in
            let first = try bench.segment(TestPackage("a", files: [.file("a/x", "1"), .symlink("a/y", to: "x")]))
                .stretch()
            let second = try bench.segment(TestPackage("b", files: [.file("b/z", "2"), .hardLink("b/h", to: "b/z")]))
                .stretch()
            let memory = MemoryStretch()
            let writer = StretchWriter(to: memory, level: 6)
            try writer.append(TarHeader.endOfArchive)
            try writer.flush()
            let packed = first.packed + second.packed + memory.packed
            #expect(try outputOf("gzip", ["-dc"], input: packed) == first.raw + second.raw + memory.raw)
            let listing = try outputOf("tar", ["-tvzf", "-", "--numeric-owner", "--utc"], input: packed)
            #expect(
                String(decoding: listing, as: UTF8.self) == """
                    -rw-r--r-- 0/0               1 2023-11-14 22:13 a/x
                    lrwxrwxrwx 0/0               0 2023-11-14 22:13 a/y -> x
                    -rw-r--r-- 0/0               1 2023-11-14 22:13 b/h
                    hrw-r--r-- 0/0               0 2023-11-14 22:13 b/z link to b/h

                    """)
        }
    }

    @Test(arguments: [(0, 0), (1, 511), (511, 1), (512, 0), (513, 511)] as [(Int64, Int64)])
    func padding(_ size: Int64, _ zeros: Int64) throws {
        let writer = StretchWriter(to: MemoryStretch(), level: 1)
        try writer.pad(after: size)
        #expect(writer.position == zeros)
    }
}

/// Keeps both forms in memory.
final class MemoryStretch: StretchSink {
    private(set) var raw: [UInt8] = []
    private(set) var packed: [UInt8] = []

    func writeRaw(_ bytes: borrowing Span<UInt8>) { bytes.withUnsafeBufferPointer { raw.append(contentsOf: $0) } }
    func writePacked(_ bytes: borrowing Span<UInt8>) { bytes.withUnsafeBufferPointer { packed.append(contentsOf: $0) } }
}
