// SPDX-License-Identifier: Apache-2.0
import PlinthCore

/// Writes the compact form of a segment's table: LEB128 numbers and length-prefixed bytes.
struct TableWriter {
    private(set) var bytes: [UInt8] = []

    mutating func number(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    mutating func number(_ value: some BinaryInteger) { number(UInt64(truncatingIfNeeded: Int64(value))) }

    mutating func blob(_ value: some Collection<UInt8>) {
        number(value.count)
        bytes.append(contentsOf: value)
    }

    mutating func text(_ value: String) { blob(Array(value.utf8)) }

    mutating func digest(_ value: Digest) { bytes.append(contentsOf: value.bytes) }

    mutating func list<Element>(_ values: [Element], _ write: (inout TableWriter, Element) -> Void) {
        number(values.count)
        for value in values { write(&self, value) }
    }
}

/// Reads what `TableWriter` wrote; anything else is a damaged table.
struct TableReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    static var damaged: Problem {
        Problem("segment.damaged", "A cached package table is damaged", hints: ["run `plinth cache verify`"])
    }

    var isAtEnd: Bool { position == bytes.count }

    mutating func byte() throws -> UInt8 {
        guard position < bytes.count else { throw Self.damaged }
        defer { position += 1 }
        return bytes[position]
    }

    mutating func unsigned() throws -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 7) {
            let byte = try byte()
            guard shift < 63 || byte <= 1 else { throw Self.damaged }
            value |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 { return value }
        }
        throw Self.damaged
    }

    mutating func signed() throws -> Int64 { Int64(bitPattern: try unsigned()) }

    mutating func integer<Number: FixedWidthInteger>(_ type: Number.Type = Number.self) throws -> Number {
        guard let value = Number(exactly: try unsigned()) else { throw Self.damaged }
        return value
    }

    mutating func blob() throws -> [UInt8] {
        let count = try integer(Int.self)
        guard count <= bytes.count - position else { throw Self.damaged }
        defer { position += count }
        return Array(bytes[position..<position + count])
    }

    mutating func text() throws -> String { String(decoding: try blob(), as: UTF8.self) }

    mutating func digest() throws -> Digest {
        guard bytes.count - position >= 32, let digest = Digest(bytes: Array(bytes[position..<position + 32])) else {
            throw Self.damaged
        }
        position += 32
        return digest
    }

    mutating func list<Element>(_ read: (inout TableReader) throws -> Element) throws -> [Element] {
        let count = try integer(Int.self)
        guard count <= bytes.count - position else { throw Self.damaged }
        var values: [Element] = []
        values.reserveCapacity(count)
        for _ in 0..<count { values.append(try read(&self)) }
        return values
    }
}
