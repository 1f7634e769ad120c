// SPDX-License-Identifier: Apache-2.0

/// Puts what was decided in the order in which it is done: what a package needs before it, what goes before what
/// takes its place, what `install_if` brings as soon as its conditions are there.
///
/// Works off a list of steps instead of calling itself: a chain of dependencies may be as long as the index.
struct Ordering {
    struct Change {
        let old: PackageID?
        let new: PackageID?
        let cause: Cause
    }

    enum Cause {
        case world(Int)
        case dependency(of: PackageID, Int)
        case installIf(PackageID)
        case installed
    }

    private enum Step {
        case change(NameID, Cause)
        case changeChosen(NameID, Cause)
        case clear(NameID)
        case remove(PackageID)
        case world(Int)
        case dependency(of: PackageID, Int)
        case propagate(to: PackageID, from: PackageID)
        case record(old: PackageID?, new: PackageID?, Cause)
        case installTriggered(NameID)
        case removeTriggered(NameID)
        case countNeeds(PackageID)
        case dropNeed(Int)
    }

    private(set) var deduction: Deduction
    private(set) var changes: [Change] = []
    private var agenda: [Step] = []
    private var installedPackage: [NameID: PackageID] = [:]
    /// Which installed name stands behind a name.
    private var installedName: [NameID: NameID] = [:]
    /// How many dependencies lead to an installed name.
    private var needs: [NameID: Int] = [:]
    private var isProcessed: [Bool]
    private var isRemoved: [Bool]
    private var isChanged: [Bool]

    private var catalog: Catalog { deduction.catalog }

    init(_ deduction: Deduction) {
        self.deduction = deduction
        isProcessed = Array(repeating: false, count: deduction.names.count)
        isRemoved = isProcessed
        isChanged = Array(repeating: false, count: deduction.packages.count)
    }

    mutating func run() {
        for number in catalog.installed { noteInstalled(number) }
        for number in catalog.installed { countNeeds(of: number) }
        for number in catalog.installed {
            removeIfUnneeded(number)
            work()
        }
        for place in deduction.world.indices {
            agenda.append(.world(place))
            work()
        }
        for number in catalog.installed {
            agenda.append(.change(catalog.packages[Int(number)].name, .installed))
            work()
        }
    }

    private mutating func noteInstalled(_ number: PackageID) {
        let package = catalog.packages[Int(number)]
        installedPackage[package.name] = number
        installedName[package.name] = package.name
        for place in package.provides where !catalog.dependencies[place].version.isEmpty {
            installedName[catalog.dependencies[place].name] = package.name
        }
    }

    private func chosen(_ name: NameID) -> PackageID? {
        let package = deduction.names[Int(name)].chosen.package
        return package >= 0 ? package : nil
    }

    private mutating func work() {
        while let step = agenda.popLast() { perform(step) }
    }

    private mutating func then(_ steps: [Step]) { agenda += steps.reversed() }

    private mutating func perform(_ step: Step) {
        switch step {
        case .change(let name, let cause):
            if !isProcessed[Int(name)] { then([.clear(name), .changeChosen(name, cause)]) }
        case .changeChosen(let name, let cause): changeChosen(name, cause)
        case .clear(let name): clear(name)
        case .remove(let number): remove(number)
        case .world(let place): follow(deduction.world[place].dependency, of: nil, .world(place))
        case .dependency(let owner, let place):
            follow(catalog.dependencies[place], of: owner, .dependency(of: owner, place))
        case .propagate(let owner, let number):
            if deduction.packages[Int(number)].hasError { deduction.markError(owner) }
        case .record(let old, let new, let cause): changes.append(Change(old: old, new: new, cause: cause))
        case .installTriggered(let name): installTriggered(name)
        case .removeTriggered(let name): removeTriggered(name)
        case .countNeeds(let number): countNeeds(of: number)
        case .dropNeed(let place): dropNeed(place)
        }
    }
}

// MARK: what comes

extension Ordering {
    private mutating func follow(_ dependency: CatalogDependency, of owner: PackageID?, _ cause: Cause) {
        let provider = deduction.names[Int(dependency.name)].chosen
        if let owner, !catalog.isMet(dependency, by: provider, for: owner) { deduction.markError(owner) }
        var steps = [Step.change(dependency.name, cause)]
        if let owner, provider.package >= 0 { steps.append(.propagate(to: owner, from: provider.package)) }
        then(steps)
    }

    private mutating func changeChosen(_ name: NameID, _ cause: Cause) {
        guard let number = chosen(name), !isChanged[Int(number)] else { return }
        isChanged[Int(number)] = true
        let package = catalog.packages[Int(number)]
        let old = installedPackage[package.name]
        var steps = [Step.clear(package.name)]
        for place in package.provides { steps.append(.clear(catalog.dependencies[place].name)) }
        if let old { steps += conditionals(of: old).map { .removeTriggered($0) } }
        for place in package.depends { steps.append(.dependency(of: number, place)) }
        steps.append(.record(old: old, new: number, cause))
        steps += conditionals(of: number).map { .installTriggered($0) }
        steps.append(.countNeeds(number))
        if let old { steps += drops(of: old) }
        then(steps)
    }

    private mutating func installTriggered(_ name: NameID) {
        guard let number = chosen(name), deduction.names[Int(name)].isSeen, !isProcessed[Int(name)] else { return }
        for place in catalog.packages[Int(number)].installIf {
            let condition = catalog.dependencies[place]
            if !condition.isConflict, !isProcessed[Int(condition.name)] { return }
            let provider = deduction.names[Int(condition.name)].chosen
            if !catalog.isMet(condition, by: provider, for: number) { return }
        }
        then([.change(name, .installIf(number))])
    }

    /// Names of packages that are installed when this one and others are.
    private func conditionals(of number: PackageID) -> [NameID] {
        let package = catalog.packages[Int(number)]
        var found = Array(catalog.conditionals[package.name])
        for place in package.provides { found += catalog.conditionals[catalog.dependencies[place].name] }
        return found
    }
}

// MARK: what goes

extension Ordering {
    /// Makes room for who has the name from now on.
    private mutating func clear(_ name: NameID) {
        if isProcessed[Int(name)] { return }
        isProcessed[Int(name)] = true
        var steps: [Step] = []
        if let old = installedPackage[name], chosen(name).map({ catalog.packages[Int($0)].name }) != name {
            steps.append(.remove(old))
        }
        for provider in catalog.providers[name] {
            let own = catalog.packages[Int(provider.package)].name
            if installedPackage[own] == provider.package, chosen(own) == nil { steps.append(.remove(provider.package)) }
        }
        then(steps)
    }

    private mutating func remove(_ number: PackageID) {
        let package = catalog.packages[Int(number)]
        if isChanged[Int(number)] { return }
        if let new = chosen(package.name), catalog.packages[Int(new)].name == package.name { return }
        isRemoved[Int(package.name)] = true
        isChanged[Int(number)] = true
        var steps: [Step] = installedDependants(of: number).map { .remove($0) }
        steps += conditionals(of: number).map { .removeTriggered($0) }
        steps.append(.record(old: number, new: nil, .installed))
        then(steps + drops(of: number))
    }

    private func installedDependants(of number: PackageID) -> [PackageID] {
        let package = catalog.packages[Int(number)]
        var provisions = [Provider(package: number, version: package.version)]
        var names = [package.name]
        for place in package.provides where !names.contains(catalog.dependencies[place].name) {
            names.append(catalog.dependencies[place].name)
            provisions.append(Provider(package: number, version: catalog.dependencies[place].version))
        }
        return zip(names, provisions).flatMap { name, provision in
            catalog.dependants[name].filter { dependant in
                let other = catalog.packages[Int(dependant)]
                return other.isInstalled
                    && other.depends.contains { place in
                        let dependency = catalog.dependencies[place]
                        return dependency.name == name && catalog.isMet(dependency, by: provision, for: dependant)
                    }
            }
        }
    }

    private mutating func removeTriggered(_ name: NameID) {
        guard let number = installedPackage[name], chosen(name) == nil else { return }
        if isProcessed[Int(name)] || isRemoved[Int(name)] { return }
        let isOver = catalog.packages[Int(number)].installIf.contains { place in
            let condition = catalog.dependencies[place].name
            return isRemoved[Int(condition)] && chosen(condition) == nil
        }
        if isOver { removeIfUnneeded(number) }
    }

    private mutating func removeIfUnneeded(_ number: PackageID) {
        let name = catalog.packages[Int(number)].name
        if needs[name, default: 0] == 0, chosen(name) == nil { agenda.append(.remove(number)) }
    }

    private mutating func countNeeds(of number: PackageID) {
        for place in catalog.packages[Int(number)].depends {
            let dependency = catalog.dependencies[place]
            guard !dependency.isConflict, let name = installedName[dependency.name] else { continue }
            needs[name, default: 0] += 1
        }
    }

    private func drops(of number: PackageID) -> [Step] { catalog.packages[Int(number)].depends.map { .dropNeed($0) } }

    private mutating func dropNeed(_ place: Int) {
        let dependency = catalog.dependencies[place]
        guard !dependency.isConflict, let name = installedName[dependency.name] else { return }
        needs[name, default: 0] -= 1
        if needs[name, default: 0] > 0 { return }
        if let number = installedPackage[dependency.name] { then([.remove(number)]) }
    }
}
