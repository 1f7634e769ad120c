// SPDX-License-Identifier: Apache-2.0

/// A key of a schema, with what its values may be.
struct SchemaKey {
    var type: VariantType
    /// `m` for messages or `t` for times, when the default is to be translated.
    var translation: UInt8?
    var context: String?
    /// The default as it is written.
    var unparsed: [UInt8] = []
    var usual: Variant?
    /// By desktop.
    var desktops: [(name: String, value: Variant)] = []
    var words = StringTable()
    var isEnum = false
    var isFlags = false
    var range: (least: Variant, most: Variant)?
    var hasChoices = false
    var hasAliases = false
    /// Whether it changes a key of a schema that is extended.
    var isOverride = false

    init(_ type: VariantType) { self.type = type }

    mutating func setRange(_ least: String?, _ most: String?) throws(SchemaFault) {
        guard range == nil else { throw SchemaFault("<range> is given already") }
        guard case .basic(let letter) = type, let ends = Self.ends[letter] else {
            throw SchemaFault("<range> is for numbers")
        }
        let low = try VariantText.parse(Array((least ?? ends.0).utf8)).value(as: type)
        let high = try VariantText.parse(Array((most ?? ends.1).utf8)).value(as: type)
        guard !high.isLess(than: low) else { throw SchemaFault("<range> ends before it begins") }
        range = (low, high)
        try check()
    }

    /// - Throws: `SchemaFault` when the default is not one that the key may have.
    func check() throws(SchemaFault) {
        guard let usual, !allows(usual) else { return }
        throw SchemaFault(range == nil ? "the default is no choice" : "the default lies outside of <range>")
    }

    func allows(_ value: Variant) -> Bool {
        if let range { return !value.isLess(than: range.least) && !range.most.isLess(than: value) }
        return words.isEmpty || words.allows(value)
    }

    mutating func setDefault() throws(SchemaFault) {
        usual = try VariantText.parse(unparsed).value(as: type)
        try check()
    }

    /// The key as the database has it: the default, and whatever else there is to say, each with a letter before it.
    var encoded: [UInt8] {
        var values: [Variant] = [usual ?? .tuple([])]
        var types: [VariantType] = [type]
        func add(_ letter: Unicode.Scalar, _ value: Variant, _ type: VariantType) {
            values.append(.tuple([.unsigned(UInt64(letter.value)), value]))
            types.append(.tuple([.basic(UInt8(ascii: "y")), type]))
        }
        if let translation {
            let text = (context.map { Array($0.utf8) + [4] } ?? []) + unparsed.trimmed
            let type = VariantType.tuple([.basic(UInt8(ascii: "y")), .string])
            add("l", .tuple([.unsigned(UInt64(translation)), .string(text)]), type)
        }
        if !words.isEmpty {
            let numbers = stride(from: 0, to: words.bytes.count, by: 4).map { start in
                Variant.unsigned((0..<4).reduce(0) { $0 | UInt64(words.bytes[start + $1]) << UInt64(8 * $1) })
            }
            add(isFlags ? "f" : isEnum ? "e" : "c", .array(numbers), .array(.basic(UInt8(ascii: "u"))))
        }
        if let range { add("r", .tuple([range.least, range.most]), .tuple([type, type])) }
        if !desktops.isEmpty {
            let order = HashOrder(desktops.map { Array($0.name.utf8) }).places
            let entries = order.map { place in
                Variant.tuple([.string(Array(desktops[place].name.utf8)), .boxed(type, desktops[place].value)])
            }
            add("d", .array(entries), .array(.entry(.string, .boxed)))
        }
        let tuple = VariantType.tuple(types)
        return Variant.boxed(tuple, .tuple(values)).encoded(as: .boxed)
    }

    private static let ends: [UInt8: (String, String)] = [
        UInt8(ascii: "y"): ("0", "255"), UInt8(ascii: "n"): ("-32768", "32767"), UInt8(ascii: "q"): ("0", "65535"),
        UInt8(ascii: "i"): ("-2147483648", "2147483647"), UInt8(ascii: "u"): ("0", "4294967295"),
        UInt8(ascii: "x"): ("-9223372036854775808", "9223372036854775807"),
        UInt8(ascii: "t"): ("0", "18446744073709551615"), UInt8(ascii: "d"): ("-inf", "inf"),
    ]
}

extension [UInt8] {
    /// Without blanks around it.
    var trimmed: [UInt8] {
        let start = drop(while: MarkupReader.isBlank)
        return Array(
            start.prefix((start.lastIndex { !MarkupReader.isBlank($0) } ?? start.startIndex - 1) + 1 - start.startIndex)
        )
    }
}
