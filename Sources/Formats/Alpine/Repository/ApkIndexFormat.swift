// SPDX-License-Identifier: Apache-2.0
import PlinthPackages

/// The compiled form of an index, within the outer form of `TableFile`; its sections:
///
///     slots      open-addressing hash table of names (FNV-1a): index of the name + 1, or 0; a power of two of them
///     names      per name: string, then first and count of its packages, providers and conditions
///     packages   per package: `ApkPackageWord`; those of one name lie together, in the order of the index
///     relations  per package and kind: kind << 24 | words that follow; then atoms of two words
///     providers  per provider of a name: package, version
///     conditions per `install_if` that speaks of a name: package
///     strings    length (16 bits) and bytes; a string is named by its offset, and 0 is the empty one
///
/// An atom is a name (28 bits; `conflict` for `!`, `opaque` for what is not a relation), and a version (28 bits) with
/// the operator above it: 1 for `<`, 2 for `>`, 4 for `=`, 8 for `~`.
enum ApkIndexFormat {
    static let magic = Array("plinthak".utf8)
    /// Part of the key under which a compiled index is kept: raised whenever the form or its meaning changes.
    static let version: UInt32 = 1
    static let nameWords = 7
    static let providerWords = 2
    static let conflict: UInt32 = 1 << 31
    static let opaque: UInt32 = 1 << 30
    static let stringMask = StringTable.offsetMask
    static let operatorShift: UInt32 = 28

    enum Section: Int, CaseIterable {
        case slots, names, packages, relations, providers, conditions, strings
    }
}

/// Which relation of a package.
package enum ApkRelation: UInt8, Sendable, CaseIterable {
    case depends = 1
    case provides, installIf
}

/// The words of a package.
enum ApkPackageWord {
    static let name = 0
    static let version = 1
    static let architecture = 2
    static let origin = 3
    static let summary = 4
    static let url = 5
    static let license = 6
    static let maintainer = 7
    static let commit = 8
    static let flags = 9
    /// Five words, the first bytes in the first word's highest byte.
    static let checksum = 10
    /// Pairs of words, the lower one first.
    static let size = 15
    static let installedSize = 17
    static let buildTime = 19
    static let providerPriority = 21
    /// First word in the relations, and the number of words.
    static let relations = 23
    static let relationCount = 24
    static let count = 25

    /// The index says something about it that nobody here understands: apk does not install such packages.
    static let uninstallable: UInt32 = 1
}
