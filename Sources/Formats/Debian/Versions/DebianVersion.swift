// SPDX-License-Identifier: Apache-2.0

/// A version of a Debian package: `[epoch:]upstream[-revision]`.
///
/// Equality is that of the order: `1.0`, `0:1.0` and `1.0-0` are equal.
/// To compare two texts without keeping them, use `compare`.
/// See deb-version(7).
package struct DebianVersion: Sendable {
    /// Absent means 0.
    package let epoch: Int32?
    package let upstream: String
    /// Absent is not the same text as `0`, but the same version.
    package let revision: String?

    package enum Fault: Error, Equatable, Sendable {
        case empty
        case embeddedSpace
        /// Nothing before the colon, something other than digits, or more than 2,147,483,647.
        case badEpoch
        case emptyUpstream
        /// Upstream versions begin with a digit.
        case upstreamStart
        /// A hyphen with nothing after it.
        case emptyRevision
        case badCharacter(UInt8)
    }

    /// Parses as strictly as dpkg does; blanks around the text are ignored.
    package init(_ text: some StringProtocol) throws(Fault) {
        let bytes = trimmed(Array(text.utf8)[...])
        guard !bytes.isEmpty else { throw .empty }
        guard !bytes.contains(where: isBlank) else { throw .embeddedSpace }
        var rest = bytes
        if let colon = rest.firstIndex(of: UInt8(ascii: ":")) {
            epoch = try Self.epoch(rest[..<colon])
            rest = rest[(colon + 1)...]
        } else {
            epoch = nil
        }
        guard !rest.isEmpty else { throw .emptyUpstream }
        if let hyphen = rest.lastIndex(of: UInt8(ascii: "-")) {
            revision = try Self.revision(rest[(hyphen + 1)...])
            rest = rest[..<hyphen]
        } else {
            revision = nil
        }
        upstream = try Self.upstream(rest)
    }

    private static func epoch(_ digits: ArraySlice<UInt8>) throws(Fault) -> Int32 {
        guard !digits.isEmpty, digits.allSatisfy(isDigit),
            let value = Int32(String(decoding: digits, as: UTF8.self))
        else { throw .badEpoch }
        return value
    }

    private static func upstream(_ bytes: ArraySlice<UInt8>) throws(Fault) -> String {
        guard let first = bytes.first else { throw .emptyUpstream }
        guard isDigit(first) else { throw .upstreamStart }
        try check(bytes, also: ".-+~:")
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func revision(_ bytes: ArraySlice<UInt8>) throws(Fault) -> String {
        guard !bytes.isEmpty else { throw .emptyRevision }
        try check(bytes, also: ".+~")
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func check(_ bytes: ArraySlice<UInt8>, also allowed: String) throws(Fault) {
        for byte in bytes where !isDigit(byte) && !isLetter(byte) && !allowed.utf8.contains(byte) {
            throw .badCharacter(byte)
        }
    }

    /// The part of a version that names the upload of the source: without the `+bN` of a rebuild.
    package static func withoutRebuild(_ version: String) -> String {
        guard let plus = version.utf8.lastIndex(of: UInt8(ascii: "+")) else { return version }
        let tail = version.utf8[version.utf8.index(after: plus)...]
        guard tail.first == UInt8(ascii: "b"), tail.count > 1, tail.dropFirst().allSatisfy(isDigit) else {
            return version
        }
        return String(version[..<plus])
    }
}

extension DebianVersion: Comparable {
    package static func == (left: DebianVersion, right: DebianVersion) -> Bool { order(left, right) == 0 }
    package static func < (left: DebianVersion, right: DebianVersion) -> Bool { order(left, right) < 0 }

    private static func order(_ left: DebianVersion, _ right: DebianVersion) -> Int {
        compare(left.description, right.description)
    }
}

extension DebianVersion: CustomStringConvertible {
    package var description: String {
        (epoch.map { "\($0):" } ?? "") + upstream + (revision.map { "-" + $0 } ?? "")
    }
}

extension DebianVersion.Fault: CustomStringConvertible {
    package var description: String {
        switch self {
        case .empty: "the version is empty"
        case .embeddedSpace: "the version has a blank inside"
        case .badEpoch: "the part before the colon is not a number below 2,147,483,648"
        case .emptyUpstream: "nothing stands before the revision"
        case .upstreamStart: "the version does not begin with a digit"
        case .emptyRevision: "nothing stands after the last hyphen"
        case .badCharacter(let byte): "character \(byte) is not allowed in a version"
        }
    }
}
