// SPDX-License-Identifier: Apache-2.0
import PlinthPackages

/// The compiled form of a list of packages, within the outer form of `TableFile`; its sections:
///
///     slots      open-addressing hash table of names (FNV-1a): index of the name + 1, or 0; a power of two of them
///     names      per name: string, first package, packages, first provider, providers; in the order of first mention
///     packages   per package: `PackageWord`; those of one name lie together, in the order of the list
///     relations  per package and kind: kind << 24 | words that follow; then atoms
///     providers  per provider of a name: package, string of the version
///     essentials packages that are `Essential: yes`
///     strings    length (16 bits) and bytes; a string is named by its offset, and 0 is the empty one
///
/// An atom is a name (with `hasArchitecture` set when a third word follows), and a version with the operator in bits
/// 28…30 and `endsGroup` in bit 31.
enum IndexFormat {
    static let magic = Array("plinthdx".utf8)
    /// Part of the key under which a compiled list is kept: raised whenever the form or its meaning changes.
    static let version: UInt32 = 2
    static let nameWords = 5
    static let providerWords = 2
    static let hasArchitecture: UInt32 = 1 << 31
    static let endsGroup: UInt32 = 1 << 31
    static let stringMask = StringTable.offsetMask

    enum Section: Int, CaseIterable {
        case slots, names, packages, relations, providers, essentials, strings
    }
}

/// The words of a package's record.
enum PackageWord {
    static let name = 0
    static let version = 1
    static let architecture = 2
    static let source = 3
    static let sourceVersion = 4
    static let section = 5
    static let path = 6
    static let flags = 7
    /// In KiB.
    static let installedSize = 8
    static let sizeLow = 9
    static let sizeHigh = 10
    /// First word in the relations, and the number of words.
    static let relations = 11
    static let relationCount = 12
    /// Eight words, the first bytes in the first word's highest byte.
    static let digest = 13
    static let count = 21
}

/// The bits of a package's flags.
enum PackageFlags {
    static let multiArchMask: UInt32 = 3
    static let essential: UInt32 = 1 << 2
    static let protected: UInt32 = 1 << 3
    static let priorityShift: UInt32 = 4
    static let priorityMask: UInt32 = 7
}
