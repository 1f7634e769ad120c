// SPDX-License-Identifier: Apache-2.0
import PlinthArchive
import PlinthCore
import Testing

/// A header put together by hand.
struct RawHeader {
    var name = Array("f".utf8)
    var type = UInt8(ascii: "0")
    var size = Array("00000000000".utf8)
    var magic = Array("ustar\u{0}00".utf8)
    var fields: [Int: [UInt8]] = [:]

    var block: [UInt8] {
        var block = [UInt8](repeating: 0, count: 512)
        func put(_ bytes: [UInt8], _ offset: Int) { block.replaceSubrange(offset..<offset + bytes.count, with: bytes) }
        put(name, 0)
        put(size, 124)
        block[156] = type
        put(magic, 257)
        for (offset, bytes) in fields { put(bytes, offset) }
        put(Array("        ".utf8), 148)
        let sum = String(block.reduce(0) { $0 + Int($1) }, radix: 8)
        put(Array((String(repeating: "0", count: 6 - sum.count) + sum + "\0 ").utf8), 148)
        return block
    }

    static func blocks(_ content: [UInt8]) -> [UInt8] {
        content + [UInt8](repeating: 0, count: TarHeader.padding(after: Int64(content.count)))
    }

    /// A header of type x, g, L or K and its content.
    static func extended(_ type: Character, _ content: [UInt8]) -> [UInt8] {
        let octal = String(content.count, radix: 8)
        let size = Array((String(repeating: "0", count: 11 - octal.count) + octal).utf8)
        return RawHeader(name: Array("x".utf8), type: type.asciiValue ?? 0, size: size).block + blocks(content)
    }

    static func pax(_ records: String...) -> [UInt8] {
        extended("x", records.flatMap { Array(record($0).utf8) })
    }

    static func record(_ text: String) -> String {
        let rest = text.utf8.count + 2
        var length = rest + "\(rest)".utf8.count
        length = rest + "\(length)".utf8.count
        return "\(length) \(text)\n"
    }
}

private let end = TarHeader.endOfArchive
private let plain = RawHeader().block

struct TarReaderTests {
    @Test func `content can be read in parts, skipped, and read past`() throws {
        let content = Seeded.sample(300_000)
        let entry = TarEntry(name: Array("f".utf8), kind: .file, size: 300_000)
        let archive = pack([Unpacked(entry: entry, content: content), TarHeaderTests.files[0]])
        let reader = TarReader(MemorySource(archive), place: "t")
        #expect(try reader.next() == entry)
        #expect(reader.offset == 512)
        var part = [UInt8](repeating: 0, count: 10)
        var span = part.mutableSpan
        #expect(try reader.read(into: &span) == 10)
        #expect(part == Array(content[..<10]))
        try reader.skip()
        #expect(reader.offset == 512 + 300_032)
        var after = part.mutableSpan
        #expect(try reader.read(into: &after) == 0)
        #expect(try reader.next() == TarHeaderTests.files[0].entry)
        #expect(try reader.next() == nil)
        #expect(try reader.next() == nil)
        #expect(reader.offset == Int64(archive.count))
    }

    @Test func `large reads go around the buffer and lose nothing`() throws {
        let content = Seeded.sample(2_000_000)
        let entry = TarEntry(name: Array("f".utf8), kind: .file, size: 2_000_000)
        let reader = TarReader(MemorySource(pack([Unpacked(entry: entry, content: content)])), place: "t")
        _ = try reader.next()
        var all: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 700_000)
        while true {
            var span = chunk.mutableSpan
            let count = try reader.read(into: &span)
            if count == 0 { break }
            all += chunk[..<count]
        }
        #expect(all == content)
        #expect(try reader.next() == nil)
    }

    @Test func `an end at every byte is noticed, but for whole blocks`() throws {
        let archive = pack(Array(TarHeaderTests.files.prefix(3)) + [TarHeaderTests.files[13]])
        let content = archive.count - 1024
        for length in 0..<archive.count {
            let found = code { _ = try unpack(Array(archive[..<length])) }
            if length % 512 != 0, length < content { #expect(found == "tar.truncated", "\(length)") }
            #expect(found == nil || found == "tar.truncated")
        }
    }

    @Test func `the source is read to its end, so that its checksums are seen`() throws {
        var member = GzipMember.encode((pack([TarHeaderTests.files[0]]) + Seeded.sample(100_000)).span, level: 1)
        #expect(try unpack(Decompressor(MemorySource(member), .gzip)).count == 1)
        member[member.count - 5] ^= 1
        #expect(code { _ = try unpack(Decompressor(MemorySource(member), .gzip)) } == "archive.corrupt")
    }

    static let refused: [(String, [UInt8], String)] = [
        ("checksum", [1] + plain.dropFirst(), "tar.corrupt"),
        ("entry behind a lone zero block", [UInt8](repeating: 0, count: 512) + plain, "tar.corrupt"),
        ("no name", RawHeader(name: []).block, "tar.corrupt"),
        ("letters for a size", RawHeader(size: Array("12x".utf8)).block, "tar.corrupt"),
        ("eight for a digit", RawHeader(size: Array("8".utf8)).block, "tar.corrupt"),
        ("negative size", RawHeader(size: [UInt8](repeating: 0xff, count: 12)).block, "tar.corrupt"),
        (
            "size of 64 bits", RawHeader(size: [0x80, 0, 0, 0] + [UInt8](repeating: 0xff, count: 8)).block,
            "tar.corrupt"
        ),
        ("size of 95 bits", RawHeader(size: [0xbf] + [UInt8](repeating: 0xff, count: 11)).block, "tar.corrupt"),
        (
            "largest size", RawHeader(size: [0x80, 0, 0, 0, 0x7f] + [UInt8](repeating: 0xff, count: 7)).block,
            "tar.truncated"
        ),
        ("user of 33 bits", RawHeader(fields: [108: [0x80, 0, 0, 1, 0, 0, 0, 0]]).block, "tar.corrupt"),
        ("negative group", RawHeader(fields: [116: [UInt8](repeating: 0xff, count: 8)]).block, "tar.corrupt"),
        ("unknown type", RawHeader(type: UInt8(ascii: "Z")).block, "tar.unsupported"),
        ("unprintable type", RawHeader(type: 200).block, "tar.unsupported"),
        ("several volumes", RawHeader(type: UInt8(ascii: "M")).block, "tar.unsupported"),
        ("sparse", RawHeader(type: UInt8(ascii: "S"), magic: Array("ustar  \u{0}".utf8)).block, "tar.sparse"),
        ("directory with content", RawHeader(name: Array("d/".utf8), size: Array("7".utf8)).block, "tar.corrupt"),
        ("link to nothing", RawHeader(type: UInt8(ascii: "2")).block, "tar.corrupt"),
        (
            "GNU header with a prefix",
            RawHeader(magic: Array("ustar  \u{0}".utf8), fields: [345: Array("dir".utf8)]).block, "tar.corrupt"
        ),
        ("two long names", RawHeader.extended("L", [97]) + RawHeader.extended("L", [98]) + plain, "tar.corrupt"),
        ("two long links", RawHeader.extended("K", [97]) + RawHeader.extended("K", [98]) + plain, "tar.corrupt"),
        ("two pax headers", RawHeader.pax("path=a") + RawHeader.pax("path=b") + plain, "tar.corrupt"),
        ("a GNU and a pax name", RawHeader.extended("L", [97]) + RawHeader.pax("path=b") + plain, "tar.corrupt"),
        ("long name of nobody", RawHeader.extended("L", [97]) + end, "tar.truncated"),
        ("empty long name", RawHeader.extended("L", [0, 0]) + plain, "tar.corrupt"),
        ("huge pax header", RawHeader(type: UInt8(ascii: "x"), size: Array("00004000001".utf8)).block, "tar.tooLarge"),
        ("huge long name", RawHeader(type: UInt8(ascii: "L"), size: Array("77777777777".utf8)).block, "tar.tooLarge"),
        (
            "negative long name", RawHeader(type: UInt8(ascii: "L"), size: [UInt8](repeating: 0xff, count: 12)).block,
            "tar.tooLarge"
        ),
        ("pax: negative size", RawHeader.pax("size=-1") + plain, "tar.corrupt"),
        ("pax: size of 64 bits", RawHeader.pax("size=9223372036854775808") + plain, "tar.corrupt"),
        ("pax: largest size", RawHeader.pax("size=9223372036854775807") + plain, "tar.truncated"),
        ("pax: user of 33 bits", RawHeader.pax("uid=4294967296") + plain, "tar.corrupt"),
        ("pax: sign", RawHeader.pax("uid=+1") + plain, "tar.corrupt"),
        ("pax: time", RawHeader.pax("mtime=1 day") + plain, "tar.corrupt"),
        ("pax: time with two points", RawHeader.pax("mtime=1.2.3") + plain, "tar.corrupt"),
        ("pax: time of 64 bits", RawHeader.pax("mtime=9223372036854775808") + plain, "tar.corrupt"),
        ("pax: NUL in a name", RawHeader.pax("path=a\u{0}b") + plain, "tar.corrupt"),
        ("pax: no key", RawHeader.pax("=b") + plain, "tar.corrupt"),
        ("pax: no equals", RawHeader.pax("path") + plain, "tar.corrupt"),
        ("pax: attribute without name", RawHeader.pax("SCHILY.xattr.=1") + plain, "tar.corrupt"),
        ("pax: attribute with NUL", RawHeader.pax("SCHILY.xattr.a\u{0}=1") + plain, "tar.corrupt"),
        ("pax: attribute with an equals sign", RawHeader.pax("LIBARCHIVE.xattr.a%3Db=YQ") + plain, "tar.corrupt"),
        ("pax: attribute in bad base 64", RawHeader.pax("LIBARCHIVE.xattr.a=*") + plain, "tar.corrupt"),
        ("pax: attribute in bad percents", RawHeader.pax("LIBARCHIVE.xattr.a%4=YQ") + plain, "tar.corrupt"),
        ("pax: sparse", RawHeader.pax("GNU.sparse.major=1") + plain, "tar.sparse"),
        ("pax: holes", RawHeader.pax("SUN.holesdata= 0") + plain, "tar.sparse"),
        ("pax: access list", RawHeader.pax("SCHILY.acl.access=user::rw-") + plain, "tar.unsupported"),
        ("pax: key of a future standard", RawHeader.pax("security.label=x") + plain, "tar.unsupported"),
        ("pax: key not ASCII", RawHeader.pax("VEND\u{d6}R.x=x") + plain, "tar.corrupt"),
        ("pax: length too long", RawHeader.extended("x", Array("13 path=abc\n".utf8)) + plain, "tar.corrupt"),
        ("pax: length too short", RawHeader.extended("x", Array("11 path=abc\n".utf8)) + plain, "tar.corrupt"),
        ("pax: length nothing", RawHeader.extended("x", Array("0 path=abc\n".utf8)) + plain, "tar.corrupt"),
        ("pax: length only", RawHeader.extended("x", Array("3 \n".utf8)) + plain, "tar.corrupt"),
        (
            "pax: length of 70 bits", RawHeader.extended("x", Array("9999999999999999999 a=b\n".utf8)) + plain,
            "tar.corrupt"
        ),
        ("pax: length of signs", RawHeader.extended("x", Array("+9 a=bcd\n".utf8)) + plain, "tar.corrupt"),
        ("pax: no length", RawHeader.extended("x", Array("path=abc\n".utf8)) + plain, "tar.corrupt"),
        ("pax: NUL behind the records", RawHeader.extended("x", Array("12 path=abc\n\0".utf8)) + plain, "tar.corrupt"),
        ("global path", RawHeader.extended("g", Array(RawHeader.record("path=a").utf8)) + plain, "tar.unsupported"),
        ("global size", RawHeader.extended("g", Array(RawHeader.record("size=0").utf8)) + plain, "tar.unsupported"),
        (
            "global header behind a local one",
            RawHeader.pax("uid=1") + RawHeader.extended("g", Array(RawHeader.record("gid=1").utf8)) + plain,
            "tar.unsupported"
        ),
    ]

    @Test(arguments: refused) func `is refused`(what: String, archive: [UInt8], expected: String) {
        #expect(code { _ = try unpack(archive + end) } == expected)
        #expect(code { _ = try unpack(DribblingSource(archive + end)) } == expected)
    }

    @Test func `global headers without end are bounded`() {
        let comment = RawHeader.record("comment=" + String(repeating: "c", count: 500_000))
        let header = RawHeader.extended("g", Array(comment.utf8))
        #expect(code { _ = try unpack(header + header + plain + end) } == nil)
        #expect(code { _ = try unpack(header + header + header + plain + end) } == "tar.tooLarge")
    }

    private func first(_ archive: [UInt8]) throws -> TarEntry { try #require(try unpack(archive + end).first).entry }

    @Test(arguments: [
        ("0", 0), ("1.999999999", 1), ("-1", -1), ("-1.0", -1), ("-1.5", -2), ("-0.25", -1), ("5.", 5),
        ("9223372036854775807", Int64.max), ("-9223372036854775807.5", Int64.min),
    ])
    func `pax times are rounded down`(text: String, expected: Int64) throws {
        #expect(try first(RawHeader.pax("mtime=" + text) + plain).modified == expected)
    }

    @Test func `numbers of GNU and of old programs`() throws {
        let ones = [UInt8](repeating: 0xff, count: 11)
        #expect(try first(RawHeader(fields: [136: [0xff] + ones]).block).modified == -1)
        #expect(
            try first(RawHeader(fields: [136: [0xff, 0xff, 0xff, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0]]).block).modified
                == .min)
        #expect(try first(RawHeader(fields: [108: [0x80, 0, 0, 0, 0xff, 0xff, 0xff, 0xff]]).block).user == .max)
        #expect(try first(RawHeader(fields: [108: Array("   755 ".utf8)]).block).user == 0o755)
        #expect(try first(RawHeader(fields: [108: Array("        ".utf8)]).block).user == 0)
        #expect(try first(RawHeader(fields: [100: Array("100644\u{0}".utf8)]).block).mode == 0o644)
        #expect(try first(RawHeader(fields: [136: Array("777777777777".utf8)]).block).modified == 0o777_777_777_777)
    }

    @Test func `the later record counts, an empty one takes back`() throws {
        #expect(try first(RawHeader.pax("path=a", "path=b") + plain).name == Array("b".utf8))
        #expect(try first(RawHeader.pax("path=a", "path=") + plain).name == Array("f".utf8))
        #expect(try first(RawHeader.pax("uid=5", "uid=") + plain).user == 0)
        let global = RawHeader.extended("g", Array(RawHeader.record("uid=9").utf8))
        #expect(
            try unpack(global + plain + RawHeader.pax("uid=1") + plain + plain + end).map(\.entry.user) == [9, 1, 9])
        #expect(try first(global + RawHeader.pax("uid=") + plain).user == 0)
    }

    @Test func `keys that change nothing are passed over`() throws {
        let header = RawHeader.pax(
            "atime=1.5", "ctime=x", "comment=c", "LIBARCHIVE.creationtime=1", "RHT.security.selinux=u:r:t",
            "SCHILY.ino=5", "SCHILY.nlink=2", "GOLANG.pkg=tar", "hdrcharset=BINARY")
        #expect(try first(header + plain) == TarEntry(name: Array("f".utf8), kind: .file, mode: 0))
    }

    @Test func `what apk says of a file is kept for its one entry`() throws {
        let header = RawHeader.pax("APK-TOOLS.checksum.SHA1=00", "APK-TOOLS.odd=")
        let found = try unpack(header + plain + plain + end).map(\.entry.apkRecords)
        #expect(found == [["APK-TOOLS.checksum.SHA1": Array("00".utf8), "APK-TOOLS.odd": []], [:]])
    }

    @Test func `kinds without content ignore the size`() throws {
        for type in "13456" {
            let header = RawHeader(type: type.asciiValue ?? 0, size: Array("7".utf8), fields: [157: [97]])
            #expect(try unpack(header.block + plain + end).map(\.entry.size) == [0, 0])
        }
    }

    @Test func `a directory of an incremental archive has its list passed over`() throws {
        let header = RawHeader(
            name: Array("d/".utf8), type: UInt8(ascii: "D"), size: Array("4".utf8), magic: Array("ustar  \u{0}".utf8))
        let entries = try unpack(header.block + RawHeader.blocks(Array("Yf\0\0".utf8)) + plain + end).map(\.entry)
        #expect(entries.map(\.kind) == [.directory, .file])
        #expect(entries.map(\.size) == [0, 0])
    }

    @Test func `signed checksums of old programs are right too`() throws {
        var block = RawHeader(name: [0xe4]).block
        let unsigned = block.reduce(0) { $0 + Int($1) } - block[148..<156].reduce(0) { $0 + Int($1) } + 256
        let signed = String(unsigned - 256, radix: 8)
        let text = String(repeating: "0", count: 6 - signed.count) + signed + "\0 "
        block.replaceSubrange(148..<156, with: Array(text.utf8))
        #expect(try first(block).name == [0xe4])
    }

    @Test func `a prefix counts in ustar and star, each with its length`() throws {
        let prefix = [UInt8](repeating: 112, count: 131)
        let ustar = RawHeader(fields: [345: prefix + [112, 112]]).block
        #expect(try first(ustar).name == prefix + [112, 112] + Array("/f".utf8))
        let star = RawHeader(fields: [345: prefix, 476: Array("00000000000 ".utf8), 508: Array("tar\u{0}".utf8)]).block
        #expect(try first(star).name == prefix + Array("/f".utf8))
        let seventh = RawHeader(magic: [], fields: [345: prefix]).block
        #expect(try first(seventh).name == Array("f".utf8))
    }
}
