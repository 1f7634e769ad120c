// SPDX-License-Identifier: Apache-2.0

/// What a registry wants to see before it answers (RFC 9110, section 11.6.1; RFC 6750, section 3).
struct Challenge: Equatable, Sendable {
    /// In small letters: `basic`, `bearer`.
    let scheme: String
    /// Names in small letters.
    let parameters: [String: String]

    /// Reads the values of all `WWW-Authenticate` fields. What cannot be understood is passed over.
    static func parse(_ fields: [String]) -> [Challenge] {
        fields.prefix(16).flatMap { field -> [Challenge] in
            var reader = ChallengeReader(field)
            return reader.challenges()
        }
    }

    subscript(name: String) -> String? { parameters[name].flatMap { $0.isEmpty ? nil : $0 } }

    /// The scopes that a bearer token should have.
    var scopes: [String] { (self["scope"] ?? "").split(separator: " ").map(String.init) }
}

/// Reads `Bearer realm="https://example.org/token",service="x", Basic realm="y"`.
private struct ChallengeReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ text: String) { bytes = Array(text.utf8.prefix(8192)) }

    mutating func challenges() -> [Challenge] {
        var result: [Challenge] = []
        var scheme: String?
        var parameters: [String: String] = [:]
        while true {
            skip { $0 == comma || $0 == space || $0 == tab }
            guard let word = token() else { break }
            skip { $0 == space || $0 == tab }
            if position < bytes.count, bytes[position] == UInt8(ascii: "="), scheme != nil {
                position += 1
                skip { $0 == space || $0 == tab }
                // The first of two parameters of one name counts.
                if let value = value(), parameters[word] == nil { parameters[word] = value }
            } else {
                if let scheme { result.append(Challenge(scheme: scheme, parameters: parameters)) }
                scheme = word
                parameters = [:]
            }
        }
        if let scheme { result.append(Challenge(scheme: scheme, parameters: parameters)) }
        return result
    }

    private mutating func skip(while matches: (UInt8) -> Bool) {
        while position < bytes.count, matches(bytes[position]) { position += 1 }
    }

    /// In small letters; nil at the end, or at what is no token.
    private mutating func token() -> String? {
        let start = position
        skip { Self.isTokenByte($0) }
        return start == position ? nil : String(decoding: bytes[start..<position], as: UTF8.self).lowercased()
    }

    private mutating func value() -> String? {
        guard position < bytes.count, bytes[position] == quote else {
            let start = position
            skip { $0 != comma && $0 != space && $0 != tab }
            return String(validating: bytes[start..<position], as: UTF8.self)
        }
        position += 1
        var value: [UInt8] = []
        while position < bytes.count, bytes[position] != quote {
            if bytes[position] == UInt8(ascii: "\\"), position + 1 < bytes.count { position += 1 }
            value.append(bytes[position])
            position += 1
        }
        position += 1
        return String(validating: value, as: UTF8.self)
    }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}

private let comma = UInt8(ascii: ",")
private let space = UInt8(ascii: " ")
private let tab = UInt8(ascii: "\t")
private let quote = UInt8(ascii: "\"")
