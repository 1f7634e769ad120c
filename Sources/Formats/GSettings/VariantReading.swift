// SPDX-License-Identifier: Apache-2.0

/// What a written value is, once its type is known.
extension VariantText {
    /// - Throws: `SchemaFault` when it is not of that type.
    func value(as type: VariantType) throws(SchemaFault) -> Variant {
        if case .maybe(let element) = type {
            switch self {
            case .nothing: return .maybe(nil)
            case .just(let inner): return .maybe(try inner.value(as: element))
            case .typed(_, let inner): return try inner.value(as: type)
            default: return .maybe(try value(as: element))
            }
        }
        switch (self, type) {
        // Where the type is known, what a value says of itself does not count.
        case (.typed(_, let inner), _): return try inner.value(as: type)
        case (.array(let members), .array(let element)): return .array(try Self.all(members, element))
        case (.bytes(let bytes), .array(.basic(UInt8(ascii: "y")))):
            return .array((bytes + [0]).map { .unsigned(UInt64($0)) })
        case (.dictionary(let entries), .array(.entry(let key, let value))):
            var found: [Variant] = []
            for entry in entries { found.append(try Self.pair(entry, key, value)) }
            return .array(found)
        case (.entry(let pair), .entry(let key, let value)): return try Self.pair(pair, key, value)
        case (.tuple(let members), .tuple(let types)):
            guard members.count == types.count else { throw mismatch(type) }
            var found: [Variant] = []
            for (member, type) in zip(members, types) { found.append(try member.value(as: type)) }
            return .tuple(found)
        case (.boxed(let inner), .boxed):
            let type = try inner.type()
            return .boxed(type, try inner.value(as: type))
        case (_, .basic(let letter)): return try basic(letter, type)
        default: throw mismatch(type)
        }
    }

    private func mismatch(_ type: VariantType) -> SchemaFault {
        SchemaFault("a value that is not of the type “\(String(decoding: type.text, as: UTF8.self))”")
    }

    private static func all(_ members: [VariantText], _ type: VariantType) throws(SchemaFault) -> [Variant] {
        var found: [Variant] = []
        for member in members { found.append(try member.value(as: type)) }
        return found
    }

    private static func pair(
        _ pair: [VariantText], _ key: VariantType, _ value: VariantType
    ) throws(SchemaFault) -> Variant {
        .tuple([try pair[0].value(as: key), try pair[1].value(as: value)])
    }

    private func basic(_ letter: UInt8, _ type: VariantType) throws(SchemaFault) -> Variant {
        switch (self, letter) {
        case (.boolean(let value), UInt8(ascii: "b")): return .boolean(value)
        case (.string(let text), UInt8(ascii: "s")): return .string(text)
        case (.string(let text), UInt8(ascii: "o")) where Self.isObjectPath(text): return .string(text)
        case (.string(let text), UInt8(ascii: "g")) where VariantType(Array("(".utf8) + text + Array(")".utf8)) != nil:
            return .string(text)
        case (.number(let digits), UInt8(ascii: "d")):
            guard let value = Double(String(decoding: digits, as: UTF8.self)) else { throw mismatch(type) }
            return .double(value)
        case (.number(let digits), _):
            guard let value = VariantNumber.value(digits, letter) else { throw mismatch(type) }
            return value
        default: throw mismatch(type)
        }
    }

    private static func isObjectPath(_ text: [UInt8]) -> Bool {
        if text == [UInt8(ascii: "/")] { return true }
        guard text.first == UInt8(ascii: "/") else { return false }
        return text.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).allSatisfy {
            part in
            !part.isEmpty
                && part.allSatisfy {
                    (0x30...0x39).contains($0) || (0x61...0x7a).contains($0 | 0x20) || $0 == UInt8(ascii: "_")
                }
        }
    }

    /// What a value in `<>` is when nothing says it.
    private func type() throws(SchemaFault) -> VariantType {
        switch self {
        case .boolean: return .basic(UInt8(ascii: "b"))
        case .number(let digits): return .basic(UInt8(ascii: VariantNumber.isWhole(digits) ? "i" : "d"))
        case .string: return .string
        case .bytes: return .array(.basic(UInt8(ascii: "y")))
        case .boxed: return .boxed
        case .typed(let type, _): return type
        case .just(let inner): return .maybe(try inner.type())
        case .array(let members): return .array(try Self.common(members))
        case .entry(let pair): return .entry(try pair[0].type(), try pair[1].type())
        case .dictionary(let entries):
            return .array(.entry(try Self.common(entries.map { $0[0] }), try Self.common(entries.map { $0[1] })))
        case .tuple(let members):
            var types: [VariantType] = []
            for member in members { types.append(try member.type()) }
            return .tuple(types)
        case .nothing: throw SchemaFault("a value of no known type")
        }
    }

    /// The type of all members; whole numbers beside others are no whole numbers.
    private static func common(_ members: [VariantText]) throws(SchemaFault) -> VariantType {
        var found: VariantType?
        for member in members {
            let type = try member.type()
            let isDouble = type == .basic(UInt8(ascii: "d"))
            if found == nil || (isDouble && found == .basic(UInt8(ascii: "i"))) { found = type }
        }
        guard let found else { throw SchemaFault("an empty list of no known type") }
        return found
    }
}

/// Whole numbers as C has them: decimal, `0x…` and `0…`.
enum VariantNumber {
    static func isWhole(_ digits: [UInt8]) -> Bool {
        let text = String(decoding: digits, as: UTF8.self).lowercased()
        if ["inf", "-inf", "+inf", "nan", "-nan", "+nan"].contains(text) { return false }
        return text.contains("0x") || !text.contains { ".e".contains($0) }
    }

    static func value(_ digits: [UInt8], _ letter: UInt8) -> Variant? {
        let isNegative = digits.first == UInt8(ascii: "-")
        let hasSign = isNegative || digits.first == UInt8(ascii: "+")
        let plain = digits.dropFirst(hasSign ? 1 : 0)
        guard let first = plain.first, (0x30...0x39).contains(first), let size = magnitude(plain) else { return nil }
        switch letter {
        case UInt8(ascii: "y"), UInt8(ascii: "q"), UInt8(ascii: "u"), UInt8(ascii: "t"):
            let limit: UInt64 =
                [UInt8(ascii: "y"): 0xff, UInt8(ascii: "q"): 0xffff, UInt8(ascii: "u"): 0xffff_ffff][letter] ?? .max
            return size <= limit && (!isNegative || size == 0) ? .unsigned(size) : nil
        case UInt8(ascii: "n"), UInt8(ascii: "i"), UInt8(ascii: "h"), UInt8(ascii: "x"):
            let limit: UInt64 = letter == UInt8(ascii: "n") ? 1 << 15 : letter == UInt8(ascii: "x") ? 1 << 63 : 1 << 31
            guard isNegative ? size <= limit : size < limit else { return nil }
            return .signed(isNegative ? Int64(truncatingIfNeeded: 0 &- size) : Int64(size))
        default: return nil
        }
    }

    private static func magnitude(_ digits: ArraySlice<UInt8>) -> UInt64? {
        let text = String(decoding: digits, as: UTF8.self)
        if text.lowercased().hasPrefix("0x") { return UInt64(unsigned: text.dropFirst(2), radix: 16) }
        if text.hasPrefix("0"), text.utf8.count > 1 { return UInt64(unsigned: text.dropFirst(), radix: 8) }
        return UInt64(unsigned: text[...], radix: 10)
    }
}

extension UInt64 {
    /// Without a sign.
    init?(unsigned text: Substring, radix: Int) {
        guard let first = text.first, first != "+", first != "-" else { return nil }
        self.init(text, radix: radix)
    }
}
