// SPDX-License-Identifier: Apache-2.0
import Crypto

/// The subject of an X.509 certificate, as OpenSSL compares and hashes it.
enum CertificateSubject {
    /// The eight digits that name a certificate in a hashed directory; nil when the certificate is damaged.
    ///
    /// RFC 5280, section 4.1, and OpenSSL's `X509_NAME_hash`.
    static func hash(of certificate: [UInt8]) -> String? {
        guard let subject = subject(of: certificate), let canonical = canonical(subject) else { return nil }
        let digest = Array(Insecure.SHA1.hash(data: canonical))
        return hex(Array(digest.prefix(4).reversed()))
    }

    /// `tbsCertificate.subject`: the fifth field after an optional version.
    private static func subject(of certificate: [UInt8]) -> DERElement? {
        guard let outer = DERElement(certificate[...]), outer.tag == DERElement.sequence,
            let body = outer.elements?.first, body.tag == DERElement.sequence, let fields = body.elements
        else { return nil }
        let index = fields.first?.tag == 0xa0 ? 5 : 4
        guard fields.count > index, fields[index].tag == DERElement.sequence else { return nil }
        return fields[index]
    }

    /// The sets of the name one after the other, without the sequence around them.
    private static func canonical(_ name: DERElement) -> [UInt8]? {
        var result: [UInt8] = []
        for part in name.elements ?? [] {
            guard part.tag == DERElement.set, let attributes = part.elements else { return nil }
            var encoded: [[UInt8]] = []
            for attribute in attributes {
                guard let fields = attribute.elements, fields.count == 2, let value = canonicalValue(fields[1])
                else { return nil }
                encoded.append(DERElement.encode(DERElement.sequence, Array(fields[0].whole) + value))
            }
            encoded.sort { $0.lexicographicallyPrecedes($1) }
            result += DERElement.encode(DERElement.set, encoded.flatMap { $0 })
        }
        return name.elements == nil ? nil : result
    }

    /// Text becomes UTF-8, lower case in ASCII, without outer white space and with single blanks inside.
    private static func canonicalValue(_ value: DERElement) -> [UInt8]? {
        let text: [UInt8]?
        switch value.tag {
        case 0x0c: text = String(validating: value.content, as: UTF8.self).map { Array($0.utf8) }
        case 0x13, 0x14, 0x16, 0x1a: text = value.content.flatMap { Array(String(UnicodeScalar($0)).utf8) }
        case 0x1e: text = wide(value.content, 2)
        case 0x1c: text = wide(value.content, 4)
        default: return Array(value.whole)
        }
        return text.map { DERElement.encode(0x0c, folded($0)) }
    }

    private static func wide(_ content: ArraySlice<UInt8>, _ width: Int) -> [UInt8]? {
        guard content.count.isMultiple(of: width) else { return nil }
        var text = ""
        for start in stride(from: content.startIndex, to: content.endIndex, by: width) {
            let number = content[start..<start + width].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            guard let scalar = UnicodeScalar(number) else { return nil }
            text.unicodeScalars.append(scalar)
        }
        return Array(text.utf8)
    }

    private static func folded(_ text: [UInt8]) -> [UInt8] {
        let words = text.split { $0 == 0x20 || ($0 >= 0x09 && $0 <= 0x0d) }
        return Array(words.joined(separator: [0x20])).map { $0 >= 0x41 && $0 <= 0x5a ? $0 + 0x20 : $0 }
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
}
