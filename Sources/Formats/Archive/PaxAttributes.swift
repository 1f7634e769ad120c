// SPDX-License-Identifier: Apache-2.0
import PlinthCore

/// Extended attributes in pax headers, in either of the two ways that programs write them.
struct PaxAttributes {
    /// star's way: raw value. Most programs read and write this one.
    private var plain: [String: [UInt8]] = [:]
    /// libarchive's way, usually beside the other: name in percent encoding, value in base 64.
    private var encoded: [String: [UInt8]] = [:]

    var values: [String: [UInt8]] { plain.merging(encoded) { plain, _ in plain } }

    /// Takes a record if it is an attribute.
    mutating func take(_ key: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>) throws(TarFault) -> Bool {
        if key.starts(with: "SCHILY.xattr.".utf8) {
            plain[try Self.name(key.dropFirst(13))] = Array(value)
        } else if key.starts(with: "LIBARCHIVE.xattr.".utf8) {
            guard let name = percentDecoded(key.dropFirst(17)), let value = base64Decoded(value) else {
                throw .corrupt("an extended attribute is not encoded properly")
            }
            encoded[try Self.name(name[...])] = value
        } else {
            return false
        }
        return true
    }

    /// A name without `=`, which pax could not write back.
    private static func name(_ bytes: ArraySlice<UInt8>) throws(TarFault) -> String {
        guard !bytes.isEmpty, !bytes.contains(0), !bytes.contains(UInt8(ascii: "=")),
            let name = String(validating: bytes, as: UTF8.self)
        else {
            throw .corrupt("an extended attribute has no proper name")
        }
        return name
    }
}

private func percentDecoded(_ text: ArraySlice<UInt8>) -> [UInt8]? {
    var result: [UInt8] = []
    var rest = text
    while let byte = rest.popFirst() {
        guard byte == UInt8(ascii: "%") else {
            result.append(byte)
            continue
        }
        guard let high = rest.popFirst().flatMap(hexValue), let low = rest.popFirst().flatMap(hexValue) else {
            return nil
        }
        result.append(high << 4 | low)
    }
    return result
}

/// With or without padding, nothing else between.
private func base64Decoded(_ text: ArraySlice<UInt8>) -> [UInt8]? {
    var result: [UInt8] = []
    var bits: UInt32 = 0
    var count = 0
    for byte in text.prefix(while: { $0 != UInt8(ascii: "=") }) {
        guard let value = base64Value(byte) else { return nil }
        bits = bits << 6 | value
        count += 6
        guard count >= 8 else { continue }
        count -= 8
        result.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
    }
    return result
}

private func base64Value(_ byte: UInt8) -> UInt32? {
    switch byte {
    case 0x41...0x5a: UInt32(byte) - 0x41
    case 0x61...0x7a: UInt32(byte) - 0x61 + 26
    case 0x30...0x39: UInt32(byte) - 0x30 + 52
    case 0x2b: 62
    case 0x2f: 63
    default: nil
    }
}
