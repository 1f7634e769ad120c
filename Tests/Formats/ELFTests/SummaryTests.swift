// SPDX-License-Identifier: Apache-2.0
import PlinthELF
import Testing

@Suite struct SummaryTests {
    @Test(arguments: ObjectSpec.Shape.all)
    func readsWhatTheLoaderNeeds(_ shape: ObjectSpec.Shape) throws {
        let spec = ObjectSpec(
            shape: shape, type: 3, machine: 62, flags: 0x1234, soname: "liba.so.1", needed: ["libc.so.6", "libb.so"],
            interpreter: "/lib/ld.so")
        let summary = try #require(try ELFSummary(parsing: spec.bytes.span))
        #expect(
            summary
                == ELFSummary(
                    kind: .sharedObject, bits: shape.is64 ? 64 : 32, isLittleEndian: shape.isLittleEndian, machine: 62,
                    flags: 0x1234, soname: "liba.so.1", needed: ["libc.so.6", "libb.so"], interpreter: "/lib/ld.so"))
    }

    @Test(arguments: [[], [0x7f, 0x45, 0x4c], Array("#!/bin/sh\nexit 0\n".utf8), Array("\u{7f}ELF".utf8)])
    func isNilForOtherFiles(_ bytes: [UInt8]) throws {
        #expect(try ELFSummary(parsing: bytes.span) == nil)
    }

    @Test func ignoresTheDynamicSectionOfObjectsThatAreNotLoaded() throws {
        let spec = ObjectSpec(shape: .init(is64: true, isLittleEndian: true), type: 1, machine: 62, soname: "a")
        let summary = try #require(try ELFSummary(parsing: spec.bytes.span))
        #expect(summary.kind == .other)
        #expect(summary.soname == nil)
    }

    @Test func refusesAnUnknownClass() {
        var bytes = ObjectSpec(shape: .init(is64: true, isLittleEndian: true), type: 3, machine: 62).bytes
        bytes[4] = 3
        #expect(throws: ELFError.badIdentity(offset: 4, value: 3)) { try ELFSummary(parsing: bytes.span) }
        bytes[4] = 2
        bytes[5] = 0
        #expect(throws: ELFError.badIdentity(offset: 5, value: 0)) { try ELFSummary(parsing: bytes.span) }
    }

    @Test func refusesEveryTruncation() throws {
        let whole = ObjectSpec(
            shape: .init(is64: true, isLittleEndian: true), type: 3, machine: 62, soname: "liba.so.1",
            interpreter: "/lib/ld.so"
        ).bytes
        for length in 16..<whole.count {
            let part = Array(whole[..<length])
            #expect(throws: ELFError.self) { try ELFSummary(parsing: part.span) }
        }
    }

    @Test func refusesANameWithoutEnd() {
        var spec = ObjectSpec(shape: .init(is64: true, isLittleEndian: true), type: 3, machine: 62)
        spec.soname = String(repeating: "a", count: 5000)
        let bytes = spec.bytes
        #expect(throws: ELFError.self) { try ELFSummary(parsing: bytes.span) }
    }

    /// Whatever is changed, the reader answers or throws: it never stops the program.
    @Test(arguments: ObjectSpec.Shape.all)
    func survivesEveryChangedByte(_ shape: ObjectSpec.Shape) {
        let whole = ObjectSpec(
            shape: shape, type: 3, machine: 62, soname: "liba.so.1", needed: ["libc.so.6"], interpreter: "/lib/ld.so"
        ).bytes
        for index in whole.indices {
            for value: UInt8 in [0x00, 0x01, 0x7f, 0x80, 0xff] {
                var bytes = whole
                bytes[index] = value
                _ = try? ELFSummary(parsing: bytes.span)
            }
        }
    }
}
