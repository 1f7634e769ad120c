// SPDX-License-Identifier: Apache-2.0

extension Deduction {
    private enum Step {
        case name(NameID)
        case package(PackageID)
        /// All that the name leads to is known: it gets its place in the order of decisions.
        case number(NameID)
    }

    /// Finds everything that can follow from a name: candidates, what they depend on, what they provide, and what is
    /// installed with them. Works off a list of steps, so that a long chain costs memory and not the stack.
    mutating func discover(_ name: NameID) {
        var agenda: [Step] = [.name(name)]
        while let step = agenda.popLast() {
            switch step {
            case .name(let name):
                if names[Int(name)].isSeen { continue }
                names[Int(name)].isSeen = true
                agenda += steps(from: name).reversed()
            case .package(let package):
                if packages[Int(package)].isSeen { continue }
                prepare(package)
                for place in catalog.packages[Int(package)].depends.reversed() {
                    agenda.append(.name(catalog.dependencies[place].name))
                }
            case .number(let name): number(name)
            }
        }
    }

    private func steps(from name: NameID) -> [Step] {
        let providers = catalog.providers[name]
        var steps: [Step] = providers.map { .package($0.package) }
        func add(_ name: NameID) {
            if !names[Int(name)].isSeen { steps.append(.name(name)) }
        }
        catalog.conditionals[name].forEach(add)
        for provider in providers {
            let package = catalog.packages[Int(provider.package)]
            catalog.conditionals[package.name].forEach(add)
            for place in package.provides { add(catalog.dependencies[place].name) }
        }
        steps.append(.number(name))
        for provider in providers {
            for place in catalog.packages[Int(provider.package)].installIf {
                add(catalog.dependencies[place].name)
            }
        }
        return steps
    }

    private mutating func number(_ name: NameID) {
        let providers = catalog.providers[name]
        lastOrder += 1
        var order = lastOrder
        if names[Int(name)].isMarked { order |= 1 << 31 }
        if providers.contains(where: { catalog.packages[Int($0.package)].name == name }) { order |= 1 << 30 }
        names[Int(name)].order = order
        names[Int(name)].cannotTrigger = providers.allSatisfy { packages[Int($0.package)].cannotTrigger }
    }

    private mutating func prepare(_ number: PackageID) {
        let package = catalog.packages[Int(number)]
        let sources = catalog.sources(of: package)
        var state = packages[Int(number)]
        state.isSeen = true
        state.isAvailable = package.sources & catalog.reachable != 0
        state.isSelectable =
            package.isInstallable && (state.isAvailable || package.isMeta || package.isInstalled)
        state.cannotTrigger =
            package.installIf.isEmpty || (request.preference.contains(.available) && !state.isAvailable)
        state.isTagPreferred = package.isMeta || sources & defaultSources != 0
        state.isTagAllowed = state.isTagPreferred || package.isInstalled
        packages[Int(number)] = state
    }
}
