// SPDX-License-Identifier: Apache-2.0

/// A package's name in the words that every scanner knows, such as
/// `pkg:deb/debian/libstdc%2B%2B6@12.2.0-14?arch=amd64&distro=debian-12`.
///
/// [purl specification](https://github.com/package-url/purl-spec/blob/v1.0.0/PURL-SPECIFICATION.rst)
package struct PackageURL: Hashable, Sendable {
    package var type: String
    package var namespace: String?
    package var name: String
    package var version: String?
    /// Empty values are left out.
    package var qualifiers: [String: String]

    package init(
        type: String, namespace: String? = nil, name: String, version: String? = nil, qualifiers: [String: String] = [:]
    ) {
        self.type = type
        self.namespace = namespace
        self.name = name
        self.version = version
        self.qualifiers = qualifiers
    }
}

extension PackageURL: CustomStringConvertible {
    package var description: String {
        var text = "pkg:\(type)/"
        if let namespace { text += Self.escape(namespace) + "/" }
        text += Self.escape(name)
        if let version { text += "@" + Self.escape(version) }
        let pairs = qualifiers.filter { !$0.value.isEmpty }.sorted { $0.key < $1.key }
        if !pairs.isEmpty { text += "?" + pairs.map { "\($0.key)=\(Self.escape($0.value))" }.joined(separator: "&") }
        return text
    }

    /// Everything but letters, digits and `-._~:` becomes `%XX`.
    private static func escape(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var result: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"), UInt8(ascii: ":"):
                result.append(byte)
            default: result += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
