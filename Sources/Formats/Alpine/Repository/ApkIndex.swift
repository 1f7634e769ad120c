// SPDX-License-Identifier: Apache-2.0
package import PlinthCore
import PlinthPackages

/// One package of one compiled index.
package struct ApkReference: Hashable, Comparable, Sendable {
    package let number: UInt32

    package static func < (left: ApkReference, right: ApkReference) -> Bool { left.number < right.number }
}

/// A package that provides a name.
package struct ApkProvider: Hashable, Sendable {
    package let package: ApkReference
    /// Empty when the name is provided without a version, which makes it a virtual one.
    package let version: String
}

/// A compiled index, read in place: opening looks at the header only, a lookup at a few words.
///
/// Nothing in it is trusted: a damaged file gives a `Problem` with code `index.damaged`, from any method.
package struct ApkIndex: Sendable {
    private enum Storage: Sendable {
        case file(MappedFile)
        case memory([UInt8])
    }

    private typealias Section = ApkIndexFormat.Section
    private let storage: Storage
    private let layout: TableLayout

    /// - Throws: `Problem` with code `index.damaged`.
    package init(_ file: MappedFile) throws {
        storage = .file(file)
        layout = try file.withBytes { try Self.layout($0) }
    }

    /// - Throws: `Problem` with code `index.damaged`.
    package init(_ bytes: [UInt8]) throws {
        storage = .memory(bytes)
        layout = try Self.layout(bytes.span)
    }

    private static func layout(_ bytes: borrowing Span<UInt8>) throws(Problem) -> TableLayout {
        let layout = try TableLayout(
            bytes, magic: ApkIndexFormat.magic, version: ApkIndexFormat.version, sections: Section.allCases.count)
        guard layout.words(in: Section.packages.rawValue) == layout.packageCount * ApkPackageWord.count else {
            throw damaged("the number of packages does not fit")
        }
        return layout
    }

    /// The number of packages.
    package var count: Int { layout.packageCount }

    /// All packages, those of one name together.
    package var packages: some Sequence<ApkReference> { (0..<UInt32(count)).lazy.map { ApkReference(number: $0) } }

    /// All versions of a package, in the order of the index; empty when there is none.
    package func versions(of name: String) throws -> [ApkReference] {
        try withBytes { bytes in
            guard let found = try find(name, in: bytes) else { return [] }
            return try range(found, 1, limit: count, in: bytes).map { ApkReference(number: UInt32($0)) }
        }
    }

    /// The packages that provide a name, in the order of the index; not those that have it.
    package func providers(of name: String) throws -> [ApkProvider] {
        try withBytes { bytes in
            guard let found = try find(name, in: bytes) else { return [] }
            let limit = layout.words(in: Section.providers.rawValue) / ApkIndexFormat.providerWords
            var result: [ApkProvider] = []
            for index in try range(found, 3, limit: limit, in: bytes) {
                let start = index * ApkIndexFormat.providerWords
                let package = try reference(word(start, .providers, bytes))
                let version = try word(start + 1, .providers, bytes) & ApkIndexFormat.stringMask
                result.append(ApkProvider(package: package, version: try layout.text(version, in: bytes)))
            }
            return result
        }
    }

    /// The packages whose `install_if` speaks of a name.
    package func conditions(on name: String) throws -> [ApkReference] {
        try withBytes { bytes in
            guard let found = try find(name, in: bytes) else { return [] }
            let limit = layout.words(in: Section.conditions.rawValue)
            var result: [ApkReference] = []
            for index in try range(found, 5, limit: limit, in: bytes) {
                result.append(try reference(word(index, .conditions, bytes)))
            }
            return result
        }
    }

    /// Every name that a package has and, if wanted, every name that one provides, in the order of first mention.
    package func names(includingProvided: Bool = false) throws -> [String] {
        try withBytes { bytes in
            var result: [String] = []
            for number in 0..<layout.words(in: Section.names.rawValue) / ApkIndexFormat.nameWords {
                let start = number * ApkIndexFormat.nameWords
                let packages = try word(start + 2, .names, bytes)
                let providers = try word(start + 4, .names, bytes)
                guard packages > 0 || includingProvided && providers > 0 else { continue }
                result.append(try layout.text(word(start, .names, bytes), in: bytes))
            }
            return result
        }
    }

    /// The name of a package; cheaper than its record.
    package func name(of package: ApkReference) throws -> String { try text(ApkPackageWord.name, of: package) }

    /// The version of a package; cheaper than its record.
    package func version(of package: ApkReference) throws -> String { try text(ApkPackageWord.version, of: package) }

    /// What apk would not install, because the index says something of it that is not understood.
    package func isUninstallable(_ package: ApkReference) throws -> Bool {
        try withBytes { bytes in
            let index = Int(package.number) * ApkPackageWord.count + ApkPackageWord.flags
            return try word(index, .packages, bytes) & ApkPackageWord.uninstallable != 0
        }
    }

    /// The relations of a package, cut into their parts.
    package func relations(_ kind: ApkRelation, of package: ApkReference) throws -> [ApkAtom] {
        try withBytes { bytes in try ApkRecordReader(layout, package).relations(kind, in: bytes) }
    }

    package func record(_ package: ApkReference) throws -> ApkRecord {
        try withBytes { bytes in try ApkRecordReader(layout, package).record(in: bytes) }
    }

    private func text(_ index: Int, of package: ApkReference) throws -> String {
        try withBytes { bytes in
            let place = Int(package.number) * ApkPackageWord.count + index
            return try layout.text(word(place, .packages, bytes), in: bytes)
        }
    }

    private func withBytes<Result>(_ body: (borrowing Span<UInt8>) throws -> Result) throws -> Result {
        switch storage {
        case .file(let file): try file.withBytes(body)
        case .memory(let bytes): try body(bytes.span)
        }
    }

    private func find(_ name: String, in bytes: borrowing Span<UInt8>) throws(Problem) -> Int? {
        try layout.find(
            name, slots: Section.slots.rawValue, names: Section.names.rawValue, stride: ApkIndexFormat.nameWords,
            in: bytes)
    }

    private func word(
        _ index: Int, _ section: Section, _ bytes: borrowing Span<UInt8>
    ) throws(Problem) -> UInt32 {
        try layout.word(index, in: section.rawValue, of: bytes)
    }

    private func reference(_ number: UInt32) throws(Problem) -> ApkReference {
        guard Int(number) < count else { throw damaged("a package does not exist") }
        return ApkReference(number: number)
    }

    /// The stretch that two words of a name's entry give: where it begins and how long it is.
    private func range(
        _ name: Int, _ index: Int, limit: Int, in bytes: borrowing Span<UInt8>
    ) throws(Problem) -> Range<Int> {
        let start = Int(try word(name * ApkIndexFormat.nameWords + index, .names, bytes))
        let length = Int(try word(name * ApkIndexFormat.nameWords + index + 1, .names, bytes))
        guard start + length <= limit else { throw damaged("a name leads outside the list") }
        return start..<(start + length)
    }
}
