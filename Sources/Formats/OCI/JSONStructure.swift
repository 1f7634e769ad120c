// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What must hold of a document before it is decoded: bounded nesting, and no member named twice.
///
/// Programs differ about which of two members counts, so a document that has both means different things to them.
struct JSONStructure {
    enum Fault: Error, Equatable {
        case tooDeep(Int)
        case duplicate(String)
    }

    /// Real documents need seven levels.
    static let depthLimit = 64

    private let bytes: [UInt8]
    private var position = 0
    /// One set of names for each open object, nil for each open list.
    private var open: [Set<String>?] = []
    /// A string that comes next is a member's name.
    private var expectsName = false

    /// Says nothing about anything else that is wrong: the decoder does.
    /// - Throws: `Fault`. Time grows with the document.
    static func check(_ bytes: [UInt8]) throws {
        var scan = JSONStructure(bytes: bytes)
        try scan.run()
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private mutating func run() throws {
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "{"): try enter([])
            case UInt8(ascii: "["): try enter(nil)
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                _ = open.popLast()
                expectsName = false
            case UInt8(ascii: ","): expectsName = open.last.map { $0 != nil } ?? false
            case UInt8(ascii: "\""): try string()
            default: break
            }
            position += 1
        }
    }

    private mutating func enter(_ names: Set<String>?) throws {
        guard open.count < Self.depthLimit else { throw Fault.tooDeep(Self.depthLimit) }
        open.append(names)
        expectsName = names != nil
    }

    /// Leaves the position at the closing quotation mark.
    private mutating func string() throws {
        let start = position
        var isEscaped = false
        position += 1
        while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
            if bytes[position] == UInt8(ascii: "\\") {
                isEscaped = true
                position += 1
            }
            position += 1
        }
        guard expectsName, position < bytes.count else { return }
        expectsName = false
        let name = Self.text(bytes[start...position], isEscaped: isEscaped)
        guard open[open.count - 1]?.insert(name).inserted != false else { throw Fault.duplicate(name) }
    }

    private static func text(_ quoted: ArraySlice<UInt8>, isEscaped: Bool) -> String {
        let plain = String(decoding: quoted.dropFirst().dropLast(), as: UTF8.self)
        guard isEscaped else { return plain }
        return (try? JSONDecoder().decode(String.self, from: Data(quoted))) ?? plain
    }
}
