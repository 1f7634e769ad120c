// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthPackages

/// A compiled index in the making.
struct ApkIndexContent {
    private var strings = StringTable()
    private var names = NameTable(slots: 1 << 8)
    /// `ApkPackageWord.count` words a package, in the order of the index.
    private var packages: [UInt32] = []
    /// The number of each package's name.
    private var packageNames: [UInt32] = []
    private var relations: [UInt32] = []
    private var provides: [(name: UInt32, version: UInt32, package: UInt32)] = []
    private var conditions: [(name: UInt32, package: UInt32)] = []

    mutating func add(_ stanza: ApkStanza, in bytes: borrowing Span<UInt8>) throws(ApkStanzaFault) {
        guard packageNames.count < 1 << 24, relations.count < 1 << 30 else { throw .tooLarge }
        for letter in [UInt8(ascii: "P"), UInt8(ascii: "V")] where !stanza.has(letter) { throw .missing(letter) }
        var words = [UInt32](repeating: 0, count: ApkPackageWord.count)
        let name = stanza[UInt8(ascii: "P")]
        for (letter, word) in Self.words where stanza.has(letter) {
            guard ApkValue.isWord(stanza[letter], in: bytes) else { throw Self.bad(letter, stanza, bytes) }
            words[word] = try intern(stanza[letter], bytes, letter)
        }
        for (letter, word) in Self.texts { words[word] = try intern(stanza[letter], bytes, letter) }
        for (letter, word) in Self.numbers where stanza.has(letter) {
            do throws(ApkValueFault) {
                let number = try ApkRecord.number(letter, stanza[letter], bytes)
                words[word] = UInt32(truncatingIfNeeded: number)
                words[word + 1] = UInt32(truncatingIfNeeded: number >> 32)
            } catch { throw .badValue(letter, error) }
        }
        if stanza.hasUnknownCapital { words[ApkPackageWord.flags] |= ApkPackageWord.uninstallable }
        try setChecksum(&words, stanza, bytes)
        words[ApkPackageWord.relations] = UInt32(relations.count)
        let package = UInt32(packageNames.count)
        packageNames.append(names.number(of: words[ApkPackageWord.name], hash: fnv(name, in: bytes)))
        for (letter, kind) in Self.relations where stanza.has(letter) {
            try add(kind, stanza[letter], bytes, letter, package)
        }
        words[ApkPackageWord.relationCount] = UInt32(relations.count) - words[ApkPackageWord.relations]
        packages.append(contentsOf: words)
    }

    private static let words: [(UInt8, Int)] = [
        (UInt8(ascii: "P"), ApkPackageWord.name), (UInt8(ascii: "V"), ApkPackageWord.version),
        (UInt8(ascii: "A"), ApkPackageWord.architecture),
    ]
    private static let texts: [(UInt8, Int)] = [
        (UInt8(ascii: "o"), ApkPackageWord.origin), (UInt8(ascii: "T"), ApkPackageWord.summary),
        (UInt8(ascii: "U"), ApkPackageWord.url), (UInt8(ascii: "L"), ApkPackageWord.license),
        (UInt8(ascii: "m"), ApkPackageWord.maintainer), (UInt8(ascii: "c"), ApkPackageWord.commit),
    ]
    private static let numbers: [(UInt8, Int)] = [
        (UInt8(ascii: "S"), ApkPackageWord.size), (UInt8(ascii: "I"), ApkPackageWord.installedSize),
        (UInt8(ascii: "t"), ApkPackageWord.buildTime), (UInt8(ascii: "k"), ApkPackageWord.providerPriority),
    ]
    private static let relations: [(UInt8, ApkRelation)] = [
        (UInt8(ascii: "D"), .depends), (UInt8(ascii: "p"), .provides), (UInt8(ascii: "i"), .installIf),
    ]

    private func setChecksum(
        _ words: inout [UInt32], _ stanza: ApkStanza, _ bytes: borrowing Span<UInt8>
    ) throws(ApkStanzaFault) {
        let letter = UInt8(ascii: "C")
        guard stanza.has(letter) else { throw .missing(letter) }
        guard let checksum = ApkChecksum(text: ApkValue.bytes(stanza[letter], in: bytes)), checksum.bytes.count == 20
        else { throw Self.bad(letter, stanza, bytes) }
        for (index, byte) in checksum.bytes.enumerated() {
            let word = ApkPackageWord.checksum + index / 4
            words[word] = words[word] << 8 | UInt32(byte)
        }
    }

    private mutating func add(
        _ kind: ApkRelation, _ list: Range<Int>, _ bytes: borrowing Span<UInt8>, _ letter: UInt8, _ package: UInt32
    ) throws(ApkStanzaFault) {
        let head = relations.count
        relations.append(0)
        var start = list.lowerBound
        while start < list.upperBound {
            var end = start
            while end < list.upperBound, bytes[end] != 0x20, bytes[end] != 0x09 { end += 1 }
            if end > start { try add(ApkAtomParts(start..<end, in: bytes), kind, bytes, letter, package) }
            start = end + 1
        }
        let count = relations.count - head - 1
        guard count < 1 << 24 else { throw .tooLong(letter) }
        relations[head] = UInt32(kind.rawValue) << 24 | UInt32(count)
    }

    private mutating func add(
        _ atom: ApkAtomParts, _ kind: ApkRelation, _ bytes: borrowing Span<UInt8>, _ letter: UInt8, _ package: UInt32
    ) throws(ApkStanzaFault) {
        let hash = fnv(atom.name, in: bytes)
        let name = try intern(atom.name, bytes, letter, hash: hash)
        let version = try intern(atom.version, bytes, letter)
        let flags = (atom.isConflict ? ApkIndexFormat.conflict : 0) | (atom.isOpaque ? ApkIndexFormat.opaque : 0)
        relations.append(name | flags)
        relations.append(version | atom.comparison << ApkIndexFormat.operatorShift)
        if atom.isOpaque { return }
        let number = names.number(of: name, hash: hash)
        switch kind {
        case .provides where !atom.isConflict: provides.append((number, version, package))
        case .installIf: conditions.append((number, package))
        case .provides, .depends: break
        }
    }

    private mutating func intern(
        _ range: Range<Int>, _ bytes: borrowing Span<UInt8>, _ letter: UInt8, hash: UInt32? = nil
    ) throws(ApkStanzaFault) -> UInt32 {
        guard let string = strings.intern(range, in: bytes, hash: hash ?? fnv(range, in: bytes)) else {
            throw .tooLong(letter)
        }
        return string
    }

    private static func bad(
        _ letter: UInt8, _ stanza: ApkStanza, _ bytes: borrowing Span<UInt8>
    ) -> ApkStanzaFault {
        .badValue(letter, ApkValueFault(letter, stanza[letter], in: bytes))
    }
}

extension ApkIndexContent {
    /// - Throws: `Problem` with code `index.tooLarge`; what `write` throws.
    func write(_ write: (borrowing Span<UInt8>) throws -> Void) throws {
        let order = Grouping(packageNames, groups: names.count)
        let providers = Grouping(provides.map(\.name), groups: names.count)
        let mentions = Grouping(conditions.map(\.name), groups: names.count)
        let numbers = order.inverse
        let sections = [
            names.slots, nameWords([order, providers, mentions]), packageWords(order), relations,
            providers.items.flatMap { item in
                let provide = provides[Int(item)]
                return [numbers[Int(provide.package)], provide.version]
            },
            mentions.items.map { numbers[Int(conditions[Int($0)].package)] },
        ]
        try TableFile.write(
            magic: ApkIndexFormat.magic, version: ApkIndexFormat.version, count: packageNames.count,
            sections: sections, strings: strings, write)
    }

    private func nameWords(_ groupings: [Grouping]) -> [UInt32] {
        var words: [UInt32] = []
        words.reserveCapacity(names.count * ApkIndexFormat.nameWords)
        for number in 0..<names.count {
            words.append(names.strings[number])
            for grouping in groupings {
                words.append(grouping.starts[number])
                words.append(grouping.starts[number + 1] - grouping.starts[number])
            }
        }
        return words
    }

    private func packageWords(_ order: Grouping) -> [UInt32] {
        var words: [UInt32] = []
        words.reserveCapacity(packages.count)
        for package in order.items {
            let start = Int(package) * ApkPackageWord.count
            words.append(contentsOf: packages[start..<(start + ApkPackageWord.count)])
        }
        return words
    }
}
