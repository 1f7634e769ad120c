// SPDX-License-Identifier: Apache-2.0
package import PlinthCore

/// The other files of apk's database.
package enum ApkDatabaseFiles {
    /// Where a database may lie; on a tree with a merged `/usr` both are the same place, and the second the real one.
    package static let directories = [TreePath("lib/apk/db"), TreePath("usr/lib/apk/db")]

    /// `etc/apk/world`: what was asked for, sorted, one constraint a line.
    package static func world(_ constraints: some Sequence<String>) -> [UInt8] {
        let sorted = Set(constraints).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        return Array(sorted.map { $0 + "\n" }.joined().utf8)
    }

    /// The constraints of a `world`, which may stand on one line or many.
    package static func constraints(ofWorld bytes: [UInt8]) -> [String] { ApkValue.words(bytes) }

    /// `etc/apk/arch`: the architectures, the first one that of the system.
    package static func architectures(_ names: [String]) -> [UInt8] { Array(names.map { $0 + "\n" }.joined().utf8) }

    package static func architectures(of bytes: [UInt8]) -> [String] { ApkValue.words(bytes) }

    /// A line of `triggers`: which package wants to hear of which directories.
    package struct Trigger: Hashable, Sendable {
        package var checksum: ApkChecksum
        /// Patterns; a `+` in front means only directories that were changed.
        package var directories: [String]

        package init(checksum: ApkChecksum, directories: [String]) {
            self.checksum = checksum
            self.directories = directories
        }
    }

    /// `lib/apk/db/triggers`, in the order given.
    package static func triggers(_ triggers: [Trigger]) -> [UInt8] {
        Array(triggers.map { "\($0.checksum) \($0.directories.joined(separator: " "))\n" }.joined().utf8)
    }

    /// - Throws: `Problem` with code `apk.syntax`.
    package static func triggers(of bytes: [UInt8], place: String) throws(Problem) -> [Trigger] {
        var result: [Trigger] = []
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            let words = ApkValue.words(line)
            guard let first = words.first, let checksum = ApkChecksum(text: first) else {
                throw Problem(
                    "apk.syntax", "A package database cannot be read", at: place,
                    why: "“\(String(decoding: line.prefix(80), as: UTF8.self))” does not begin with a checksum")
            }
            result.append(Trigger(checksum: checksum, directories: Array(words.dropFirst())))
        }
        return result
    }
}
