// SPDX-License-Identifier: Apache-2.0

/// ASCII armour (RFC 9580, section 6): base64 between a BEGIN and an END line.
enum Armour {
    static let publicKey = Array("-----BEGIN PGP PUBLIC KEY BLOCK-----".utf8)

    /// Whether the bytes hold armoured keys rather than binary ones.
    static func isArmoured(_ bytes: [UInt8]) -> Bool {
        bytes.drop { $0 == 0x20 || $0 == 0x09 || $0 == 0x0a || $0 == 0x0d || $0 == 0xef || $0 == 0xbb || $0 == 0xbf }
            .starts(with: Array("-----BEGIN PGP".utf8))
    }

    /// The packets of every block of public keys, one after the other; nil when there is none or one is damaged.
    static func decodeKeys(_ bytes: [UInt8]) -> [UInt8]? {
        var result: [UInt8] = []
        var body: [UInt8]?
        var isInHeaders = false
        for line in bytes.split(separator: 0x0a, omittingEmptySubsequences: false) {
            let line = trimmed(line)
            if line.elementsEqual(publicKey) {
                guard body == nil else { return nil }
                (body, isInHeaders) = ([], true)
            } else if line.starts(with: Array("-----END PGP PUBLIC KEY BLOCK-----".utf8)) {
                guard let block = body, let decoded = decodeBase64(block), !decoded.isEmpty else { return nil }
                result += decoded
                body = nil
            } else if body != nil, isInHeaders, line.isEmpty || !line.contains(UInt8(ascii: ":")) {
                isInHeaders = false
                body?.append(contentsOf: line)
            } else if body != nil, !isInHeaders, line.first != UInt8(ascii: "=") {
                // The line that begins with `=` is a checksum, which the standard tells readers to ignore.
                body?.append(contentsOf: line)
            }
        }
        return body == nil && !result.isEmpty ? result : nil
    }

    private static func trimmed(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var line = line.drop { $0 <= 0x20 }
        while let last = line.last, last <= 0x20 { line.removeLast() }
        return line
    }

    /// Nil for a character that is not of the alphabet, or a length that cannot be.
    static func decodeBase64(_ text: [UInt8]) -> [UInt8]? {
        var result: [UInt8] = []
        result.reserveCapacity(text.count / 4 * 3)
        var bits: UInt32 = 0
        var count = 0
        var padding = 0
        for character in text {
            if character == UInt8(ascii: "=") {
                padding += 1
                continue
            }
            guard padding == 0, let value = value(character) else { return nil }
            bits = bits << 6 | UInt32(value)
            count += 1
            guard count == 4 else { continue }
            result += [
                UInt8(truncatingIfNeeded: bits >> 16), UInt8(truncatingIfNeeded: bits >> 8),
                UInt8(truncatingIfNeeded: bits),
            ]
            (bits, count) = (0, 0)
        }
        switch (count, padding) {
        case (0, 0): break
        case (2, 2): result.append(UInt8(truncatingIfNeeded: bits >> 4))
        case (3, 1): result += [UInt8(truncatingIfNeeded: bits >> 10), UInt8(truncatingIfNeeded: bits >> 2)]
        default: return nil
        }
        return result
    }

    private static func value(_ character: UInt8) -> UInt8? {
        switch character {
        case 0x41...0x5a: character - 0x41
        case 0x61...0x7a: character - 0x61 + 26
        case 0x30...0x39: character - 0x30 + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
