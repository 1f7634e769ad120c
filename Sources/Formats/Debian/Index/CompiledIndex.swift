// SPDX-License-Identifier: Apache-2.0
package import PlinthCore
package import PlinthPackages

/// One package of one compiled list.
package struct PackageRef: Hashable, Comparable, Sendable {
    package let number: UInt32

    package static func < (left: PackageRef, right: PackageRef) -> Bool { left.number < right.number }
}

/// A package that provides a name.
package struct Provider: Hashable, Sendable {
    package let package: PackageRef
    /// Empty when the name is provided without a version.
    package let version: String
}

/// A compiled list of packages, read in place: opening looks at the header only, a lookup at a few words.
///
/// Nothing in it is trusted: a damaged file gives a `Problem` with code `index.damaged`, from any method.
package struct CompiledIndex: Sendable {
    private enum Storage: Sendable {
        case file(MappedFile)
        case memory([UInt8])
    }

    private let storage: Storage
    private let layout: IndexLayout

    /// - Throws: `Problem` with code `index.damaged`.
    package init(_ file: MappedFile) throws {
        storage = .file(file)
        layout = try file.withBytes { try IndexLayout($0) }
    }

    /// - Throws: `Problem` with code `index.damaged`.
    package init(_ bytes: [UInt8]) throws {
        storage = .memory(bytes)
        layout = try IndexLayout(bytes.span)
    }

    /// The number of packages.
    package var count: Int { layout.packageCount }

    /// All packages, those of one name together.
    package var packages: some Sequence<PackageRef> { (0..<UInt32(count)).lazy.map { PackageRef(number: $0) } }

    /// All versions of a package, in the order of the list; empty when there is none.
    package func versions(of name: String) throws -> [PackageRef] {
        try withBytes { bytes in
            guard let found = try layout.find(name, in: bytes) else { return [] }
            let range = try range(found, 1, limit: count, in: bytes)
            return range.map { PackageRef(number: UInt32($0)) }
        }
    }

    /// The packages that provide a name, in the order of the list; empty when there is none.
    package func providers(of name: String) throws -> [Provider] {
        try withBytes { bytes in
            guard let found = try layout.find(name, in: bytes) else { return [] }
            let limit = layout.words(in: .providers) / IndexFormat.providerWords
            var result: [Provider] = []
            for index in try range(found, 3, limit: limit, in: bytes) {
                let start = index * IndexFormat.providerWords
                let package = try reference(layout.word(start, in: .providers, of: bytes))
                let version = try layout.text(layout.word(start + 1, in: .providers, of: bytes), in: bytes)
                result.append(Provider(package: package, version: version))
            }
            return result
        }
    }

    /// Every name that a package has and, if wanted, every name that one provides, in the order of first mention.
    package func names(includingProvided: Bool = false) throws -> [String] {
        try withBytes { bytes in
            var result: [String] = []
            for number in 0..<layout.words(in: .names) / IndexFormat.nameWords {
                let start = number * IndexFormat.nameWords
                let packages = try layout.word(start + 2, in: .names, of: bytes)
                let providers = try layout.word(start + 4, in: .names, of: bytes)
                guard packages > 0 || includingProvided && providers > 0 else { continue }
                result.append(try layout.text(layout.word(start, in: .names, of: bytes), in: bytes))
            }
            return result
        }
    }

    /// How early the list first speaks of a name, as a package's or in a relation that is read; nil when it never does.
    package func firstMention(of name: String) throws -> Int? {
        try withBytes { bytes in try layout.find(name, in: bytes) }
    }

    /// The packages that say `Essential: yes`.
    package func essentials() throws -> [PackageRef] {
        try withBytes { bytes in
            try (0..<layout.words(in: .essentials)).map { index in
                try reference(layout.word(index, in: .essentials, of: bytes))
            }
        }
    }

    /// The packages of a priority; looks at every package (under a millisecond for 60,000).
    package func packages(priority: Priority) throws -> [PackageRef] {
        try withBytes { bytes in
            var result: [PackageRef] = []
            for number in 0..<count {
                let flags = try layout.word(number * PackageWord.count + PackageWord.flags, in: .packages, of: bytes)
                let value = flags >> PackageFlags.priorityShift & PackageFlags.priorityMask
                if value == UInt32(priority.rawValue) { result.append(PackageRef(number: UInt32(number))) }
            }
            return result
        }
    }

    /// The name of a package; cheaper than its record.
    package func name(of package: PackageRef) throws -> String { try text(PackageWord.name, of: package) }

    /// The version of a package; cheaper than its record.
    package func version(of package: PackageRef) throws -> String { try text(PackageWord.version, of: package) }

    private func text(_ word: Int, of package: PackageRef) throws -> String {
        try withBytes { bytes in
            let index = Int(package.number) * PackageWord.count + word
            return try layout.text(layout.word(index, in: .packages, of: bytes), in: bytes)
        }
    }

    package func record(_ package: PackageRef) throws -> PackageRecord {
        try withBytes { bytes in try RecordReader(layout, package).record(in: bytes) }
    }

    private func withBytes<Result>(_ body: (borrowing Span<UInt8>) throws -> Result) throws -> Result {
        switch storage {
        case .file(let file): try file.withBytes(body)
        case .memory(let bytes): try body(bytes.span)
        }
    }

    private func reference(_ number: UInt32) throws -> PackageRef {
        guard Int(number) < count else { throw damaged("a package does not exist") }
        return PackageRef(number: number)
    }

    /// The stretch that two words of a name's entry give: where it begins and how long it is.
    private func range(
        _ name: Int, _ word: Int, limit: Int, in bytes: borrowing Span<UInt8>
    ) throws -> Range<Int> {
        let start = Int(try layout.word(name * IndexFormat.nameWords + word, in: .names, of: bytes))
        let length = Int(try layout.word(name * IndexFormat.nameWords + word + 1, in: .names, of: bytes))
        guard start + length <= limit else { throw damaged("a name leads outside the list") }
        return start..<(start + length)
    }
}
