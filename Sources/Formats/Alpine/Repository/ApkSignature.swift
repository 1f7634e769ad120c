// SPDX-License-Identifier: Apache-2.0
import PlinthArchive
import PlinthCore

/// A signature in a package or an index: an entry `.SIGN.<algorithm>.<key name>` before everything else.
package struct ApkSignature: Sendable, Equatable {
    package enum Algorithm: String, Sendable, CaseIterable {
        /// With SHA-1: what Alpine itself makes.
        case rsa = "RSA"
        case rsa256 = "RSA256"
        case rsa512 = "RSA512"
        /// Known, and never verified.
        case dsa = "DSA"
    }

    package let algorithm: Algorithm
    /// The name of the key's file below `etc/apk/keys`.
    package let keyName: String
    package let bytes: [UInt8]

    package init(algorithm: Algorithm, keyName: String, bytes: [UInt8]) {
        self.algorithm = algorithm
        self.keyName = keyName
        self.bytes = bytes
    }

    /// apk reads no longer ones.
    static let longest: Int64 = 65_536

    /// The algorithm and the key that an entry's name says; nil for a name that says something else.
    static func parse(name: [UInt8]) -> (Algorithm, String)? {
        let text = String(decoding: name, as: UTF8.self)
        for algorithm in Algorithm.allCases {
            let prefix = ".SIGN.\(algorithm.rawValue)."
            guard text.hasPrefix(prefix) else { continue }
            let key = String(text.dropFirst(prefix.count))
            return ApkKeyring.isKeyName(key) ? (algorithm, key) : nil
        }
        return nil
    }

    /// The signatures of a part that holds nothing else; unknown algorithms, odd key names and what is longer than
    /// 64 KiB is passed over, as apk does.
    /// - Parameter member: as it lies in the package, compressed.
    /// - Throws: what `GzipMemberSource` and `TarReader` throw.
    package static func parse(member: [UInt8], place: String) throws -> [ApkSignature] {
        try placed(place) { try read(member, place) }
    }

    private static func read(_ member: [UInt8], _ place: String) throws -> [ApkSignature] {
        let tar = TarReader(try GzipMemberSource(MemorySource(member), limit: ApkFile.controlLimit), place: place)
        var signatures: [ApkSignature] = []
        while let entry = try tar.next() {
            guard entry.kind == .file, entry.size <= longest, let (algorithm, key) = parse(name: entry.name) else {
                continue
            }
            let bytes = try tar.content(of: entry)
            signatures.append(ApkSignature(algorithm: algorithm, keyName: key, bytes: bytes))
        }
        return signatures
    }
}
