// SPDX-License-Identifier: Apache-2.0
import PlinthCore

/// Reads sources into a catalog.
struct CatalogBuilder {
    private let architecture: String
    private var bytes: [UInt8] = []
    private var names: TextTable
    /// Identities, and the package of each, to find the same package in two sources.
    private var identities: TextTable
    private var identityBytes: [UInt8] = []
    private var packageOfIdentity: [PackageID] = []
    private var packages: [CatalogPackage] = []
    private var dependencies: [CatalogDependency] = []
    private var provisions: [(NameID, Provider)] = []
    private var tags = [""]
    private var sourcesOfTag: [UInt64] = [0]
    private var reachable: UInt64 = 0
    private var installed: [PackageID] = []

    /// - Parameter architecture: in apk's words, such as `x86_64`; packages for another cannot be installed.
    init(architecture: String, textSize: Int) {
        self.architecture = architecture
        names = TextTable(capacity: textSize / 80)
        identities = TextTable(capacity: textSize / 400)
        bytes.reserveCapacity(textSize)
        packages.reserveCapacity(textSize / 400)
        dependencies.reserveCapacity(textSize / 50)
        provisions.reserveCapacity(textSize / 80)
    }

    /// The number of a tag; nil when there are too many.
    mutating func tag(_ tag: String?) -> Int? {
        if let known = tags.firstIndex(of: tag ?? "") { return known }
        if tags.count == 64 { return nil }
        tags.append(tag ?? "")
        sourcesOfTag.append(0)
        return tags.count - 1
    }

    /// The installed set comes before the repositories.
    /// - Parameter number: of the repository, below 64; nil for the installed set.
    /// - Throws: `Problem` with code `apk.syntax`.
    mutating func add(_ source: ApkSource, number: Int?) throws(Problem) {
        var bit: UInt64 = 0
        if let number, let tag = tag(source.tag) {
            bit = 1 << UInt64(number)
            sourcesOfTag[tag] |= bit
            if source.isReachable { reachable |= bit }
        }
        let start = bytes.count
        guard start + source.text.count < Int(UInt32.max) / 2 else {
            throw Problem("apk.syntax", "A list of packages is too long", at: source.label)
        }
        bytes += source.text
        var reader = StanzaReader(place: source.label, offset: start)
        // The text does not change while it is read: the spans are of a copy that shares it.
        let text = bytes
        while let stanza = try reader.next(text.span) { add(stanza, text, bit, number == nil) }
    }

    func finish() -> Catalog {
        Catalog(
            bytes: bytes, names: names, packages: packages, dependencies: dependencies, tags: tags,
            sourcesOfTag: sourcesOfTag, reachable: reachable, provisions: provisions, installed: installed)
    }

    private mutating func add(_ stanza: Stanza, _ text: [UInt8], _ bit: UInt64, _ isInstalled: Bool) {
        if let known = twin(of: stanza, text) {
            packages[Int(known)].sources |= bit
            if isInstalled { markInstalled(known, stanza, text) }
            return
        }
        let number = PackageID(packages.count)
        let span = text.span
        var package = CatalogPackage(name: names.number(of: stanza.name.range, in: span))
        package.version = stanza.version
        package.identity = stanza.identity
        package.architecture = stanza.architecture
        package.providerPriority = decimal(text[stanza.priority.range])
        package.isMeta = decimal(text[stanza.installedSize.range]) == 0
        package.sources = bit
        package.stanza = TextRange(stanza.whole)
        package.fitsMachine = fits(text[stanza.architecture.range])
        package.isInstallable = stanza.isUnderstood && package.fitsMachine
        provisions.append((package.name, Provider(package: number, version: stanza.version)))
        readLists(stanza, text, number, &package)
        packages.append(package)
        if isInstalled { markInstalled(number, stanza, text) }
    }

    private mutating func readLists(
        _ stanza: Stanza, _ text: [UInt8], _ number: PackageID, _ package: inout CatalogPackage
    ) {
        // What we cannot read of a dependency makes the package unfit; a rule we cannot read never holds.
        var isWhole = true
        package.depends = read(stanza, UInt8(ascii: "D"), text, &isWhole)
        if !isWhole { package.isInstallable = false }
        isWhole = true
        package.installIf = read(stanza, UInt8(ascii: "i"), text, &isWhole)
        if !isWhole { package.installIf = 0..<0 }
        package.provides = read(stanza, UInt8(ascii: "p"), text, &isWhole)
        for place in package.provides {
            let entry = dependencies[place]
            provisions.append((entry.name, Provider(package: number, version: entry.version)))
        }
    }

    private mutating func read(
        _ stanza: Stanza, _ letter: UInt8, _ text: [UInt8], _ isWhole: inout Bool
    ) -> Range<Int> {
        let start = dependencies.count
        let span = text.span
        for list in stanza.lists where list.letter == letter {
            var rest = list.value.range
            while let word = nextWord(span, rest) {
                rest = word.upperBound..<rest.upperBound
                guard let parts = try? DependencyText(span, word), parts.tag == nil else {
                    isWhole = false
                    continue
                }
                dependencies.append(
                    CatalogDependency(
                        name: names.number(of: parts.name, in: span), isConflict: parts.isConflict,
                        comparison: parts.comparison, version: TextRange(parts.version)))
            }
        }
        return start..<dependencies.count
    }

    private mutating func markInstalled(_ number: PackageID, _ stanza: Stanza, _ text: [UInt8]) {
        if packages[Int(number)].isInstalled { return }
        packages[Int(number)].isInstalled = true
        let tag = stanza.tag.isEmpty ? nil : String(decoding: text[stanza.tag.range], as: UTF8.self)
        packages[Int(number)].installedTag = self.tag(tag) ?? 0
        installed.append(number)
    }

    /// The package with the same identity, of this source or another one. As in apk nothing else is looked at.
    private mutating func twin(of stanza: Stanza, _ text: [UInt8]) -> PackageID? {
        if stanza.identity.isEmpty { return nil }
        let start = identityBytes.count
        identityBytes += text[stanza.identity.range]
        ApkIdentity.normalise(&identityBytes, from: start)
        let all = identityBytes
        let slot = Int(identities.number(of: start..<all.count, in: all.span))
        if slot < packageOfIdentity.count { return packageOfIdentity[slot] }
        // The package that is added next.
        packageOfIdentity.append(PackageID(packages.count))
        return nil
    }

    private func fits(_ found: ArraySlice<UInt8>) -> Bool {
        found.isEmpty || found.elementsEqual(architecture.utf8) || found.elementsEqual("noarch".utf8)
    }
}

/// Digits as a number, as far as it goes.
private func decimal(_ digits: ArraySlice<UInt8>) -> Int {
    var value = 0
    for digit in digits where digit &- UInt8(ascii: "0") < 10 && value < 1 << 40 {
        value = value * 10 + Int(digit - UInt8(ascii: "0"))
    }
    return value
}
