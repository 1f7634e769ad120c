// SPDX-License-Identifier: Apache-2.0
import PlinthCore

/// What the parts of a reference may be made of. All of them are ASCII.
package enum ReferenceGrammar {
    /// A word character, then at most 127 word characters, dots and dashes.
    package static func isTag(_ text: some StringProtocol) -> Bool {
        let bytes = Array(text.utf8)
        guard let first = bytes.first, bytes.count <= 128, isWord(first) else { return false }
        return bytes.allSatisfy { isWord($0) || $0 == dot || $0 == dash }
    }

    /// Components of small letters and digits, held together by `.`, `_`, `__` or dashes.
    package static func isRepository(_ text: some StringProtocol) -> Bool {
        let bytes = Array(text.utf8)
        guard !bytes.isEmpty, bytes.count <= 255 else { return false }
        return bytes.split(separator: slash, omittingEmptySubsequences: false).allSatisfy { isComponent($0) }
    }

    private static func isComponent(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard let first = bytes.first, let last = bytes.last, isSmall(first), isSmall(last) else { return false }
        let separators = bytes.split(omittingEmptySubsequences: true) { isSmall($0) }
        return separators.allSatisfy { separator in
            separator.allSatisfy { $0 == dash } || separator.elementsEqual([dot])
                || separator.elementsEqual([underscore]) || separator.elementsEqual([underscore, underscore])
        }
    }

    /// A name, an IPv4 address or an IPv6 address in brackets, and perhaps a port.
    package static func isHost(_ text: some StringProtocol) -> Bool {
        var name = Array(text.utf8)[...]
        if let colon = name.lastIndex(of: colon), name.last != UInt8(ascii: "]") {
            guard let port = UInt16(String(decoding: name[(colon + 1)...], as: UTF8.self)), port > 0,
                name[colon + 1] != UInt8(ascii: "+")
            else { return false }
            name = name[..<colon]
        }
        if name.first == UInt8(ascii: "[") { return isIPv6(name) }
        guard name.count <= 253 else { return false }
        return name.split(separator: dot, omittingEmptySubsequences: false).allSatisfy { label in
            guard let first = label.first, let last = label.last, first != dash, last != dash else { return false }
            return label.allSatisfy { isSmall($0) || isLarge($0) || $0 == dash }
        }
    }

    private static func isIPv6(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard bytes.count >= 4, bytes.count <= 47, bytes.last == UInt8(ascii: "]") else { return false }
        let inner = bytes.dropFirst().dropLast()
        return inner.contains(colon) && inner.allSatisfy { hexValue($0) != nil || $0 == colon || $0 == dot }
    }

    private static func isSmall(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte) }
    private static func isLarge(_ byte: UInt8) -> Bool { (0x41...0x5a).contains(byte) }
    private static func isWord(_ byte: UInt8) -> Bool { isSmall(byte) || isLarge(byte) || byte == underscore }
}

/// Takes a reference apart from its end.
struct ReferenceReader {
    private let text: String
    private var rest: Substring

    init(_ text: some StringProtocol) {
        self.text = String(text)
        rest = self.text.hasPrefix("docker://") ? self.text.dropFirst(9) : self.text[...]
    }

    mutating func takeDigest() throws(Problem) -> Digest? {
        guard let at = rest.utf8.firstIndex(of: UInt8(ascii: "@")) else { return nil }
        let digits = rest[rest.utf8.index(after: at)...]
        guard let digest = Digest(parsing: digits), digest.description == digits else {
            throw fault("after @ stands no SHA-256 digest of 64 small hexadecimal digits")
        }
        rest = rest[..<at]
        return digest
    }

    mutating func takeTag() throws(Problem) -> String? {
        guard let cut = rest.utf8.lastIndex(of: colon), !rest[cut...].utf8.contains(slash) else { return nil }
        let tag = rest[rest.utf8.index(after: cut)...]
        guard ReferenceGrammar.isTag(tag) else {
            throw fault("a tag is a letter, digit or _ and at most 127 of these, dots and dashes")
        }
        rest = rest[..<cut]
        return String(tag)
    }

    /// What stands before the first slash is a host when it could not be a part of a repository.
    mutating func takeHost() throws(Problem) -> String {
        guard let cut = rest.utf8.firstIndex(of: slash) else { return "docker.io" }
        let first = rest[..<cut]
        guard isHost(first) else { return "docker.io" }
        guard ReferenceGrammar.isHost(first) else { throw fault("`\(first)` is no host and port") }
        rest = rest[rest.utf8.index(after: cut)...]
        // A single word is a host for its capitals alone, and must keep them.
        let host = isHost(first.lowercased()[...]) ? first.lowercased() : String(first)
        return host == "index.docker.io" ? "docker.io" : host
    }

    private func isHost(_ text: Substring) -> Bool {
        text == "localhost" || text.utf8.contains { $0 == dot || $0 == colon || (0x41...0x5a).contains($0) }
    }

    func repository(of host: String) throws(Problem) -> String {
        let name = host == "docker.io" && !rest.utf8.contains(slash) ? "library/" + rest : String(rest)
        guard ReferenceGrammar.isRepository(rest), name.utf8.count <= 255 else {
            throw fault("a repository is made of small letters and digits, joined by / . _ and -")
        }
        return name
    }

    func fault(_ why: String) -> Problem {
        Problem(
            "registry.reference", "This is not the name of an image in a registry", at: text, why: why,
            hints: ["Names look like registry.example.org/team/image:tag"], kind: .usage)
    }
}

private let slash = UInt8(ascii: "/")
private let colon = UInt8(ascii: ":")
private let dot = UInt8(ascii: ".")
private let dash = UInt8(ascii: "-")
private let underscore = UInt8(ascii: "_")
