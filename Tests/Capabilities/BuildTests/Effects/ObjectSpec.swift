// SPDX-License-Identifier: Apache-2.0
import Testing

/// A small ELF object built from its description.
struct ObjectSpec {
    struct Shape: Sendable, CustomTestStringConvertible {
        var is64: Bool
        var isLittleEndian: Bool
        static let all = [true, false].flatMap { wide in
            [true, false].map { Shape(is64: wide, isLittleEndian: $0) }
        }
        var testDescription: String { (is64 ? "64" : "32") + (isLittleEndian ? "le" : "be") }
    }

    var shape: Shape
    var type: UInt16
    var machine: UInt16
    var flags: UInt32 = 0
    var soname: String?
    var needed: [String] = []
    var interpreter: String?

    /// Header, three program headers, dynamic section, strings, interpreter; loaded at 0x10000.
    var bytes: [UInt8] {
        let wide = shape.is64
        let headerSize = wide ? 64 : 52
        let entrySize = wide ? 56 : 32
        var strings: [UInt8] = [0]
        var dynamic: [(UInt64, UInt64)] = []
        for name in needed { dynamic.append((1, Self.add(name, to: &strings))) }
        if let soname { dynamic.append((14, Self.add(soname, to: &strings))) }
        let dynamicStart = headerSize + 3 * entrySize
        let stringStart = dynamicStart + (dynamic.count + 3) * (wide ? 16 : 8)
        dynamic += [(5, UInt64(0x10000 + stringStart)), (10, UInt64(strings.count)), (0, 0)]
        let path: [UInt8] = interpreter.map { Array($0.utf8) + [0] } ?? []
        let end = stringStart + strings.count + path.count

        var out = Writer(shape: shape)
        out.bytes = [0x7f, 0x45, 0x4c, 0x46, wide ? 2 : 1, shape.isLittleEndian ? 1 : 2, 1]
        out.bytes += [UInt8](repeating: 0, count: 9)
        out.half(type)
        out.half(machine)
        out.word32(1)
        out.word(0)
        out.word(UInt64(headerSize))
        out.word(0)
        out.word32(flags)
        for value in [headerSize, entrySize, 3, 0, 0, 0] { out.half(UInt16(value)) }
        out.programHeader(1, offset: 0, size: end)
        out.programHeader(2, offset: dynamicStart, size: stringStart - dynamicStart)
        out.programHeader(path.isEmpty ? 0 : 3, offset: stringStart + strings.count, size: path.count)
        for (tag, value) in dynamic {
            out.word(tag)
            out.word(value)
        }
        return out.bytes + strings + path
    }

    private static func add(_ name: String, to strings: inout [UInt8]) -> UInt64 {
        defer { strings += Array(name.utf8) + [0] }
        return UInt64(strings.count)
    }

    private struct Writer {
        var shape: Shape
        var bytes: [UInt8] = []

        mutating func number(_ value: UInt64, _ size: Int) {
            let little = (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * UInt64($0))) }
            bytes += shape.isLittleEndian ? little : little.reversed()
        }
        mutating func half(_ value: UInt16) { number(UInt64(value), 2) }
        mutating func word32(_ value: UInt32) { number(UInt64(value), 4) }
        mutating func word(_ value: UInt64) { number(value, shape.is64 ? 8 : 4) }

        mutating func programHeader(_ kind: UInt32, offset: Int, size: Int) {
            word32(kind)
            if shape.is64 { word32(4) }
            word(UInt64(offset))
            word(UInt64(0x10000 + offset))
            word(0)
            word(UInt64(size))
            word(UInt64(size))
            if !shape.is64 { word32(4) }
            word(1)
        }
    }
}
