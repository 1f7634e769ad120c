// SPDX-License-Identifier: Apache-2.0

/// A value as people write it (GVariant text format), before its type is known.
indirect enum VariantText: Equatable {
    case boolean(Bool)
    case number([UInt8])
    case string([UInt8])
    /// `b'…'`
    case bytes([UInt8])
    case array([VariantText])
    case tuple([VariantText])
    /// `{a: b, …}`
    case dictionary([[VariantText]])
    /// `{a, b}`
    case entry([VariantText])
    case nothing
    case just(VariantText)
    case boxed(VariantText)
    /// `@t …` or `uint32 …`
    case typed(VariantType, VariantText)

    /// - Throws: `SchemaFault` for what is no value.
    static func parse(_ text: [UInt8]) throws(SchemaFault) -> VariantText {
        var reader = VariantTextReader(rest: text[...])
        let value = try reader.value(depth: 0)
        guard reader.peek() == nil else { throw SchemaFault("something behind a value") }
        return value
    }
}

struct VariantTextReader {
    var rest: ArraySlice<UInt8>

    /// The next byte that is no blank.
    mutating func peek() -> UInt8? {
        rest = rest.drop(while: MarkupReader.isBlank)
        return rest.first
    }

    private mutating func take(_ byte: Unicode.Scalar) -> Bool {
        guard peek() == UInt8(ascii: byte) else { return false }
        rest.removeFirst()
        return true
    }

    mutating func value(depth: Int) throws(SchemaFault) -> VariantText {
        guard depth < 32, let first = peek() else { throw SchemaFault("a value that is missing or has no end") }
        switch first {
        case UInt8(ascii: "["):
            rest.removeFirst()
            return .array(try members(until: "]", depth))
        case UInt8(ascii: "("): return try tuple(depth)
        case UInt8(ascii: "{"): return try dictionary(depth)
        case UInt8(ascii: "<"):
            rest.removeFirst()
            let inner = try value(depth: depth + 1)
            guard take(">") else { throw SchemaFault("a < without >") }
            return .boxed(inner)
        case UInt8(ascii: "@"):
            rest.removeFirst()
            let word = word { !MarkupReader.isBlank($0) }
            guard let type = VariantType(word) else { throw SchemaFault("no type behind @") }
            return .typed(type, try value(depth: depth + 1))
        case UInt8(ascii: "'"), UInt8(ascii: "\""): return .string(try VariantString.read(&rest))
        case UInt8(ascii: "b") where rest.dropFirst().first == 0x22 || rest.dropFirst().first == 0x27:
            rest.removeFirst()
            return .bytes(try VariantString.readBytes(&rest))
        default: return try word(first, depth)
        }
    }

    private mutating func word(_ first: UInt8, _ depth: Int) throws(SchemaFault) -> VariantText {
        let word = word { Self.isWordByte($0) }
        let text = String(decoding: word, as: UTF8.self)
        if "0123456789+-.".utf8.contains(first) || text == "inf" || text == "nan" { return .number(word) }
        switch text {
        case "true": return .boolean(true)
        case "false": return .boolean(false)
        case "nothing": return .nothing
        case "just": return .just(try value(depth: depth + 1))
        default:
            guard let letter = Self.keywords[text] else {
                throw SchemaFault("a value that begins with “\(text.prefix(20))”")
            }
            return .typed(.basic(letter), try value(depth: depth + 1))
        }
    }

    private mutating func word(_ isInside: (UInt8) -> Bool) -> [UInt8] {
        let word = Array(rest.prefix(while: isInside))
        rest = rest.dropFirst(word.count)
        return word
    }

    private mutating func members(until end: Unicode.Scalar, _ depth: Int) throws(SchemaFault) -> [VariantText] {
        var found: [VariantText] = []
        while !take(end) {
            if !found.isEmpty { guard take(",") else { throw SchemaFault("a list without commas or an end") } }
            found.append(try value(depth: depth + 1))
        }
        return found
    }

    /// One member needs a comma behind it.
    private mutating func tuple(_ depth: Int) throws(SchemaFault) -> VariantText {
        rest.removeFirst()
        var found: [VariantText] = []
        while !take(")") {
            found.append(try value(depth: depth + 1))
            let isEnd = peek() == UInt8(ascii: ")")
            guard take(",") || (isEnd && found.count > 1) else { throw SchemaFault("a tuple without commas or an end") }
        }
        return .tuple(found)
    }

    private mutating func dictionary(_ depth: Int) throws(SchemaFault) -> VariantText {
        rest.removeFirst()
        var found: [[VariantText]] = []
        while !take("}") {
            if !found.isEmpty { guard take(",") else { throw SchemaFault("a dictionary without commas or an end") } }
            let key = try value(depth: depth + 1)
            if found.isEmpty, take(",") {
                let value = try value(depth: depth + 1)
                guard take("}") else { throw SchemaFault("an entry with more than a key and a value") }
                return .entry([key, value])
            }
            guard take(":") else { throw SchemaFault("a key without a value") }
            found.append([key, try value(depth: depth + 1)])
        }
        return .dictionary(found)
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte | 0x20) || "+-._".utf8.contains(byte)
    }

    private static let keywords: [String: UInt8] = [
        "boolean": UInt8(ascii: "b"), "byte": UInt8(ascii: "y"), "int16": UInt8(ascii: "n"),
        "uint16": UInt8(ascii: "q"), "int32": UInt8(ascii: "i"), "uint32": UInt8(ascii: "u"),
        "handle": UInt8(ascii: "h"), "int64": UInt8(ascii: "x"), "uint64": UInt8(ascii: "t"),
        "double": UInt8(ascii: "d"), "string": UInt8(ascii: "s"), "objectpath": UInt8(ascii: "o"),
        "signature": UInt8(ascii: "g"),
    ]
}
