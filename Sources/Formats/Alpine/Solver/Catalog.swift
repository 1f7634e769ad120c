// SPDX-License-Identifier: Apache-2.0

typealias NameID = Int32
typealias PackageID = Int32

/// A constraint whose name is a number.
struct CatalogDependency: Sendable {
    var name: NameID
    var isConflict: Bool
    var comparison: ApkComparison
    var version: TextRange
}

/// Who offers a name, and in which version; without one when the name is only provided as such.
struct Provider: Sendable, Equatable {
    var package: PackageID
    var version: TextRange

    static let none = Provider(package: -1, version: .none)

    var isVersioned: Bool { !version.isEmpty }
}

struct CatalogPackage: Sendable {
    var name: NameID
    var version = TextRange.none
    var identity = TextRange.none
    var architecture = TextRange.none
    /// Stretches of `Catalog.dependencies`.
    var depends = 0..<0
    var provides = 0..<0
    var installIf = 0..<0
    var providerPriority = 0
    /// A bit for each source that offers it.
    var sources: UInt64 = 0
    var isInstalled = false
    /// The tag it is installed with, 0 for none.
    var installedTag = 0
    /// False for what can never be installed: not understood, or for another machine.
    var isInstallable = true
    var fitsMachine = true
    var isMeta = false
    var stanza = TextRange.none
}

/// Lists of numbers by number, one after another in one array.
struct NumberedLists<Element: Sendable>: Sendable {
    private var starts: [Int32]
    private var items: [Element]

    /// Sorts items into lists and keeps their order.
    /// - Parameter filler: any element; none of it is left.
    init(count: Int, _ pairs: [(Int32, Element)]) {
        starts = Array(repeating: 0, count: count + 1)
        for pair in pairs { starts[Int(pair.0) + 1] += 1 }
        for number in 0..<count { starts[number + 1] += starts[number] }
        guard let first = pairs.first else {
            items = []
            return
        }
        items = Array(repeating: first.1, count: pairs.count)
        var next = starts
        for pair in pairs {
            items[Int(next[Int(pair.0)])] = pair.1
            next[Int(pair.0)] += 1
        }
    }

    /// Empty for numbers that came later.
    subscript(number: Int32) -> ArraySlice<Element> {
        if Int(number) + 1 >= starts.count { return [] }
        return items[Int(starts[Int(number)])..<Int(starts[Int(number) + 1])]
    }
}

/// Packages of several sources in the form in which they are resolved: every name is a number, every list a stretch.
///
/// Making it costs one pass over the text of the indexes and nothing for each resolve.
struct Catalog: Sendable {
    private(set) var bytes: [UInt8]
    private(set) var names: TextTable
    let packages: [CatalogPackage]
    let dependencies: [CatalogDependency]
    /// Tags by number; the first is that of sources without one.
    private(set) var tags: [String]
    /// For each tag, a bit for each source that carries it.
    private(set) var sourcesOfTag: [UInt64]
    /// A bit for each source that can be read from now.
    let reachable: UInt64
    /// In the order of the sources and, in each, of its text.
    let providers: NumberedLists<Provider>
    /// Packages with a dependency on the name, conflicts included.
    let dependants: NumberedLists<PackageID>
    /// Names of packages whose `install_if` holds the name.
    let conditionals: NumberedLists<NameID>
    let installed: [PackageID]

    init(
        bytes: [UInt8], names: TextTable, packages: [CatalogPackage], dependencies: [CatalogDependency],
        tags: [String], sourcesOfTag: [UInt64], reachable: UInt64, provisions: [(NameID, Provider)],
        installed: [PackageID]
    ) {
        self.bytes = bytes
        self.names = names
        self.packages = packages
        self.dependencies = dependencies
        self.tags = tags
        self.sourcesOfTag = sourcesOfTag
        self.reachable = reachable
        self.installed = installed
        var dependants: [(Int32, PackageID)] = []
        var conditionals: [(Int32, NameID)] = []
        dependants.reserveCapacity(dependencies.count)
        for (number, package) in packages.enumerated() {
            for place in package.depends { dependants.append((dependencies[place].name, PackageID(number))) }
            for place in package.installIf { conditionals.append((dependencies[place].name, package.name)) }
        }
        let count = names.texts.count
        providers = NumberedLists(count: count, provisions)
        self.dependants = NumberedLists(count: count, dependants)
        self.conditionals = NumberedLists(count: count, conditionals)
    }

    /// Takes a constraint of the world in; a name that nothing has gets a number too.
    mutating func take(_ dependency: ApkDependency) -> CatalogDependency {
        let start = bytes.count
        bytes += dependency.name.utf8
        let version = bytes.count
        bytes += dependency.version.utf8
        let text = bytes
        return CatalogDependency(
            name: names.number(of: start..<version, in: text.span), isConflict: dependency.isConflict,
            comparison: dependency.comparison, version: TextRange(version..<text.count))
    }

    /// The number of a tag, 0 for none; nil when there are too many.
    mutating func tag(_ tag: String?) -> Int? {
        if let known = tags.firstIndex(of: tag ?? "") { return known }
        if tags.count == 64 { return nil }
        tags.append(tag ?? "")
        sourcesOfTag.append(0)
        return tags.count - 1
    }

    func find(_ name: String) -> NameID? { names.find(name.utf8.span, in: bytes.span) }

    func text(_ range: TextRange) -> String { String(decoding: bytes[range.range], as: UTF8.self) }

    func name(_ name: NameID) -> String { text(names.texts[Int(name)]) }

    /// `name-version`, as apk writes a package.
    func title(_ package: PackageID) -> String {
        let entry = packages[Int(package)]
        return name(entry.name) + "-" + text(entry.version)
    }

    func text(_ dependency: CatalogDependency) -> String {
        let version = text(dependency.version)
        return (dependency.isConflict ? "!" : "") + name(dependency.name)
            + (version.isEmpty ? "" : dependency.comparison.description + version)
    }

    func compare(_ left: TextRange, _ right: TextRange) -> Int {
        if left == right { return 0 }
        let span = bytes.span
        return AlpineVersion.compare(span.extracting(left.range), span.extracting(right.range))
    }

    /// Whether the provider meets the constraint of `owner`; `Provider.none` meets what forbids.
    func isMet(_ dependency: CatalogDependency, by provider: Provider, for owner: PackageID?) -> Bool {
        guard provider.package >= 0 else { return dependency.isConflict }
        // A package never stands in its own way.
        if dependency.isConflict, owner == provider.package { return true }
        return admits(dependency, provider) != dependency.isConflict
    }

    private func admits(_ dependency: CatalogDependency, _ provider: Provider) -> Bool {
        let comparison = dependency.comparison
        if comparison.isSuperset(of: .any) { return true }
        let span = bytes.span
        if comparison == .identity {
            let identity = packages[Int(provider.package)].identity.range
            return ApkIdentity.isSame(bytes[identity], bytes[dependency.version.range])
        }
        // A name that is provided without a version meets every comparison, as in apk.
        guard provider.isVersioned else { return true }
        let (left, right) = (span.extracting(provider.version.range), span.extracting(dependency.version.range))
        return comparison.admits(
            comparison.contains(.prefix)
                ? AlpineVersion.compare(left, toPrefix: right) : AlpineVersion.compare(left, right))
    }

    /// The sources that a set of tags opens.
    func sources(tags mask: UInt64) -> UInt64 {
        var found: UInt64 = 0
        for tag in sourcesOfTag.indices where mask & (1 << UInt64(tag)) != 0 { found |= sourcesOfTag[tag] }
        return found
    }

    /// The sources of a package, that of the tag it is installed with included.
    func sources(of package: CatalogPackage) -> UInt64 {
        package.isInstalled ? package.sources | sourcesOfTag[package.installedTag] : package.sources
    }
}
