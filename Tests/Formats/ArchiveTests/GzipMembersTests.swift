// SPDX-License-Identifier: Apache-2.0
import PlinthArchive
import PlinthCore
import Testing

/// Whole members and streams give and refuse the same.
struct GzipMembersTests {
    /// Compressible, with something of everything.
    private static func sample(_ count: Int) -> [UInt8] {
        var random = Seeded(UInt64(count))
        let words = random.bytes(4096)
        return (0..<count).map { words[($0 / 7 &* 31) % 4096] }
    }

    private static func member(_ count: Int) -> [UInt8] { GzipMember.encode(sample(count).span, level: 1) }

    private static func decoded(_ bytes: [UInt8], limit: Int64 = .max) throws -> [UInt8] {
        try GzipMembers(MemorySource(bytes), length: Int64(bytes.count), limit: limit).readAll(limit: 64 << 20)
    }

    private static func streamed(_ bytes: [UInt8], limit: Int64 = .max) throws -> [UInt8] {
        try Decompressor(MemorySource(bytes), .gzip, limit: limit).readAll(limit: 64 << 20)
    }

    private static func code(_ body: () throws -> [UInt8]) -> String? {
        do {
            _ = try body()
            return nil
        } catch { return (error as? Problem)?.code }
    }

    /// Sizes of members one after the other; 4 MiB is the most that is inflated as a whole.
    @Test(arguments: [
        [0], [1], [70_000], [5, 0, 70_000], [4 << 20], [4 << 20, 4 << 20, 9], [(4 << 20) + 1], [9, 6 << 20, 9],
        [6 << 20, 4 << 20], Array(repeating: 1 << 20, count: 20),
    ])
    func membersFollowOneAnother(_ sizes: [Int]) throws {
        let bytes = sizes.flatMap { Self.member($0) }
        let expected = sizes.flatMap { Self.sample($0) }
        #expect(try Self.decoded(bytes) == expected)
    }

    @Test func whatCannotBeShortened() throws {
        var random = Seeded(3)
        let content = (0..<(4 << 20)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        let member = GzipMember.encode(content.span, level: 1)
        #expect(try Self.decoded(member + member) == content + content)
    }

    @Test func zerosMayFollow() throws {
        let bytes = Self.member(100) + [UInt8](repeating: 0, count: 700_000)
        #expect(try Self.decoded(bytes) == Self.sample(100))
    }

    private static let damaged: [[UInt8]] = [
        [], [0x1f], member(100) + [7], member(100) + [0, 0, 7], Array(member(70_000).dropLast()),
        member(9) + Array(member(70_000).dropLast(9)), [0] + member(9), Array(member(5 << 20).dropLast(100)),
    ]

    @Test(arguments: damaged.indices)
    func damageIsRefusedAsInAStream(_ number: Int) {
        let bytes = Self.damaged[number]
        let expected = Self.code { try Self.streamed(bytes) }
        #expect(expected != nil)
        #expect(Self.code { try Self.decoded(bytes) } == expected)
    }

    @Test func flippedBitsAreNoticed() {
        let bytes = Self.member(3000) + Self.member(3000)
        for position in stride(from: 12, to: bytes.count, by: 37) {
            var damaged = bytes
            damaged[position] ^= 4
            #expect(Self.code { try Self.decoded(damaged) } == Self.code { try Self.streamed(damaged) })
        }
    }

    @Test func theLimitHolds() {
        let bytes = Self.member(100_000) + Self.member(100_000)
        #expect(Self.code { try Self.decoded(bytes, limit: 200_000) } == nil)
        #expect(Self.code { try Self.decoded(bytes, limit: 199_999) } == "archive.bomb")
        let large = Self.member(100) + Self.member(6 << 20)
        #expect(Self.code { try Self.decoded(large, limit: 1 << 20) } == "archive.bomb")
    }

    @Test func smallReadsGiveTheSame() throws {
        let source = try GzipMembers(MemorySource(Self.member(5000) + Self.member(5000)), length: 10)
        var result: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 7)
        while true {
            var span = buffer.mutableSpan
            let count = try source.read(into: &span)
            if count == 0 { break }
            result += buffer[..<count]
        }
        #expect(result == Self.sample(5000) + Self.sample(5000))
    }
}
