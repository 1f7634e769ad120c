// SPDX-License-Identifier: Apache-2.0
import PlinthCore

/// An `http` or `https` address (RFC 3986). Its description never shows a user's name or password.
package struct WebAddress: Hashable, Sendable {
    package var isSecure: Bool
    package var host: String
    package var port: Int?
    /// Begins with a slash; holds the query, never a fragment.
    package var target: String
    /// `user:password` as written in the address.
    package var credentials: String?

    /// Nil for another scheme, control characters, spaces, or a host or port that cannot be one.
    package init?(_ text: String) {
        guard text.utf8.count <= 8192, text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7f && $0 != 0x5c }) else {
            return nil
        }
        guard let colon = text.firstRange(of: "://") else { return nil }
        switch text[..<colon.lowerBound].lowercased() {
        case "http": isSecure = false
        case "https": isSecure = true
        default: return nil
        }
        let rest = text[colon.upperBound...].prefix { $0 != "#" }
        let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
        var authority = rest[..<end]
        let tail = rest[end...]
        target = percentEncoded(tail.hasPrefix("/") ? tail : "/" + tail)
        credentials = nil
        if let at = authority.lastIndex(of: "@") {
            credentials = String(authority[..<at])
            authority = authority[authority.index(after: at)...]
        }
        guard let (host, port) = WebAddress.split(authority) else { return nil }
        self.host = host.lowercased()
        self.port = port
    }

    private static func split(_ authority: Substring) -> (String, Int?)? {
        var host = authority
        var digits: Substring?
        if authority.hasPrefix("[") {
            guard let close = authority.firstIndex(of: "]") else { return nil }
            host = authority[...close]
            let after = authority[authority.index(after: close)...]
            guard after.isEmpty || after.hasPrefix(":") else { return nil }
            digits = after.isEmpty ? nil : after.dropFirst()
        } else if let colon = authority.firstIndex(of: ":") {
            host = authority[..<colon]
            digits = authority[authority.index(after: colon)...]
        }
        guard !host.isEmpty, !host.contains(":") || host.hasPrefix("[") else { return nil }
        guard let digits, !digits.isEmpty else { return (String(host), nil) }
        guard let port = Int(digits), (1...65_535).contains(port) else { return nil }
        return (String(host), port)
    }

    /// As sent to the client: without credentials.
    package var url: String {
        "\(isSecure ? "https" : "http")://\(host)\(port.map { ":\($0)" } ?? "")\(target)"
    }

    /// Credentials go with a request to the same server only.
    package func isSameServer(_ other: WebAddress) -> Bool {
        isSecure == other.isSecure && host == other.host && effectivePort == other.effectivePort
    }

    package var effectivePort: Int { port ?? (isSecure ? 443 : 80) }

    /// Where a redirect leads (RFC 3986, section 5.2); nil when it is no address of ours.
    package func following(_ location: String) -> WebAddress? {
        if location.contains("://") { return WebAddress(location) }
        if location.hasPrefix("//") { return WebAddress((isSecure ? "https:" : "http:") + location) }
        var result = self
        if location.hasPrefix("/") {
            result.target = location
        } else {
            let path = target.prefix { $0 != "?" }
            let directory = path.lastIndex(of: "/").map { path[...$0] } ?? "/"
            result.target = location.hasPrefix("?") ? path + location : directory + location
        }
        guard var clean = WebAddress(result.url) else { return nil }
        clean.credentials = credentials
        return clean
    }
}

extension WebAddress {
    /// What the address itself says, decoded; nil without a name, or when it cannot be decoded.
    package var userAndPassword: (String, String)? {
        guard let credentials else { return nil }
        let parts = credentials.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let user = percentDecoded(parts[0]), let password = percentDecoded(parts.count > 1 ? parts[1] : "") else {
            return nil
        }
        return (user, password)
    }

    /// `host:port` as `Host` wants it.
    package var hostAndPort: String { port.map { "\(host):\($0)" } ?? host }
}

extension WebAddress: CustomStringConvertible {
    package var description: String { url }
}

/// An address as it may be shown: `user:password@` becomes `***@`.
package func redacted(_ address: String) -> String {
    guard let start = address.firstRange(of: "://")?.upperBound else { return address }
    let end = address[start...].firstIndex { $0 == "/" || $0 == "?" || $0 == "#" } ?? address.endIndex
    guard let at = address[start..<end].lastIndex(of: "@") else { return address }
    return address[..<start] + "***" + address[at...]
}

/// Writes what may not stand in a path or query as `%c3` (RFC 3986, section 3.3); percent signs stay.
private func percentEncoded(_ text: some StringProtocol) -> String {
    let allowed = Array("-._~!$&'()*+,;=:@/?%".utf8)
    var bytes: [UInt8] = []
    for byte in text.utf8 {
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: bytes.append(byte)
        default: bytes += allowed.contains(byte) ? [byte] : Array(("%" + hexString([byte])).utf8)
        }
    }
    return String(decoding: bytes, as: UTF8.self)
}

/// Undoes `%41`; nil when a percent sign is not followed by two hexadecimal digits, or for bytes that are no UTF-8.
package func percentDecoded(_ text: some StringProtocol) -> String? {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
        guard byte == UInt8(ascii: "%") else {
            bytes.append(byte)
            continue
        }
        guard rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else {
            return nil
        }
        bytes.append(value)
        rest = rest.dropFirst(2)
    }
    return String(validating: bytes, as: UTF8.self)
}
