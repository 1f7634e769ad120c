// SPDX-License-Identifier: Apache-2.0
import PlinthArchive
import PlinthCore
import Testing

struct TarHeaderTests {
    /// Every kind of entry, and every reason for a pax header.
    static let files: [Unpacked] = [
        Unpacked(entry: TarEntry(name: Array("etc/".utf8), kind: .directory, mode: 0o755, modified: 1_700_000_000)),
        Unpacked(
            entry: TarEntry(name: Array("etc/motd".utf8), kind: .file, user: 7, group: 2_097_151, size: 3),
            content: Array("hi\n".utf8)),
        Unpacked(entry: TarEntry(name: Array("etc/empty".utf8), kind: .file, mode: 0o4755)),
        Unpacked(entry: TarEntry(name: Array("etc/hard".utf8), kind: .hardLink, linkTarget: Array("etc/motd".utf8))),
        Unpacked(
            entry: TarEntry(name: Array("l".utf8), kind: .symlink, mode: 0o777, linkTarget: Array("/a//b/../c".utf8))),
        Unpacked(entry: TarEntry(name: Array("null".utf8), kind: .characterDevice, deviceMajor: 1, deviceMinor: 3)),
        Unpacked(entry: TarEntry(name: Array("sda".utf8), kind: .blockDevice, deviceMajor: 8, deviceMinor: 4_000_000)),
        Unpacked(entry: TarEntry(name: Array("pipe".utf8), kind: .fifo)),
        Unpacked(entry: TarEntry(name: Array("umläut".utf8), kind: .file)),
        Unpacked(entry: TarEntry(name: [0x66, 0xfc, 0x72], kind: .file)),
        Unpacked(entry: TarEntry(name: long(100), kind: .file)),
        Unpacked(entry: TarEntry(name: long(101), kind: .file)),
        Unpacked(entry: TarEntry(name: long(155) + [slash] + long(100), kind: .file)),
        Unpacked(entry: TarEntry(name: long(156) + [slash] + long(50), kind: .file)),
        Unpacked(entry: TarEntry(name: long(155) + [slash] + long(99) + [slash], kind: .directory)),
        Unpacked(entry: TarEntry(name: long(155) + [slash] + long(100) + [slash], kind: .directory)),
        Unpacked(entry: TarEntry(name: Array("s".utf8), kind: .symlink, mode: 0o777, linkTarget: long(101))),
        Unpacked(entry: TarEntry(name: Array("t".utf8), kind: .symlink, mode: 0o777, linkTarget: Array("ö".utf8))),
        Unpacked(entry: TarEntry(name: Array("ids".utf8), kind: .file, user: 2_097_152, group: .max)),
        Unpacked(entry: TarEntry(name: Array("old".utf8), kind: .file, modified: -1)),
        Unpacked(entry: TarEntry(name: Array("late".utf8), kind: .file, modified: 0o100_000_000_000)),
        Unpacked(
            entry: TarEntry(
                name: Array("ping".utf8), kind: .file,
                attributes: ["security.capability": [1, 0, 0, 2, 0, 10, 61], "user.b": [], "user.a": Array(0...255)])),
    ]

    private static let slash = UInt8(ascii: "/")
    private static func long(_ count: Int) -> [UInt8] { [UInt8](repeating: UInt8(ascii: "n"), count: count) }

    @Test(arguments: files) func `every kind of entry comes back`(file: Unpacked) throws {
        #expect(try unpack(pack([file])) == [file])
        #expect(try unpack(DribblingSource(pack([file]))) == [file])
    }

    @Test func `all of them together come back, with and without end blocks`() throws {
        #expect(try unpack(pack(Self.files)) == Self.files)
        #expect(try unpack(pack(Self.files, end: [])) == Self.files)
        #expect(try unpack(pack([], end: [])) == [])
        #expect(pack(Self.files) == pack(Self.files))
    }

    @Test func `a plain header, field by field`() {
        let entry = TarEntry(
            name: Array("bin/true".utf8), kind: .file, mode: 0o755, user: 8, group: 64, userName: Array("me".utf8),
            groupName: Array("us".utf8), size: 513, modified: 1_000_000_000)
        let header = TarHeader.encode(entry)
        #expect(header.count == 512)
        let fields: [(Range<Int>, String)] = [
            (0..<9, "bin/true\0"), (100..<108, "0000755\0"), (108..<116, "0000010\0"), (116..<124, "0000100\0"),
            (124..<136, "00000001001\0"), (136..<148, "07346545000\0"), (156..<158, "0\0"), (257..<265, "ustar\u{0}00"),
            (265..<345, String(repeating: "\0", count: 80)),
        ]
        for (range, expected) in fields { #expect(Array(header[range]) == Array(expected.utf8), "\(range)") }
        var sum = header.reduce(0) { $0 + Int($1) }
        for index in 148..<156 { sum += 32 - Int(header[index]) }
        let digits = String(sum, radix: 8)
        let text = String(repeating: "0", count: 6 - digits.count) + digits + "\0 "
        #expect(Array(header[148..<156]) == Array(text.utf8))
    }

    @Test func `a pax header has a fixed name and sorted records`() {
        let name = Array("d/".utf8) + Self.long(120)
        let entry = TarEntry(
            name: name, kind: .file, mode: 0o600, user: 3_000_000, modified: 5, attributes: ["user.x": [0, 10, 61]])
        let header = TarHeader.encode(entry)
        #expect(header.count == 3 * 512)
        #expect(Array(header[..<100]) == Array(("PaxHeaders.0/".utf8 + Self.long(87))))
        #expect(Array(header[100..<124]) == Array("0000644\u{0}0000000\u{0}0000000\u{0}".utf8))
        #expect(Array(header[136..<148]) == Array("00000000005\0".utf8))
        #expect(header[156] == UInt8(ascii: "x"))
        let records =
            Array("27 SCHILY.xattr.user.x=".utf8) + [0, 10, 61] + Array("\n132 path=".utf8) + name
            + Array("\n15 uid=3000000\n".utf8)
        #expect(Array(header[512..<512 + records.count]) == records)
        #expect(header[(512 + records.count)..<1024].allSatisfy { $0 == 0 })
    }

    @Test func `a record's length counts its own digits`() throws {
        for size in 70...1010 {
            let entry = TarEntry(name: Array("a".utf8), kind: .file, attributes: ["u": Self.long(size)])
            #expect(try unpack(pack([Unpacked(entry: entry)])).first?.entry == entry)
        }
    }

    @Test(arguments: [(0, 0), (1, 511), (511, 1), (512, 0), (513, 511), (Int64.max, 1)])
    func `padding fills the block`(size: Int64, expected: Int) { #expect(TarHeader.padding(after: size) == expected) }

    @Test func `a size of eight gibibytes goes to pax`() throws {
        let entry = TarEntry(name: Array("big".utf8), kind: .file, size: 1 << 33)
        let reader = TarReader(MemorySource(TarHeader.encode(entry)), place: "t")
        #expect(try reader.next() == entry)
        #expect(reader.offset == 3 * 512)
        #expect(code { _ = try reader.next() } == "tar.truncated")
    }
}
