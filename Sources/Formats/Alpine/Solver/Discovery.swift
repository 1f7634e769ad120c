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
    ///
    /// In a real index one name mostly leads to all others, so this is most of the cost of a resolve.
    mutating func discover(_ name: NameID) {
        var agenda: [Step] = [.name(name)]
        while let step = agenda.popLast() {
            switch step {
            case .name(let name):
                if names[Int(name)].isSeen { continue }
                names[Int(name)].isSeen = true
                plan(name, &agenda)
            case .package(let package):
                if packages[Int(package)].isSeen { continue }
                prepare(package)
                push(catalog.packages[Int(package)].depends, &agenda)
            case .number(let name): number(name)
            }
        }
    }

    /// What is to be done for a name; what comes first is put down last.
    private func plan(_ name: NameID, _ agenda: inout [Step]) {
        let providers = catalog.providers[name]
        for provider in providers.reversed() { push(catalog.packages[Int(provider.package)].installIf, &agenda) }
        agenda.append(.number(name))
        for provider in providers.reversed() {
            push(catalog.packages[Int(provider.package)].provides, &agenda)
            let own = catalog.packages[Int(provider.package)].name
            if own != name { pushConditionals(of: own, &agenda) }
        }
        pushConditionals(of: name, &agenda)
        for provider in providers.reversed() where !packages[Int(provider.package)].isSeen {
            agenda.append(.package(provider.package))
        }
    }

    private func push(_ dependencies: Range<Int>, _ agenda: inout [Step]) {
        for place in dependencies.reversed() {
            let name = catalog.dependencies[place].name
            if !names[Int(name)].isSeen { agenda.append(.name(name)) }
        }
    }

    private func pushConditionals(of name: NameID, _ agenda: inout [Step]) {
        for conditional in catalog.conditionals[name].reversed() where !names[Int(conditional)].isSeen {
            agenda.append(.name(conditional))
        }
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
