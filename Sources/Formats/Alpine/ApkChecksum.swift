// SPDX-License-Identifier: Apache-2.0
import Crypto
import PlinthCore

/// A checksum as apk writes it: `Q1` and the SHA-1 in base 64, or an MD5 in hexadecimal digits in old databases.
package struct ApkChecksum: Hashable, Sendable {
    /// 20 bytes of SHA-1 or 16 of MD5.
    package let bytes: [UInt8]

    /// - Parameter bytes: 20 bytes of SHA-1 or 16 of MD5; nil for any other number.
    package init?(bytes: [UInt8]) {
        guard bytes.count == 20 || bytes.count == 16 else { return nil }
        self.bytes = bytes
    }

    /// The SHA-1 of bytes in memory.
    package static func of(_ bytes: [UInt8]) -> ApkChecksum {
        var stream = ApkChecksumStream()
        stream.update(bytes.span)
        return stream.finish()
    }

    /// Reads `Q1…`, or 32 or 40 hexadecimal digits; nil for anything else.
    package init?(text: some Collection<UInt8>) {
        let digits = Array(text)
        if digits.starts(with: "Q1".utf8) {
            guard digits.count == 30, let bytes = Base64.decode(digits[2...]), bytes.count == 20 else { return nil }
            self.bytes = bytes
        } else {
            guard digits.count == 32 || digits.count == 40 else { return nil }
            var bytes: [UInt8] = []
            for index in stride(from: 0, to: digits.count, by: 2) {
                guard let high = hexValue(digits[index]), let low = hexValue(digits[index + 1]) else { return nil }
                bytes.append(high << 4 | low)
            }
            self.bytes = bytes
        }
    }

    package init?(text: String) { self.init(text: text.utf8) }

    /// Lower-case hexadecimal digits, as pax records have them.
    package var hex: String { hexString(bytes) }
}

extension ApkChecksum: CustomStringConvertible {
    /// As a database holds it.
    package var description: String {
        bytes.count == 20 ? "Q1" + String(decoding: Base64.encode(bytes), as: UTF8.self) : hex
    }
}

/// A SHA-1 in the making: apk's files are told by it, and nothing else of ours is.
package struct ApkChecksumStream: Sendable {
    private var hash = Insecure.SHA1()

    package init() {}

    package mutating func update(_ bytes: borrowing Span<UInt8>) {
        // The hash only borrows the buffer for the length of the call.
        unsafe bytes.withUnsafeBufferPointer { unsafe hash.update(bufferPointer: UnsafeRawBufferPointer($0)) }
    }

    package func finish() -> ApkChecksum {
        // 20 bytes, always: the type of the hash says so.
        ApkChecksum(bytes: Array(hash.finalize()))!
    }
}

/// Base 64 with padding (RFC 4648, section 4).
enum Base64 {
    private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func encode(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - group.count))
            for place in 0..<4 {
                let digit = digits[Int(bits >> UInt32(18 - 6 * place) & 63)]
                result.append(place <= group.count ? digit : UInt8(ascii: "="))
            }
        }
        return result
    }

    /// nil unless the text is what `encode` would give.
    static func decode(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        guard text.count % 4 == 0 else { return nil }
        var result: [UInt8] = []
        var (bits, count) = (UInt32(0), UInt32(0))
        let padding = text.reversed().prefix { $0 == UInt8(ascii: "=") }.count
        guard padding < 3 else { return nil }
        for byte in text.dropLast(padding) {
            guard let digit = value(byte) else { return nil }
            bits = bits << 6 | digit
            count += 6
            guard count >= 8 else { continue }
            count -= 8
            result.append(UInt8(truncatingIfNeeded: bits >> count))
        }
        return bits & (1 << count - 1) == 0 ? result : nil
    }

    private static func value(_ byte: UInt8) -> UInt32? {
        switch byte {
        case 0x41...0x5a: UInt32(byte) - 0x41
        case 0x61...0x7a: UInt32(byte) - 0x61 + 26
        case 0x30...0x39: UInt32(byte) - 0x30 + 52
        case 0x2b: 62
        case 0x2f: 63
        default: nil
        }
    }
}
