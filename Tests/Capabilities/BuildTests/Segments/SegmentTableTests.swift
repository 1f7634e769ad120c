// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthELF
import PlinthImage
import PlinthTestSupport
import Testing

@testable import PlinthBuild

struct SegmentTableTests {
    static let library = ELFSummary(
        kind: .sharedObject, bits: 64, isLittleEndian: true, machine: 62, flags: 7, soname: "libx.so.1",
        needed: ["libc.so.6", "libm.so.6"], interpreter: "/lib64/ld-linux-x86-64.so.2")

    /// One entry of each kind, with values at their limits.
    static var table: SegmentTable {
        func entry(_ path: String, _ kind: FileNode.Kind, _ change: (inout SegmentTable.Entry) -> Void = { _ in })
            -> SegmentTable.Entry
        {
            let node = FileNode(kind, mode: 0o4755, user: .max, group: 7, modified: -3, origin: .package("sample"))
            var entry = SegmentTable.Entry(
                path: TreePath(unchecked: Array(path.utf8)), node: node, offset: 0, wasMoved: false)
            change(&entry)
            return entry
        }
        return SegmentTable(
            package: "sample", version: "1:2~rc3-4+b5", architecture: "amd64",
            entries: [
                entry("dir", .directory),
                entry("dir/file", .file(size: 1 << 40)) {
                    $0.offset = 1 << 41
                    $0.wasMoved = true
                    $0.node.digest = Digest.of([1])
                    $0.node.elf = library
                    $0.node.attributes = ["security.capability": [0, 1, 255], "user.a": []]
                },
                entry("dir/hard", .hardLink(TreePath("dir/file"))), entry("dir/link", .symlink([0xff, 0x2f])),
                entry("dir/null", .characterDevice(major: 1, minor: .max)),
                entry("dir/sda", .blockDevice(major: 8, minor: 0)), entry("dir/pipe", .fifo),
            ],
            rawSize: .max, packedSize: 0, rawSum: .max, packedSum: 1,
            members: [.init(rawOffset: 0, packedOffset: 0), .init(rawOffset: 4 << 20, packedOffset: 77)],
            newest: 1_700_000_000, control: ["control": Array("Package: sample\n".utf8), "postinst": []],
            sums: ["etc/a": "00ff"], dropped: [TreePath("usr/share/man/x")])
    }

    @Test func comesBackAsItWas() throws {
        let table = Self.table
        let bytes = table.encoded()
        let again = try SegmentTable(decoding: bytes)
        #expect(again.encoded() == bytes)
        #expect(again.package == table.package)
        #expect(again.version == table.version)
        #expect(again.architecture == table.architecture)
        #expect(again.rawSize == .max)
        #expect(again.rawSum == .max)
        #expect(again.packedSum == 1)
        #expect(again.members == table.members)
        #expect(again.newest == table.newest)
        #expect(again.control == table.control)
        #expect(again.sums == table.sums)
        #expect(again.dropped == table.dropped)
        #expect(again.entries.map(\.path) == table.entries.map(\.path))
        #expect(again.entries.map(\.node) == table.entries.map(\.node))
        #expect(again.entries.map(\.offset) == table.entries.map(\.offset))
        #expect(again.entries.map(\.wasMoved) == table.entries.map(\.wasMoved))
    }

    @Test func everyCutIsDamage() {
        let bytes = Self.table.encoded()
        for count in 0..<bytes.count {
            #expect(code { try SegmentTable(decoding: Array(bytes[..<count])) } == "segment.damaged", "\(count) bytes")
        }
        #expect(code { try SegmentTable(decoding: bytes + [0]) } == "segment.damaged")
    }

    @Test func damageNeverTraps() {
        var random = PlinthTestSupport.SeededGenerator(seed: 4)
        let bytes = Self.table.encoded()
        for _ in 0..<3000 {
            let found = code { try SegmentTable(decoding: mutated(bytes, by: &random)) }
            #expect(found == nil || found == "segment.damaged")
        }
    }

    @Test(
        arguments: [
            [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], [0x80, 0x80], [],
            [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f],
        ] as [[UInt8]])
    func numbersThatAreNone(_ bytes: [UInt8]) {
        var reader = TableReader(bytes)
        #expect(code { try reader.unsigned() } == "segment.damaged")
    }

    @Test(arguments: [0, 1, 127, 128, 300, UInt64(UInt32.max), UInt64.max - 1, .max])
    func numbers(_ value: UInt64) throws {
        var writer = TableWriter()
        writer.number(value)
        var reader = TableReader(writer.bytes)
        #expect(try reader.unsigned() == value)
        #expect(reader.isAtEnd)
    }
}
