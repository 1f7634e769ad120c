// SPDX-License-Identifier: Apache-2.0
import PlinthCore

/// What `.PKGINFO` says: lines `key = value`, comments after `#`.
///
/// Lines of another form are passed over, as apk does; of a key with one value the last line counts.
struct PackageInfo {
    private(set) var fields: [ApkControl.Field] = []
    private(set) var record = ApkRecord(name: "", version: "")
    private(set) var replaces: [String] = []
    private(set) var replacesPriority: Int64 = 0
    private(set) var triggers: [String] = []
    private(set) var dataDigest: Digest?

    private static let separator = Array(" = ".utf8)

    mutating func read(_ bytes: [UInt8]) throws(ApkFault) {
        var number = 0
        for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            number += 1
            guard !line.isEmpty, line.first != UInt8(ascii: "#") else { continue }
            guard line.last != UInt8(ascii: "\r") else { throw ApkFault(line: number, "the line ends in CR LF") }
            guard let cut = line.firstRange(of: Self.separator) else { continue }
            let key = String(decoding: line[..<cut.lowerBound], as: UTF8.self)
            let value = Array(line[cut.upperBound...])
            fields.append(ApkControl.Field(key: key, value: String(decoding: value, as: UTF8.self)))
            guard try take(key, value, number) else {
                let shown = String(decoding: value.prefix(80), as: UTF8.self)
                throw ApkFault(line: number, "\(key) cannot be “\(shown)”")
            }
        }
    }

    /// False when the value cannot be.
    private mutating func take(_ key: String, _ value: [UInt8], _ line: Int) throws(ApkFault) -> Bool {
        let text = String(decoding: value, as: UTF8.self)
        switch key {
        case "pkgname": return Self.set(&record.name, word: text)
        case "pkgver": return Self.set(&record.version, word: text)
        case "arch": return Self.set(&record.architecture, word: text)
        case "pkgdesc": record.summary = text
        case "url": record.url = text
        case "license": record.license = text
        case "origin": record.origin = text
        case "maintainer": record.maintainer = text
        case "commit": record.commit = text
        case "size":
            guard let size = ApkValue.number(value) else { return false }
            record.installedSize = ByteCount(size)
        case "builddate": return Self.set(&record.buildTime, value)
        case "provider_priority": return Self.set(&record.providerPriority, value)
        case "replaces_priority": return Self.set(&replacesPriority, value)
        case "depend": record.depends += ApkValue.words(value)
        case "provides": record.provides += ApkValue.words(value)
        case "install_if": record.installIf += ApkValue.words(value)
        case "replaces": replaces += ApkValue.words(value)
        case "triggers": triggers += ApkValue.words(value)
        case "datahash":
            guard let digest = Digest(hex: text) else { return false }
            dataDigest = digest
        default: break
        }
        return true
    }

    private static func set(_ field: inout String, word: String) -> Bool {
        field = word
        return ApkValue.isWord(word)
    }

    private static func set(_ field: inout Int64, _ digits: [UInt8]) -> Bool {
        guard let number = ApkValue.number(digits) else { return false }
        field = number
        return true
    }
}
