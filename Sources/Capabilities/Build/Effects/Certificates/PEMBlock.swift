// SPDX-License-Identifier: Apache-2.0

/// The blocks of a PEM file (RFC 7468).
struct PEMBlock {
    /// Such as `CERTIFICATE`.
    var label: String
    var content: [UInt8]

    /// Every block of a file; nil when one is damaged.
    static func blocks(in file: [UInt8]) -> [PEMBlock]? {
        var found: [PEMBlock] = []
        var open: (label: String, text: [UInt8])?
        for line in file.split(whereSeparator: { $0 == 0x0a || $0 == 0x0d }) {
            if let label = Self.label(line, "-----BEGIN ") {
                guard open == nil else { return nil }
                open = (label, [])
            } else if let label = Self.label(line, "-----END ") {
                guard let block = open, block.label == label, let content = decode(block.text) else { return nil }
                found.append(PEMBlock(label: label, content: content))
                open = nil
            } else if open != nil {
                open?.text += line
            }
        }
        return open == nil ? found : nil
    }

    private static func label(_ line: ArraySlice<UInt8>, _ start: String) -> String? {
        let text = String(decoding: line, as: UTF8.self)
        guard text.hasPrefix(start) else { return nil }
        let trimmed = text.dropFirst(start.count).reversed().drop { $0 == " " || $0 == "\t" }.reversed()
        guard trimmed.count > 5, String(trimmed).hasSuffix("-----") else { return nil }
        return String(trimmed.dropLast(5))
    }

    /// Base64 with padding; blanks are passed over.
    static func decode(_ text: [UInt8]) -> [UInt8]? {
        var result: [UInt8] = []
        result.reserveCapacity(text.count * 3 / 4)
        var (group, count, padding) = (UInt32(0), 0, 0)
        for byte in text where byte != 0x20 && byte != 0x09 {
            if byte == UInt8(ascii: "=") {
                padding += 1
                continue
            }
            let value = values[Int(byte)]
            guard padding == 0, value < 64 else { return nil }
            group = group << 6 | UInt32(value)
            count += 1
            guard count.isMultiple(of: 4) else { continue }
            result += [UInt8(group >> 16 & 0xff), UInt8(group >> 8 & 0xff), UInt8(group & 0xff)]
            group = 0
        }
        switch (count % 4, padding) {
        case (0, 0): return result
        case (2, 2): return result + [UInt8(group >> 4 & 0xff)]
        case (3, 1): return result + [UInt8(group >> 10 & 0xff), UInt8(group >> 2 & 0xff)]
        default: return nil
        }
    }

    /// The block as text, 64 letters a line.
    var encoded: [UInt8] {
        var text: [UInt8] = []
        for start in stride(from: 0, to: content.count, by: 3) {
            let part = content[start..<min(start + 3, content.count)]
            let group = part.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << (8 * UInt32(3 - part.count))
            for index in 0..<4 {
                let value = Int(group >> (18 - 6 * UInt32(index)) & 63)
                text.append(index <= part.count ? Self.alphabet[value] : UInt8(ascii: "="))
            }
        }
        var lines = Array("-----BEGIN \(label)-----\n".utf8)
        for start in stride(from: 0, to: text.count, by: 64) {
            lines += text[start..<min(start + 64, text.count)] + [0x0a]
        }
        return lines + Array("-----END \(label)-----\n".utf8)
    }

    /// The value of each letter; 255 for what is none.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 255, count: 256)
        for (value, letter) in alphabet.enumerated() { values[Int(letter)] = UInt8(value) }
        return values
    }()

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
}
