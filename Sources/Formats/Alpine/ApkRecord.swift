// SPDX-License-Identifier: Apache-2.0
package import PlinthCore

/// What an index, a database and a package itself all say about a package of apk.
///
/// Relations are kept as they are written: `[!]name[op version]`, one text each.
package struct ApkRecord: Hashable, Sendable {
    package var name: String
    package var version: String
    /// Empty when nothing is said.
    package var architecture: String
    /// The SHA-1 of the compressed control member, which tells the package from all others (`C:`).
    package var checksum: ApkChecksum?
    /// Of the package's file; 0 when not known.
    package var size: ByteCount
    package var installedSize: ByteCount
    /// One line of description (`T:`).
    package var summary: String
    package var url: String
    package var license: String
    /// The name of the source package; empty when nothing is said.
    package var origin: String
    package var maintainer: String
    /// Seconds since 1970; 0 when not known.
    package var buildTime: Int64
    /// The commit of the recipe it was built from.
    package var commit: String
    /// Makes names that are provided without a version choosable; 0 when not set.
    package var providerPriority: Int64
    package var depends: [String]
    package var provides: [String]
    package var installIf: [String]

    package init(
        name: String, version: String, architecture: String = "", checksum: ApkChecksum? = nil,
        size: ByteCount = ByteCount(0), installedSize: ByteCount = ByteCount(0), summary: String = "",
        url: String = "", license: String = "", origin: String = "", maintainer: String = "", buildTime: Int64 = 0,
        commit: String = "", providerPriority: Int64 = 0, depends: [String] = [], provides: [String] = [],
        installIf: [String] = []
    ) {
        self.name = name
        self.version = version
        self.architecture = architecture
        self.checksum = checksum
        self.size = size
        self.installedSize = installedSize
        self.summary = summary
        self.url = url
        self.license = license
        self.origin = origin
        self.maintainer = maintainer
        self.buildTime = buildTime
        self.commit = commit
        self.providerPriority = providerPriority
        self.depends = depends
        self.provides = provides
        self.installIf = installIf
    }

    /// The name of the package's file in a repository.
    package var fileName: String { "\(name)-\(version).apk" }
}

extension ApkRecord {
    /// The lines of an index or database, in the order of apk 2.14, without the empty one that ends the stanza.
    package var lines: [UInt8] {
        var text = "C:\(checksum.map(\.description) ?? "")\nP:\(name)\nV:\(version)\n"
        if !architecture.isEmpty { text += "A:\(architecture)\n" }
        text += "S:\(size.bytes)\nI:\(installedSize.bytes)\nT:\(summary)\nU:\(url)\nL:\(license)\n"
        if !origin.isEmpty { text += "o:\(origin)\n" }
        if !maintainer.isEmpty { text += "m:\(maintainer)\n" }
        if buildTime != 0 { text += "t:\(buildTime)\n" }
        if !commit.isEmpty { text += "c:\(commit)\n" }
        if providerPriority != 0 { text += "k:\(providerPriority)\n" }
        for (letter, relations) in [("D", depends), ("p", provides), ("i", installIf)] where !relations.isEmpty {
            text += "\(letter):\(relations.joined(separator: " "))\n"
        }
        return Array(text.utf8)
    }

    /// Takes in a line; false when the letter does not belong to a record.
    mutating func take(
        _ letter: UInt8, _ value: Range<Int>, in bytes: borrowing Span<UInt8>
    ) throws(ApkValueFault) -> Bool {
        switch letter {
        case UInt8(ascii: "P"): name = try ApkRecord.word(letter, value, bytes)
        case UInt8(ascii: "V"): version = try ApkRecord.word(letter, value, bytes)
        case UInt8(ascii: "A"): architecture = try ApkRecord.word(letter, value, bytes)
        case UInt8(ascii: "C"): checksum = try ApkRecord.checksum(value, bytes)
        case UInt8(ascii: "S"): size = ByteCount(try ApkRecord.number(letter, value, bytes))
        case UInt8(ascii: "I"): installedSize = ByteCount(try ApkRecord.number(letter, value, bytes))
        case UInt8(ascii: "T"): summary = ApkValue.text(value, in: bytes)
        case UInt8(ascii: "U"): url = ApkValue.text(value, in: bytes)
        case UInt8(ascii: "L"): license = ApkValue.text(value, in: bytes)
        case UInt8(ascii: "o"): origin = ApkValue.text(value, in: bytes)
        case UInt8(ascii: "m"): maintainer = ApkValue.text(value, in: bytes)
        case UInt8(ascii: "t"): buildTime = try ApkRecord.number(letter, value, bytes)
        case UInt8(ascii: "c"): commit = ApkValue.text(value, in: bytes)
        case UInt8(ascii: "k"): providerPriority = try ApkRecord.number(letter, value, bytes)
        case UInt8(ascii: "D"): depends = ApkValue.words(ApkValue.bytes(value, in: bytes))
        case UInt8(ascii: "p"): provides = ApkValue.words(ApkValue.bytes(value, in: bytes))
        case UInt8(ascii: "i"): installIf = ApkValue.words(ApkValue.bytes(value, in: bytes))
        default: return false
        }
        return true
    }

    static func word(
        _ letter: UInt8, _ value: Range<Int>, _ bytes: borrowing Span<UInt8>
    ) throws(ApkValueFault) -> String {
        guard ApkValue.isWord(value, in: bytes) else { throw ApkValueFault(letter, value, in: bytes) }
        return ApkValue.text(value, in: bytes)
    }

    static func number(
        _ letter: UInt8, _ value: Range<Int>, _ bytes: borrowing Span<UInt8>
    ) throws(ApkValueFault) -> Int64 {
        guard let number = ApkValue.number(ApkValue.bytes(value, in: bytes)) else {
            throw ApkValueFault(letter, value, in: bytes)
        }
        return number
    }

    /// Empty for what never was a file.
    static func checksum(_ value: Range<Int>, _ bytes: borrowing Span<UInt8>) throws(ApkValueFault) -> ApkChecksum? {
        if value.isEmpty { return nil }
        guard let checksum = ApkChecksum(text: ApkValue.bytes(value, in: bytes)) else {
            throw ApkValueFault(UInt8(ascii: "C"), value, in: bytes)
        }
        return checksum
    }
}

/// A value that cannot be.
struct ApkValueFault: Error, CustomStringConvertible {
    let description: String

    init(_ letter: UInt8, _ value: Range<Int>, in bytes: borrowing Span<UInt8>) {
        let shown = ApkValue.text(value.lowerBound..<min(value.upperBound, value.lowerBound + 80), in: bytes)
        description = "\(Character(UnicodeScalar(letter))): cannot be “\(shown)”"
    }
}
