// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthPackages

/// A compiled list in the making.
struct IndexContent {
    private var strings = StringTable()
    private var names = NameTable(slots: 1 << 15)
    /// `PackageWord.count` words a package, in the order of the list.
    private var packages: [UInt32] = []
    /// The number of each package's name.
    private var packageNames: [UInt32] = []
    private var relations: [UInt32] = []
    private var provides: [Provide] = []

    private struct Provide {
        var name: UInt32
        var version: UInt32
        var package: UInt32
    }

    /// - Throws: `Problem` with code `index.badStanza` or `index.tooLarge`.
    mutating func add(_ stanza: Stanza, in bytes: borrowing Span<UInt8>, _ place: String) throws(Problem) {
        do {
            try add(stanza, in: bytes)
        } catch {
            throw error.problem(in: stanza, of: bytes, place)
        }
    }

    private mutating func add(_ stanza: Stanza, in bytes: borrowing Span<UInt8>) throws(StanzaFault) {
        let facts = try StanzaFacts(stanza, bytes)
        let nameHash = fnv(facts.name, in: bytes)
        let name = try intern(facts.name, bytes, .package, hash: nameHash)
        let package = UInt32(packageNames.count)
        packageNames.append(names.number(of: name, hash: nameHash))
        let firstRelation = relations.count
        for (field, kind) in StanzaField.relations where stanza.has(field) {
            if let kind {
                try add(kind, field, stanza[field], bytes, package)
            } else {
                try mention(field, stanza[field], bytes)
            }
        }
        let version = try intern(facts.version, bytes, .version)
        packages.append(name)
        packages.append(version)
        packages.append(try intern(facts.architecture, bytes, .architecture))
        packages.append(facts.source.isEmpty ? name : try intern(facts.source, bytes, .source))
        packages.append(facts.sourceVersion.isEmpty ? version : try intern(facts.sourceVersion, bytes, .source))
        packages.append(try intern(stanza[.section], bytes, .section))
        guard let path = strings.append(stanza[.filename], in: bytes) else { throw .tooLong(.filename) }
        packages.append(path)
        packages.append(facts.flags)
        packages.append(facts.installedSize)
        packages.append(UInt32(truncatingIfNeeded: facts.size))
        packages.append(UInt32(truncatingIfNeeded: facts.size >> 32))
        packages.append(UInt32(firstRelation))
        packages.append(UInt32(relations.count - firstRelation))
        for index in facts.digest.indices { packages.append(facts.digest[index]) }
    }

    private mutating func add(
        _ kind: RelationKind, _ field: StanzaField, _ range: Range<Int>, _ bytes: borrowing Span<UInt8>,
        _ package: UInt32
    ) throws(StanzaFault) {
        var cursor = RelationCursor(range)
        let head = relations.count
        relations.append(0)
        while let atom = try next(&cursor, kind, field, bytes) {
            try add(atom, field, kind == .provides ? package : nil, bytes)
        }
        let words = relations.count - head - 1
        guard words < 1 << 24, relations.count < 1 << 30 else { throw .tooLong(field) }
        relations[head] = UInt32(kind.rawValue) << 24 | UInt32(words)
    }

    private mutating func mention(
        _ field: StanzaField, _ range: Range<Int>, _ bytes: borrowing Span<UInt8>
    ) throws(StanzaFault) {
        var cursor = RelationCursor(range)
        while let atom = try next(&cursor, .suggests, field, bytes) {
            let hash = fnv(atom.name, in: bytes)
            _ = names.number(of: try intern(atom.name, bytes, field, hash: hash), hash: hash)
        }
    }

    private func next(
        _ cursor: inout RelationCursor, _ kind: RelationKind, _ field: StanzaField, _ bytes: borrowing Span<UInt8>
    ) throws(StanzaFault) -> RelationCursor.Atom? {
        do throws(RelationFault) {
            guard let atom = try cursor.next(in: bytes) else { return nil }
            try RelationParser.check(atom, kind)
            return atom
        } catch {
            throw .badRelation(field, error)
        }
    }

    private mutating func add(
        _ atom: RelationCursor.Atom, _ field: StanzaField, _ provider: UInt32?, _ bytes: borrowing Span<UInt8>
    ) throws(StanzaFault) {
        let hash = fnv(atom.name, in: bytes)
        let name = try intern(atom.name, bytes, field, hash: hash)
        let number = names.number(of: name, hash: hash)
        let version = try intern(atom.version, bytes, field)
        relations.append(atom.architecture.isEmpty ? name : name | IndexFormat.hasArchitecture)
        relations.append(
            version | UInt32(atom.comparison.rawValue) << 28 | (atom.endsGroup ? IndexFormat.endsGroup : 0))
        if !atom.architecture.isEmpty { relations.append(try intern(atom.architecture, bytes, field)) }
        if let provider { provides.append(Provide(name: number, version: version, package: provider)) }
    }

    private mutating func intern(
        _ range: Range<Int>, _ bytes: borrowing Span<UInt8>, _ field: StanzaField, hash: UInt32? = nil
    ) throws(StanzaFault) -> UInt32 {
        guard let string = strings.intern(range, in: bytes, hash: hash ?? fnv(range, in: bytes)) else {
            throw .tooLong(field)
        }
        return string
    }
}

extension IndexContent {
    /// - Throws: `Problem` with code `index.tooLarge`; what `write` throws.
    func write(_ write: (borrowing Span<UInt8>) throws -> Void) throws {
        let order = Grouping(packageNames, groups: names.count)
        let providers = Grouping(provides.map(\.name), groups: names.count)
        let sections = [
            names.slots, nameWords(order, providers), packageWords(order), relations,
            providerWords(providers, order.inverse), essentials(order),
        ]
        try TableFile.write(
            magic: IndexFormat.magic, version: IndexFormat.version, count: packageNames.count, sections: sections,
            strings: strings, write)
    }

    private func nameWords(_ order: Grouping, _ providers: Grouping) -> [UInt32] {
        var words: [UInt32] = []
        words.reserveCapacity(names.count * IndexFormat.nameWords)
        for number in 0..<names.count {
            words.append(names.strings[number])
            words.append(order.starts[number])
            words.append(order.starts[number + 1] - order.starts[number])
            words.append(providers.starts[number])
            words.append(providers.starts[number + 1] - providers.starts[number])
        }
        return words
    }

    private func packageWords(_ order: Grouping) -> [UInt32] {
        var words: [UInt32] = []
        words.reserveCapacity(packages.count)
        for package in order.items {
            let start = Int(package) * PackageWord.count
            words.append(contentsOf: packages[start..<(start + PackageWord.count)])
        }
        return words
    }

    private func providerWords(_ providers: Grouping, _ newNumbers: [UInt32]) -> [UInt32] {
        var words: [UInt32] = []
        words.reserveCapacity(provides.count * IndexFormat.providerWords)
        for item in providers.items {
            let provide = provides[Int(item)]
            words.append(newNumbers[Int(provide.package)])
            words.append(provide.version)
        }
        return words
    }

    private func essentials(_ order: Grouping) -> [UInt32] {
        let found = order.items.indices.filter { position in
            let start = Int(order.items[position]) * PackageWord.count
            return packages[start + PackageWord.flags] & PackageFlags.essential != 0
        }
        return found.map { UInt32($0) }
    }
}
