// SPDX-License-Identifier: Apache-2.0
import PlinthOCI

/// The moment of a snapshot.
enum SnapshotDate {
    /// `2026-11-01`, `2026-11-01T06:00:00Z` or `20261101T060000Z` as the last of them; nil for anything else.
    static func normal(_ text: String) -> String? {
        let bytes = Array(text.utf8)
        let long: String
        switch bytes.count {
        case 10: long = text + "T00:00:00Z"
        case 16:
            func part(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
            guard bytes[8] == UInt8(ascii: "T"), bytes[15] == UInt8(ascii: "Z") else { return nil }
            long = "\(part(0..<4))-\(part(4..<6))-\(part(6..<8))T\(part(9..<11)):\(part(11..<13)):\(part(13..<15))Z"
        default: long = text
        }
        // Written back the same: so it is a date that exists.
        guard let seconds = RFC3339.parse(long), RFC3339.format(seconds) == long else { return nil }
        return String(decoding: long.utf8.filter { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: ":") }, as: UTF8.self)
    }
}

/// A port with its protocol.
enum Ports {
    /// `80` as `80/tcp`; nil for what is no port.
    static func normal(_ text: String) -> String? {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let number = parts.first.flatMap({ UInt16($0) }), number > 0,
            parts[0].utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        let transport = parts.count == 2 ? String(parts[1]) : "tcp"
        return ["tcp", "udp", "sctp"].contains(transport) ? "\(number)/\(transport)" : nil
    }
}
