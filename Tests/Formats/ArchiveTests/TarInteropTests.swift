// SPDX-License-Identifier: Apache-2.0
import PlinthArchive
import PlinthCore
import SystemPackage
import Testing

private let hasGNUTar = (try? withScratch { shell("tar --version | grep GNU", in: $0) }) ?? false

@Suite(.enabled(if: hasGNUTar))
struct TarInteropTests {
    @Test func `GNU tar lists ours`() throws {
        try withScratch { directory in
            try write(pack(TarHeaderTests.files), to: directory.appending("ours.tar"))
            try #require(shell("TZ=UTC LC_ALL=C tar --numeric-owner -tvf ours.tar >list 2>complaints", in: directory))
            let text = String(decoding: try contents(of: directory.appending("list")), as: UTF8.self)
            let lines = text.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
            let expected = [
                "drwxr-xr-x 0/0 0 2023-11-14 22:13 etc/",
                "-rw-r--r-- 7/2097151 3 1970-01-01 00:00 etc/motd",
                "-rwsr-xr-x 0/0 0 1970-01-01 00:00 etc/empty",
                "hrw-r--r-- 0/0 0 1970-01-01 00:00 etc/hard link to etc/motd",
                "lrwxrwxrwx 0/0 0 1970-01-01 00:00 l -> /a//b/../c",
                "crw-r--r-- 0/0 1,3 1970-01-01 00:00 null",
            ]
            #expect(lines.count == TarHeaderTests.files.count)
            #expect(Array(lines.prefix(expected.count)) == expected)
            #expect(lines.contains("-rw-r--r-- 2097152/4294967295 0 1970-01-01 00:00 ids"))
            #expect(lines.contains("-rw-r--r-- 0/0 0 1969-12-31 23:59 old"))
        }
    }

    @Test(arguments: ["v7", "ustar", "gnu", "oldgnu", "pax"]) func `we read GNU tar's`(format: String) throws {
        let deep = "d/" + String(repeating: "x", count: 90) + "/"
        let longest = deep + String(repeating: "y", count: format == "v7" ? 5 : 99)
        try withScratch { directory in
            let make = """
                mkdir -p \(deep) && printf hello >\(longest) && ln \(longest) d/hard && ln -s /nowhere d/soft &&
                head -c 100000 /dev/zero >d/zeros && chmod 4711 d/zeros && touch -d @1234567890.5 d/zeros d/soft -h &&
                tar --format=\(format) --sort=name --owner=me:1000 --group=us:3000 -cf ../$$.tar d && mv ../$$.tar t.tar
                """
            try #require(shell(make.replacing("\n", with: " "), in: directory))
            let files = try unpack(contents(of: directory.appending("t.tar")))
            let byName = Dictionary(
                uniqueKeysWithValues: files.map { (String(decoding: $0.entry.name, as: UTF8.self), $0) })
            #expect(
                files.map { String(decoding: $0.entry.name, as: UTF8.self) } == [
                    "d/", "d/hard", "d/soft", deep, longest, "d/zeros",
                ])
            let zeros = try #require(byName["d/zeros"])
            #expect(zeros.content == [UInt8](repeating: 0, count: 100_000))
            #expect(zeros.entry.mode == 0o4711 && zeros.entry.modified == 1_234_567_890)
            #expect(zeros.entry.user == 1000 && zeros.entry.group == 3000)
            #expect(zeros.entry.userName == (format == "v7" ? [] : Array("me".utf8)))
            #expect(byName["d/soft"]?.entry.kind == .symlink)
            #expect(byName["d/soft"]?.entry.linkTarget == Array("/nowhere".utf8))
            #expect(byName["d/hard"]?.content == Array("hello".utf8))
            #expect(byName[longest]?.entry.kind == .hardLink)
            #expect(byName[longest]?.entry.linkTarget == Array("d/hard".utf8))
        }
    }

    @Test(arguments: ["gnu", "pax"]) func `long links, large numbers and old times`(format: String) throws {
        let target = String(repeating: "t/", count: 200)
        try withScratch { directory in
            let make = """
                ln -s \(target) link && touch -h -d @-5 link && touch -d 2400-01-01T00:00:00Z late &&
                tar --format=\(format) --sort=name --owner=:4000000000 --group=:3000000 -cf t.tar late link
                """
            try #require(shell(make.replacing("\n", with: " "), in: directory))
            let entries = try unpack(contents(of: directory.appending("t.tar"))).map(\.entry)
            #expect(entries.map(\.modified) == [13_569_465_600, -5])
            #expect(entries.map(\.user) == [4_000_000_000, 4_000_000_000])
            #expect(entries.map(\.group) == [3_000_000, 3_000_000])
            #expect(entries.last?.linkTarget == Array(target.utf8))
        }
    }

    @Test(arguments: ["gnu", "pax"])
    func `GNU's sparse files are refused unless they are asked for`(format: String) throws {
        try withScratch { directory in
            let make = "truncate -s 1M hole && echo x >>hole && tar --format=\(format) --sparse -cf t.tar hole"
            try #require(shell(make, in: directory))
            let bytes = try contents(of: directory.appending("t.tar"))
            #expect(code { _ = try unpack(bytes) } == "tar.sparse")
        }
    }
}
