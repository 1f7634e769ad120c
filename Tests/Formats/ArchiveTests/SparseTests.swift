// SPDX-License-Identifier: Apache-2.0
import PlinthArchive
import PlinthCore
import PlinthTestSupport
import SystemPackage
import Testing

private let hasGNUTar = (try? withScratch { shell("tar --version | grep GNU", in: $0) }) ?? false

/// Files with holes, in the four forms in which GNU tar has written them.
struct SparseTests {
    static let limit: Int64 = 1 << 30

    @Test(.enabled(if: hasGNUTar), arguments: ["gnu", "pax 0.0", "pax 0.1", "pax 1.0"])
    func `what GNU tar writes comes back with its zeros`(form: String) throws {
        let words = form.split(separator: " ")
        let version = words.count > 1 ? "--sparse-version=\(words[1])" : ""
        try withScratch { directory in
            // Two stretches, a hundred of them, nothing but a hole, and no hole at all.
            let make = """
                truncate -s 2M two && printf abc | dd of=two bs=1 seek=40961 conv=notrunc && echo end >>two;
                for i in $(seq 100); do printf $i | dd of=many bs=1 seek=$((i * 65536)) conv=notrunc; done;
                truncate -s 300000 hole; printf whole >whole;
                tar --format=\(words[0]) --sparse \(version) -cf t.tar two many hole whole
                """
            try #require(shell(make.replacing("\n", with: " "), in: directory))
            let files = try unpack(contents(of: directory.appending("t.tar")), sparse: Self.limit)
            #expect(files.map(\.entry.isSparse) == [true, true, true, false])
            for file in files {
                let name = String(decoding: file.entry.name, as: UTF8.self)
                let original = try contents(of: directory.appending(name))
                #expect(file.content == original, "\(name)")
                #expect(file.entry.size == Int64(original.count))
            }
        }
    }

    @Test func `a hole of any size is passed over, and read as far as one likes`() throws {
        let records = ["GNU.sparse.size=\(Int64.max)", "GNU.sparse.numblocks=1", "GNU.sparse.map=\(Int64.max - 3),3"]
        let archive = Self.file(records, content: [1, 2, 3])
        #expect(code { _ = try TarReader(MemorySource(archive), place: "t", sparse: 1 << 40).next() } == "tar.tooLarge")
        let reader = TarReader(MemorySource(archive), place: "t", sparse: .max)
        #expect(try reader.next()?.size == .max)
        var part = [UInt8](repeating: 7, count: 1 << 20)
        for _ in 0..<4 {
            var span = part.mutableSpan
            #expect(try reader.read(into: &span) == 1 << 20)
            #expect(!part.contains { $0 != 0 })
        }
        #expect(try reader.next() == nil)
        // All of an archive together.
        let two =
            Self.file(["GNU.sparse.size=600"], content: [], end: []) + Self.file(["GNU.sparse.size=600"], content: [])
        #expect(code { _ = try unpack(two, sparse: 1000) } == "tar.tooLarge")
        #expect(try unpack(two, sparse: 1200).count == 2)
    }

    static let maps: [(String, [String], [UInt8], String?)] = [
        ("content at both ends", ["size=5", "map=0,1,4,1"], [1, 2], nil),
        ("pieces that touch", ["size=4", "map=1,1,2,2"], [1, 2, 3], nil),
        ("an empty piece", ["size=4", "map=1,0,2,2,4,0"], [1, 2], nil),
        ("no piece", ["size=4", "map="], [], nil),
        ("another name", ["size=1", "name=real", "map=0,1"], [1], nil),
        ("one after the other", ["size=4", "numblocks=1", "offset=1", "numbytes=2"], [1, 2], nil),
        ("overlapping", ["size=4", "map=0,2,1,2"], [1, 2, 3, 4], "tar.corrupt"),
        ("backwards", ["size=4", "map=2,1,0,1"], [1, 2], "tar.corrupt"),
        ("beyond the end", ["size=4", "map=3,2"], [1, 2], "tar.corrupt"),
        ("behind the end", ["size=4", "map=5,0"], [], "tar.corrupt"),
        ("an overflow", ["size=4", "map=\(Int64.max),\(Int64.max)"], [1], "tar.corrupt"),
        ("too large a sum", ["size=9", "map=0,4"], [1], "tar.corrupt"),
        ("too small a sum", ["size=9", "map=0,1"], [1, 2], "tar.corrupt"),
        ("half a pair", ["size=4", "map=0,1,2"], [1], "tar.corrupt"),
        ("a sign", ["size=4", "map=0,-1"], [1], "tar.corrupt"),
        ("a wrong count", ["size=4", "numblocks=2", "map=0,1"], [1], "tar.corrupt"),
        ("two maps", ["size=4", "map=0,1", "offset=0"], [1], "tar.corrupt"),
        ("a size without an offset", ["size=4", "numbytes=1"], [1], "tar.sparse"),
        ("no size", ["map=0,1"], [1], "tar.corrupt"),
        ("a version to come", ["major=2", "minor=0", "size=4"], [1], "tar.sparse"),
        ("an unknown word", ["size=4", "colour=blue"], [1], "tar.sparse"),
        ("an empty name", ["size=1", "name=", "map=0,1"], [1], "tar.corrupt"),
    ]

    @Test(arguments: maps.indices) func `maps in pax headers`(_ index: Int) throws {
        let (what, records, content, expected) = Self.maps[index]
        let archive = Self.file(records.map { "GNU.sparse.\($0)" }, content: content)
        var files: [Unpacked] = []
        #expect(code { files = try unpack(archive, sparse: Self.limit) } == expected, "\(what)")
        guard expected == nil else { return }
        let file = try #require(files.first)
        #expect(file.content.filter { $0 != 0 } == content, "\(what)")
        #expect(Int64(file.content.count) == file.entry.size)
        #expect(file.entry.name == Array((what == "another name" ? "real" : "f").utf8))
        #expect(code { _ = try unpack(archive) } == "tar.sparse")
    }

    static let written: [(String, String?)] = [
        ("1\n2\n3\n", nil), ("0\n", "tar.corrupt"), ("2\n0\n1\n5\n2\n", nil), ("1\n2\n\n", "tar.corrupt"),
        ("1\n2\n-3\n", "tar.corrupt"), ("# a comment\n1\n2\n3\n", "tar.corrupt"), ("1\n2\n", "tar.corrupt"),
        ("9223372036854775807\n", "tar.corrupt"), ("4611686018427387903\n2\n3\n", "tar.corrupt"),
        (String(repeating: "1", count: 600), "tar.corrupt"), ("", "tar.corrupt"),
    ]

    /// Version 1.0 puts the map before the content, in blocks of its own.
    @Test(arguments: written.indices) func `maps in the content`(_ index: Int) throws {
        let (map, expected) = Self.written[index]
        let records = ["major=1", "minor=0", "name=real", "realsize=7"].map { "GNU.sparse.\($0)" }
        let archive = Self.file(records, content: RawHeader.blocks(Array(map.utf8)) + [1, 2, 3])
        #expect(code { _ = try unpack(archive, sparse: Self.limit) } == expected, "\(map)")
    }

    @Test func `a map in the content is bounded`() {
        let records = ["major=1", "minor=0", "realsize=7"].map { "GNU.sparse.\($0)" }
        let map =
            Array("600000\n".utf8) + [UInt8](repeating: 0, count: 505)
            + Array(String(repeating: "0\n", count: 1 << 20).utf8)
        let archive = Self.file(records, content: map)
        #expect(code { _ = try unpack(archive, sparse: Self.limit) } == "tar.corrupt")
        let long = Self.file(records, content: Array((String(repeating: "1\n", count: 1 << 20)).utf8))
        #expect(code { _ = try unpack(long, sparse: Self.limit) }?.hasPrefix("tar.") == true)
    }

    @Test func `blocks behind GNU's own header`() {
        var fields = [257: Array("ustar  \u{0}".utf8), 482: [1], 483: Array("00000000020\u{0}".utf8)]
        fields[386] = Array("00000000000\u{0}00000000000\u{0}".utf8)
        let header = RawHeader(type: UInt8(ascii: "S"), fields: fields).block
        var more = [UInt8](repeating: 0, count: 512)
        more[504] = 1
        let last = [UInt8](repeating: 0, count: 512)
        let end = TarHeader.endOfArchive
        #expect(code { _ = try unpack(header + more + last + end, sparse: Self.limit) } == nil)
        #expect(code { _ = try unpack(header + more + end.prefix(100), sparse: Self.limit) } == "tar.truncated")
        let endless = (0..<2100).flatMap { _ in more }
        #expect(code { _ = try unpack(header + endless + end, sparse: Self.limit) } == "tar.tooLarge")
        // A type of GNU's alone.
        let foreign = RawHeader(type: UInt8(ascii: "S")).block
        #expect(code { _ = try unpack(foreign + end, sparse: Self.limit) } == "tar.sparse")
        let both = RawHeader.pax("GNU.sparse.size=1") + header
        #expect(code { _ = try unpack(both + end, sparse: Self.limit) } == "tar.sparse")
        let directory = RawHeader.pax("GNU.sparse.size=1") + RawHeader(type: UInt8(ascii: "5")).block
        #expect(code { _ = try unpack(directory + end, sparse: Self.limit) } == "tar.corrupt")
        let global = RawHeader.extended("g", Array(RawHeader.record("GNU.sparse.size=1").utf8)) + RawHeader().block
        #expect(code { _ = try unpack(global + end, sparse: Self.limit) } == "tar.unsupported")
    }

    /// An entry with pax records before it.
    private static func file(
        _ records: [String], content: [UInt8], end: [UInt8] = TarHeader.endOfArchive
    ) -> [UInt8] {
        let octal = String(content.count, radix: 8)
        let size = Array((String(repeating: "0", count: 11 - octal.count) + octal).utf8)
        let header = RawHeader.extended("x", records.flatMap { Array(RawHeader.record($0).utf8) })
        return header + RawHeader(size: size).block + RawHeader.blocks(content) + end
    }
}

/// The sparse files of other projects' tests, beside what GNU tar and Python make of them.
@Suite(.enabled(if: Fixtures.root != nil && hasGNUTar))
struct SparseFixtureTests {
    static let small = [
        "go/src/archive/tar/testdata/gnu-nil-sparse-data.tar", "go/src/archive/tar/testdata/gnu-nil-sparse-hole.tar",
        "go/src/archive/tar/testdata/pax-nil-sparse-data.tar", "go/src/archive/tar/testdata/pax-nil-sparse-hole.tar",
        "go/src/archive/tar/testdata/sparse-formats.tar", "cpython/Lib/test/archivetestdata/testtar.tar",
    ]
    static let large =
        ["gnu-sparse-big", "pax-sparse-big", "gnu-incremental"].map { "go/src/archive/tar/testdata/\($0).tar" }
        + ["1_13", "1_17", "1_17_posix00", "1_17_posix01", "1_17_posix10"].map {
            "libarchive/test_read_format_gtar_sparse_\($0).tar"
        }

    private static let script =
        "import sys,tarfile; sys.stdout.buffer.write(tarfile.open(sys.argv[1]).extractfile(sys.argv[2]).read())"

    /// GNU tar stumbles over sizes that are no multiples of its blocks, and Python over a pax size of the stored bytes.
    @Test(.enabled(if: hasTool("python3")), arguments: small)
    func `contents are GNU tar's or Python's`(name: String) throws {
        let path = try #require(Fixtures.root).appending("archive").appending(name)
        let reader = TarReader(try FileSource(path), place: name, sparse: SparseTests.limit)
        var count = 0
        try withScratch { directory in
            // The archive of all kinds ends in one that nobody else has either.
            while let entry = try? reader.next() {
                guard entry.isSparse else { continue }
                count += 1
                let name = String(decoding: entry.name, as: UTF8.self)
                try #require(shell("python3 -c '\(Self.script)' '\(path)' '\(name)' >python", in: directory))
                try #require(shell("tar --no-same-owner -xf '\(path)' '\(name)'; chmod u+r '\(name)'", in: directory))
                let others = try ["python", name].map { try contents(of: directory.appending($0)) }
                #expect(others.contains(try Self.content(reader)), "\(name)")
            }
        }
        #expect(count == (name.contains("testtar") || name.contains("formats") ? 4 : 1))
    }

    private static func content(_ reader: TarReader) throws -> [UInt8] {
        var content: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 5000)
        while true {
            var span = chunk.mutableSpan
            let count = try reader.read(into: &span)
            if count == 0 { return content }
            content += chunk[..<count]
        }
    }

    @Test(arguments: large) func `sizes are GNU tar's`(name: String) throws {
        let path = try #require(Fixtures.root).appending("archive").appending(name)
        let reader = TarReader(try FileSource(path), place: name, sparse: 1 << 40)
        var ours: [String] = []
        while let entry = try reader.next() {
            let size = entry.kind == .directory ? "" : "\(entry.size)"
            ours.append("\(size) \(String(decoding: entry.name, as: UTF8.self))")
        }
        try withScratch { directory in
            let list = "tar -tvf '\(path)' | awk '{print ($1 ~ /^d/ ? \"\" : $3) \" \" $6}' >list"
            try #require(shell(list, in: directory))
            let text = String(decoding: try contents(of: directory.appending("list")), as: UTF8.self)
            #expect(ours == text.split(separator: "\n").map(String.init))
        }
    }

    @Test func `comments in a map are refused as GNU tar does`() throws {
        let name = "archive/libarchive/test_read_format_gtar_sparse_1_17_posix10_modified.tar"
        let path = try #require(Fixtures.root).appending(name)
        #expect(code { _ = try unpack(FileSource(path), sparse: SparseTests.limit) } == "tar.corrupt")
    }
}
