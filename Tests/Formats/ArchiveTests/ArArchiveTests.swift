// SPDX-License-Identifier: Apache-2.0
import PlinthArchive
import PlinthCore
import SystemPackage
import Testing

struct ArArchiveTests {
    static let contents: [(name: String, content: [UInt8])] = [
        ("debian-binary", Array("2.0\n".utf8)), ("odd", [1, 2, 3]), ("empty", []), ("fifteen-letters", [4]),
    ]

    @Test func `members come back`() throws {
        let archive = ArArchive.encode(Self.contents)
        let members = try ArArchive.members(of: archive)
        #expect(members.map(\.name) == Self.contents.map(\.name))
        for (member, expected) in zip(members, Self.contents) {
            #expect(Array(archive[Int(member.offset)...].prefix(Int(member.size))) == expected.content)
        }
        #expect(archive == ArArchive.encode(Self.contents))
        #expect(try ArArchive.members(of: ArArchive.encode([])) == [])
    }

    @Test func `headers alone are read`() throws {
        let archive = ArArchive.encode([("a", [UInt8](repeating: 7, count: 100_000)), ("b", [1])])
        var read = 0
        let members = try ArArchive.members(length: Int64(archive.count)) { offset, count in
            read += count
            return Array(archive[Int(offset)...].prefix(count))
        }
        #expect(members.map(\.name) == ["a", "b"])
        #expect(read == 8 + 2 * 60)
    }

    @Test func `the last byte of padding may be missing`() throws {
        #expect(try ArArchive.members(of: ArArchive.encode([("a", [1])]).dropLast()).map(\.size) == [1])
    }

    private static func header(name: String = "a", size: String = "0", end: String = "`\n") -> [UInt8] {
        func field(_ text: String, _ width: Int) -> String {
            text + String(repeating: " ", count: width - text.utf8.count)
        }
        return Array("!<arch>\n\(field(name, 16))\(field("", 32))\(field(size, 10))\(end)".utf8)
    }

    @Test(
        arguments: [
            ([], "ar.corrupt"),
            (Array("!<arch>".utf8), "ar.corrupt"),
            (Array("!<thin>\n".utf8), "ar.corrupt"),
            (header().dropLast(), "ar.truncated"),
            (header(size: "1"), "ar.truncated"),
            (header(size: "9999999999"), "ar.truncated"),
            (header(size: "-1"), "ar.corrupt"),
            (header(size: ""), "ar.corrupt"),
            (header(size: "1 1"), "ar.corrupt"),
            (header(size: "0x1"), "ar.corrupt"),
            (header(end: "\n`"), "ar.corrupt"),
            (header(name: ""), "ar.corrupt"),
            (header(name: "a b"), "ar.corrupt"),
            (header(name: "ä"), "ar.corrupt"),
            (header(name: "//"), "ar.unsupported"),
            (header(name: "/"), "ar.unsupported"),
            (header(name: "/12"), "ar.unsupported"),
            (header(name: "#1/20"), "ar.unsupported"),
            (header() + [0], "ar.truncated"),
        ] as [([UInt8], String)])
    func `is refused`(archive: [UInt8], expected: String) {
        #expect(code { _ = try ArArchive.members(of: archive) } == expected)
    }

    @Test func `a trailing slash is GNU's end of a name`() throws {
        #expect(try ArArchive.members(of: Self.header(name: "data.tar/")).map(\.name) == ["data.tar"])
    }

    @Test func `members without end are too many`() {
        let archive = ArArchive.encode((0..<1001).map { ("m\($0)", []) })
        #expect(code { _ = try ArArchive.members(of: archive) } == "ar.tooMany")
    }

    @Test(.enabled(if: hasTool("ar"))) func `the machine's ar reads ours, and we read its`() throws {
        try withScratch { directory in
            try write(ArArchive.encode(Self.contents), to: directory.appending("ours.a"))
            try #require(shell("ar t ours.a >list && ar p ours.a odd >odd", in: directory))
            #expect(
                try String(decoding: ArchiveTests.contents(of: directory.appending("list")), as: UTF8.self).split(
                    separator: "\n"
                ).map(String.init) == Self.contents.map(\.name))
            #expect(try ArchiveTests.contents(of: directory.appending("odd")) == [1, 2, 3])
            try #require(shell("printf abc >x && printf defg >y && ar rcSD theirs.a x y", in: directory))
            let members = try ArArchive.members(of: ArchiveTests.contents(of: directory.appending("theirs.a")))
            #expect(members.map(\.name) == ["x", "y"])
            #expect(members.map(\.size) == [3, 4])
        }
    }
}
