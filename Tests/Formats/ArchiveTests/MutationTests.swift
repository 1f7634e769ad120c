// SPDX-License-Identifier: Apache-2.0
import PlinthArchive
import PlinthCore
import Testing

/// Damaged input is read or refused with a problem of ours; it never crashes, hangs or grows without bound.
struct MutationTests {
    private static let known = ["tar.corrupt", "tar.truncated", "tar.unsupported", "tar.sparse", "tar.tooLarge"]

    /// A changed header gets its checksum made right, so that what lies behind the checksum is reached.
    private func mutate(_ archive: [UInt8], _ random: inout Seeded) -> [UInt8] {
        var result = archive
        for _ in 0...Int.random(in: 0..<4, using: &random) {
            let block = Int.random(in: 0..<result.count / 512, using: &random) * 512
            let place = block + Int.random(in: 0..<512, using: &random)
            switch Int.random(in: 0..<5, using: &random) {
            case 0: result[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 1: result[place] = .random(in: 0...255, using: &random)
            case 2: result[place] = Array("0123456789 =\n\u{0}xgLKSDV".utf8).randomElement(using: &random) ?? 0
            case 3: result[block + 124] = 0x80
            default: result.removeSubrange(block..<block + 512)
            }
            if result.count < 512 { return archive }
            if block < result.count { repair(&result, block) }
        }
        return result
    }

    private func repair(_ archive: inout [UInt8], _ block: Int) {
        archive.replaceSubrange(block + 148..<block + 156, with: Array("        ".utf8))
        let sum = String(archive[block..<block + 512].reduce(0) { $0 + Int($1) }, radix: 8)
        let text = String(repeating: "0", count: max(0, 6 - sum.count)) + sum + "\0 "
        archive.replaceSubrange(block + 148..<block + 156, with: Array(text.utf8))
    }

    @Test(arguments: 0..<8) func `tar`(seed: UInt64) throws {
        var random = Seeded(seed)
        let files = TarHeaderTests.files.shuffled(using: &random).prefix(8)
        let archive = pack(Array(files))
        for _ in 0..<60 {
            let damaged = mutate(archive, &random)
            let found = code {
                let size = try unpack(damaged).reduce(0) { $0 + $1.content.count }
                #expect(size <= damaged.count)
            }
            #expect(found.map(Self.known.contains) ?? true, "\(found ?? "")")
        }
    }

    /// Seeds with holes of all kinds; what they claim to be is bounded, what they are too.
    @Test(arguments: 0..<4) func `sparse files`(seed: UInt64) throws {
        var random = Seeded(seed)
        let list = [8, 0, 3, 4, 9, 2].map { "\($0)" }
        let pax = RawHeader.pax("GNU.sparse.size=\(list[0])", "GNU.sparse.map=\(list[1...4].joined(separator: ","))")
        let mapped = RawHeader.pax("GNU.sparse.major=1", "GNU.sparse.minor=0", "GNU.sparse.realsize=90")
        let gnu = [257: Array("ustar  \u{0}".utf8), 482: [1], 483: Array("00000000020\u{0}".utf8)]
        let archive =
            pax + RawHeader(size: Array("00000000007".utf8)).block + RawHeader.blocks([1, 2, 3, 4, 5, 6, 7])
            + mapped + RawHeader(size: Array("00000001003".utf8)).block + RawHeader.blocks(Array("1\n5\n3\n".utf8))
            + RawHeader.blocks([1, 2, 3]) + RawHeader(type: UInt8(ascii: "S"), fields: gnu).block
            + [UInt8](repeating: 0, count: 512) + TarHeader.endOfArchive
        for _ in 0..<200 {
            let damaged = mutate(archive, &random)
            let found = code {
                let size = try unpack(damaged, sparse: 1 << 20).reduce(0) { $0 + $1.content.count }
                #expect(size <= damaged.count + 1 << 20)
            }
            #expect(found.map(Self.known.contains) ?? true, "\(found ?? "")")
        }
    }

    @Test(arguments: 0..<4) func `ar`(seed: UInt64) throws {
        var random = Seeded(seed)
        let archive = ArArchive.encode([
            ("debian-binary", Array("2.0\n".utf8)), ("control.tar.xz", random.bytes(77)),
            ("data.tar.xz", random.bytes(500)),
        ])
        for _ in 0..<300 {
            var damaged = archive
            for _ in 0..<Int.random(in: 1..<5, using: &random) {
                let place = Int.random(in: 0..<damaged.count, using: &random)
                damaged[place] = Array("0123456789 /#`\n-".utf8).randomElement(using: &random) ?? 0
            }
            if Bool.random(using: &random) { damaged.removeLast(Int.random(in: 0..<damaged.count, using: &random)) }
            let found = code {
                for member in try ArArchive.members(of: damaged) {
                    #expect(member.offset + member.size <= Int64(damaged.count))
                }
            }
            #expect(found?.hasPrefix("ar.") ?? true)
        }
    }
}
