// SPDX-License-Identifier: Apache-2.0

/// The words of one line of sysusers.d or tmpfiles.d: blanks part them, quotes of either kind hold one together, and a
/// backslash takes the next letter as itself.
struct ConfigurationWords {
    private var rest: ArraySlice<UInt8>
    /// Whether `\n`, `\x41`, `\101` and their like stand for other letters, as in C.
    private let unescapes: Bool

    init(_ line: ArraySlice<UInt8>, unescapes: Bool) {
        rest = line
        self.unescapes = unescapes
    }

    /// What no word has been made of yet, without the blanks before it.
    var remainder: ArraySlice<UInt8> { rest.drop(while: Self.isBlank) }

    /// The next word, empty ones in quotes too; nil at the end.
    /// - Throws: `ConfigurationFault` when quotes do not end or a backslash has nothing to stand before.
    mutating func next() throws(ConfigurationFault.Reason) -> [UInt8]? {
        rest = remainder
        guard !rest.isEmpty else { return nil }
        var word: [UInt8] = []
        var quote: UInt8?
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\\") {
                word += try escaped()
            } else if let open = quote {
                if byte == open { quote = nil } else { word.append(byte) }
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
            } else if Self.isBlank(byte) {
                return word
            } else {
                word.append(byte)
            }
        }
        guard quote == nil else { throw .openQuote }
        return word
    }

    private mutating func escaped() throws(ConfigurationFault.Reason) -> [UInt8] {
        guard unescapes else {
            guard let byte = rest.popFirst() else { throw .escape }
            return [byte]
        }
        return try CEscapes.one(&rest)
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0d }
}

/// A word of a line as text; nil for `-` and for nothing.
extension [UInt8] {
    var field: [UInt8]? { isEmpty || self == [UInt8(ascii: "-")] ? nil : self }
}

/// What is written with a backslash in C.
enum CEscapes {
    /// All of a text.
    static func decode(_ text: some Collection<UInt8>) throws(ConfigurationFault.Reason) -> [UInt8] {
        var rest = Array(text)[...]
        var result: [UInt8] = []
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\\") { result += try one(&rest) } else { result.append(byte) }
        }
        return result
    }

    /// What stands behind a backslash; a zero byte is refused.
    static func one(_ rest: inout ArraySlice<UInt8>) throws(ConfigurationFault.Reason) -> [UInt8] {
        guard let letter = rest.popFirst() else { throw .escape }
        if let plain = plain[letter] { return [plain] }
        let (digits, radix): (Int, Int) =
            switch letter {
            case UInt8(ascii: "x"): (2, 16)
            case UInt8(ascii: "u"): (4, 16)
            case UInt8(ascii: "U"): (8, 16)
            case 0x30...0x37: (2, 8)
            default: throw .escape
            }
        let head = radix == 8 ? [letter] : []
        let text = String(decoding: head + rest.prefix(digits), as: UTF8.self)
        guard rest.count >= digits, text.utf8.allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") }),
            let value = UInt32(text, radix: radix), value != 0
        else { throw .escape }
        rest = rest.dropFirst(digits)
        if letter == UInt8(ascii: "x") || radix == 8 {
            guard let byte = UInt8(exactly: value) else { throw .escape }
            return [byte]
        }
        guard let scalar = Unicode.Scalar(value) else { throw .escape }
        return Array(String(Character(scalar)).utf8)
    }

    private static let plain: [UInt8: UInt8] = [
        UInt8(ascii: "a"): 7, UInt8(ascii: "b"): 8, UInt8(ascii: "f"): 12, UInt8(ascii: "n"): 10, UInt8(ascii: "r"): 13,
        UInt8(ascii: "t"): 9, UInt8(ascii: "v"): 11, UInt8(ascii: "\\"): 0x5c, UInt8(ascii: "\""): 0x22,
        UInt8(ascii: "'"): 0x27, UInt8(ascii: "s"): 0x20,
    ]
}
