// SPDX-License-Identifier: Apache-2.0

extension ApkConflict {
    /// Looks at what was chosen for everything that does not hold.
    init(_ answer: Answer) {
        var report = ConflictReport(answer)
        report.run()
        requests = answer.deduction.world.map { answer.deduction.request.world[$0.index] }
        items = report.items
    }
}

/// Goes through an answer and writes down what is wrong with it.
private struct ConflictReport {
    let answer: Answer
    let catalog: Catalog
    let chosen: [PackageID]
    let isChosen: Set<PackageID>
    private var known: Set<NameID>
    private(set) var items: [ApkConflict.Item] = []

    init(_ answer: Answer) {
        self.answer = answer
        let catalog = answer.catalog
        self.catalog = catalog
        chosen = answer.ordering.changes.compactMap(\.new)
        isChosen = Set(chosen)
        known = []
        for number in chosen {
            let package = catalog.packages[Int(number)]
            known.insert(package.name)
            for place in package.provides { known.insert(catalog.dependencies[place].name) }
        }
    }

    mutating func run() {
        for entry in answer.deduction.world { look(at: entry.dependency) }
        for number in chosen where items.count < 1000 {
            look(at: number)
            for place in catalog.packages[Int(number)].depends { look(at: catalog.dependencies[place]) }
        }
    }

    /// A name that is asked for and that nothing chosen has.
    private mutating func look(at dependency: CatalogDependency) {
        let name = dependency.name
        guard !dependency.isConflict, known.insert(name).inserted else { return }
        let needed = ApkConflict.Fact(kind: .requiredBy, values: requirers(of: name))
        let providers = providers(of: name)
        if providers.isEmpty {
            items.append(.init(subject: .missing(catalog.name(name)), facts: [needed]))
        } else {
            let offered = ApkConflict.Fact(
                kind: .providedBy, values: providers.map { .init(owner: .named($0), dependency: nil) })
            items.append(.init(subject: .virtual(catalog.name(name)), facts: [offered, needed]))
        }
    }

    /// Names of packages of which every version provides it, else the versions.
    private func providers(of name: NameID) -> [String] {
        let providers = catalog.providers[name]
        let counts = Dictionary(grouping: providers) { catalog.packages[Int($0.package)].name }.mapValues(\.count)
        var found: [String] = []
        var done: Set<NameID> = []
        for provider in providers {
            let own = catalog.packages[Int(provider.package)].name
            if counts[own] != catalog.providers[own].count {
                found.append(catalog.title(provider.package))
            } else if done.insert(own).inserted {
                found.append(catalog.name(own))
            }
        }
        return found
    }

    private func requirers(of name: NameID) -> [ApkConflict.Reference] {
        var found = worldReferences { $0.name == name && !$0.isConflict }
        for dependant in dependants(of: [name]) {
            let wish = catalog.packages[Int(dependant)].depends.first { place in
                catalog.dependencies[place].name == name && !catalog.dependencies[place].isConflict
            }
            if let wish { found.append(reference(dependant, catalog.dependencies[wish])) }
        }
        return found
    }

    private func worldReferences(_ isMeant: (CatalogDependency) -> Bool) -> [ApkConflict.Reference] {
        answer.deduction.world.filter { isMeant($0.dependency) }.map { entry in
            .init(owner: .world, dependency: answer.deduction.request.world[entry.index].description)
        }
    }

    private func reference(_ owner: PackageID, _ dependency: CatalogDependency) -> ApkConflict.Reference {
        .init(owner: .named(catalog.title(owner)), dependency: catalog.text(dependency))
    }

    /// Chosen packages that speak of one of the names, each once.
    private func dependants(of names: [NameID]) -> [PackageID] {
        var seen: Set<PackageID> = []
        return names.flatMap { name in
            catalog.dependants[name].filter { isChosen.contains($0) && seen.insert($0).inserted }
        }
    }
}

// MARK: packages

extension ConflictReport {
    private mutating func look(at number: PackageID) {
        var facts = fitness(of: number)
        let clashes = clashes(of: number)
        if !clashes.isEmpty { facts.append(.init(kind: .conflicts, values: clashes)) }
        let broken = constraints(on: number, met: false)
        if !broken.isEmpty { facts.append(.init(kind: .breaks, values: broken)) }
        if facts.isEmpty { return }
        let met = constraints(on: number, met: true)
        if !met.isEmpty { facts.append(.init(kind: .satisfies, values: met)) }
        items.append(.init(subject: .package(catalog.title(number)), facts: facts))
    }

    private func fitness(of number: PackageID) -> [ApkConflict.Fact] {
        let package = catalog.packages[Int(number)]
        if package.isInstalled { return [] }
        if !package.isInstallable {
            let facts = [ApkConflict.Fact(kind: .uninstallable, values: [])]
            if package.fitsMachine { return facts }
            let architecture = catalog.text(package.architecture)
            return facts + [.init(kind: .architecture, values: [.init(owner: .named(architecture), dependency: nil)])]
        }
        if package.sources & catalog.reachable == 0 { return package.isMeta ? [] : [.init(kind: .masked, values: [])] }
        let tag = UInt64(answer.tagNumber(of: number))
        if package.sources & catalog.sources(tags: 1 | 1 << tag) != 0 { return [] }
        let tags = catalog.sourcesOfTag.indices.filter { catalog.sourcesOfTag[$0] & package.sources != 0 }
        return [
            .init(kind: .masked, values: tags.map { .init(owner: .named("@" + catalog.tags[$0]), dependency: nil) })
        ]
    }

    /// Who else in the set has one of its names.
    private func clashes(of number: PackageID) -> [ApkConflict.Reference] {
        let package = catalog.packages[Int(number)]
        var found: [ApkConflict.Reference] = []
        for provider in catalog.providers[package.name]
        where provider.package != number && isChosen.contains(provider.package) {
            found.append(.init(owner: .named(catalog.title(provider.package)), dependency: nil))
        }
        for place in package.provides {
            let provision = catalog.dependencies[place]
            var isOwn = true
            for provider in catalog.providers[provision.name] where isChosen.contains(provider.package) {
                if provision.version.isEmpty, !provider.isVersioned { continue }
                if isOwn, provider.package == number, provider.version == provision.version {
                    isOwn = false
                    continue
                }
                found.append(reference(provider.package, provision))
            }
        }
        return found
    }

    /// Constraints of the world and of chosen packages that speak of the package.
    private func constraints(on number: PackageID, met: Bool) -> [ApkConflict.Reference] {
        let package = catalog.packages[Int(number)]
        var found = worldReferences { isMet($0, by: number, for: nil) == met }
        let names = [package.name] + package.provides.map { catalog.dependencies[$0].name }
        for dependant in dependants(of: names) {
            for place in catalog.packages[Int(dependant)].depends {
                let dependency = catalog.dependencies[place]
                if isMet(dependency, by: number, for: dependant) == met {
                    found.append(reference(dependant, dependency))
                }
            }
        }
        return found
    }

    /// Nil when the constraint does not speak of the package.
    private func isMet(_ dependency: CatalogDependency, by number: PackageID, for owner: PackageID?) -> Bool? {
        let package = catalog.packages[Int(number)]
        var version: TextRange?
        if dependency.name == package.name {
            version = package.version
        } else if let place = package.provides.first(where: { catalog.dependencies[$0].name == dependency.name }) {
            version = catalog.dependencies[place].version
        }
        return version.map { catalog.isMet(dependency, by: Provider(package: number, version: $0), for: owner) }
    }
}
