// SPDX-License-Identifier: Apache-2.0

/// Text in quotes of either kind, with backslashes.
enum VariantString {
    /// Characters: `\n`, `\u00e9`, `\U0001f600`; a backslash before any other stands for that one.
    static func read(_ rest: inout ArraySlice<UInt8>) throws(SchemaFault) -> [UInt8] {
        try read(&rest) { (letter, rest) throws(SchemaFault) in
            switch letter {
            case 0x0a: return []
            case UInt8(ascii: "u"), UInt8(ascii: "U"):
                let count = letter == UInt8(ascii: "u") ? 4 : 8
                let digits = rest.prefix(count)
                guard digits.count == count, digits.allSatisfy(isHexadecimal),
                    let value = UInt32(String(decoding: digits, as: UTF8.self), radix: 16), value != 0,
                    let scalar = Unicode.Scalar(value)
                else { throw SchemaFault("a number of a character that is none") }
                rest = rest.dropFirst(count)
                return Array(String(Character(scalar)).utf8)
            default: return [controls[letter] ?? letter]
            }
        }
    }

    /// Bytes: `\n`, `\303`.
    static func readBytes(_ rest: inout ArraySlice<UInt8>) throws(SchemaFault) -> [UInt8] {
        try read(&rest) { (letter, rest) throws(SchemaFault) in
            if letter == 0x0a { return [] }
            guard (0x30...0x37).contains(letter) else { return [controls[letter] ?? letter] }
            var value = Int(letter) - 0x30
            for _ in 0..<2 {
                guard let next = rest.first, (0x30...0x37).contains(next) else { break }
                value = value * 8 + Int(next) - 0x30
                rest.removeFirst()
            }
            return [UInt8(truncatingIfNeeded: value)]
        }
    }

    private static func read(
        _ rest: inout ArraySlice<UInt8>,
        _ escaped: (UInt8, inout ArraySlice<UInt8>) throws(SchemaFault) -> [UInt8]
    ) throws(SchemaFault) -> [UInt8] {
        let quote = rest.popFirst()
        var result: [UInt8] = []
        while let byte = rest.popFirst() {
            if byte == quote { return result }
            if byte == UInt8(ascii: "\\") {
                guard let letter = rest.popFirst() else { break }
                result += try escaped(letter, &rest)
            } else {
                result.append(byte)
            }
        }
        throw SchemaFault("quotes that do not end")
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte | 0x20)
    }

    private static let controls: [UInt8: UInt8] = [
        UInt8(ascii: "a"): 7, UInt8(ascii: "b"): 8, UInt8(ascii: "f"): 12, UInt8(ascii: "n"): 10, UInt8(ascii: "r"): 13,
        UInt8(ascii: "t"): 9, UInt8(ascii: "v"): 11,
    ]
}
