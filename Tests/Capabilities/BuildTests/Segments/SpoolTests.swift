// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthELF
import PlinthImage
import PlinthTestSupport
import SystemPackage
import Testing

@testable import PlinthBuild

struct SpoolTests {
    static let text = Array("abcdefghijklmnopqrstuvwxyz".utf8)

    /// Every stretch of the alphabet, appended in parts, for bounds before, in and behind it.
    @Test(arguments: [0, 1, 5, 10, 13, 25, 26, 100])
    func everyStretch(_ bound: Int) throws {
        try withScratchDirectory { scratch in
            let spool = Spool(bound: bound, scratch: scratch.appending("spool"))
            for part in [Self.text[..<7], Self.text[7..<8], Self.text[8..<20], Self.text[20...]] {
                try spool.append(Array(part).span)
            }
            #expect(spool.count == 26)
            for start in 0...26 {
                for end in start...26 {
                    #expect(try spool.bytes(Int64(start), Int64(end - start)) == Array(Self.text[start..<end]))
                }
            }
            // The scratch file has no name any more.
            #expect(namesInDirectory(scratch).isEmpty)
        }
    }

    @Test func noRoomForScratch() throws {
        try withScratchDirectory { scratch in
            let spool = Spool(bound: 3, scratch: scratch.appending("missing/spool"))
            #expect(code { try spool.append(Self.text.span) } == "spool.open")
        }
    }

    /// More than the bound in three files, one of them an object across it.
    @Test func packageLargerThanTheBound() throws {
        let big = StretchWriterTests.pattern(20 << 20)
        let object = ObjectSpec(
            shape: .init(is64: true, isLittleEndian: true), type: 3, machine: 62, soname: "libbig.so.1",
            needed: ["libc.so.6"]
        ).bytes
        let library = object + StretchWriterTests.pattern(6 << 20)
        let files: [TestFile] = [
            TestFile("opt/big", .file(big)), TestFile("opt/libbig.so.1", .file(library)),
            TestFile("opt/tail", .file(Array("tail".utf8))), .hardLink("opt/also", to: "opt/libbig.so.1"),
        ]
        try PackageBench.with { bench in
            let segment = try bench.segment(deb: TestPackage.plainDeb("big", files: files))
            let expected = [
                "0755 opt/", "0644 opt/also \(TreeLines.shown(library))", "0644 opt/big \(TreeLines.shown(big))",
                "0644 opt/libbig.so.1 == opt/also", "0644 opt/tail “tail”",
            ]
            #expect(try segment.lines() == expected)
            #expect(try segment.tarLines() == Array(expected.dropFirst()))
            #expect(segment.table.members.count == 7)
            #expect(segment.table.entries[1].node.elf?.soname == "libbig.so.1")
            #expect(segment.table.entries[3].node.elf?.needed == ["libc.so.6"])
            #expect(segment.table.entries[2].node.digest == Digest.of(big))
        }
    }

    @Test(
        arguments: [
            (Array("\u{7f}ELF".utf8), nil), (Array("#!/bin/sh\n".utf8), nil),
            (Array("\u{7f}ELF".utf8) + [UInt8](repeating: 0xff, count: 100), nil),
            (
                ObjectSpec(
                    shape: .init(is64: true, isLittleEndian: true), type: 3, machine: 183, soname: "libx.so.2",
                    needed: ["liba.so.1", "libc.so.6"], interpreter: "/lib/ld-linux-aarch64.so.1"
                ).bytes,
                ELFSummary(
                    kind: .sharedObject, bits: 64, isLittleEndian: true, machine: 183, flags: 0, soname: "libx.so.2",
                    needed: ["liba.so.1", "libc.so.6"], interpreter: "/lib/ld-linux-aarch64.so.1")
            ),
        ] as [([UInt8], ELFSummary?)])
    func objects(_ bytes: [UInt8], _ summary: ELFSummary?) throws {
        let files = [TestFile("a", .file(bytes)), TestFile.hardLink("b", to: "a")]
        try PackageBench.with { bench in
            let nodes = try bench.segment(TestPackage("x", files: files)).table.entries.map(\.node)
            #expect(nodes.map(\.elf) == [summary, summary])
            #expect(nodes.map(\.digest) == [Digest.of(bytes), Digest.of(bytes)])
        }
    }
}

extension TestPackage {
    /// An uncompressed package without `md5sums`, which take the tests' MD5 long for large files.
    static func plainDeb(_ name: String, files: [TestFile]) -> [UInt8] {
        let control = TestTar.archive([.file("control", TestPackage(name).control)])
        return ar([
            ("debian-binary", Array("2.0\n".utf8)), ("control.tar", control), ("data.tar", TestTar.archive(files)),
        ])
    }
}
