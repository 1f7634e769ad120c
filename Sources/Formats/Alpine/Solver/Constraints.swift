// SPDX-License-Identifier: Apache-2.0

extension Deduction {
    /// Lets a constraint hold: candidates that do not meet it are struck out.
    /// - Parameters:
    ///   - owner: nil for the world.
    ///   - tag: of the world's constraint.
    mutating func apply(_ dependency: CatalogDependency, of owner: PackageID?, tag: Int = 0) {
        let name = dependency.name
        if !dependency.isConflict {
            names[Int(name)].requirers += 1
            if names[Int(name)].requirers == 1 { noteDemand(for: name) }
        }
        budget -= catalog.providers[name].count + 1
        for provider in catalog.providers[name] {
            let package = provider.package
            if catalog.isMet(dependency, by: provider, for: owner) {
                inherit(package, from: owner, tag: tag)
                if packages[Int(package)].conflicts > 0, packages[Int(package)].isSelectable { strikeOut(package) }
            } else {
                packages[Int(package)].conflicts += 1
                if packages[Int(package)].isSelectable { strikeOut(package) }
            }
        }
    }

    /// A name is asked for, for the first time.
    mutating func noteDemand(for name: NameID) {
        enqueue(name)
        recheckConditions(on: name)
        makeDirty(name)
    }

    /// A package takes over tags and preferences of who asks for it.
    mutating func inherit(_ number: PackageID, from owner: PackageID?, tag: Int = 0) {
        var state = packages[Int(number)]
        let sources = catalog.sources(of: catalog.packages[Int(number)])
        if let owner {
            let asker = packages[Int(owner)]
            state.preference.formUnion(asker.inherited)
            state.inherited.formUnion(asker.inherited)
            state.allowedTags |= asker.allowedTags
        } else {
            state.preference.formUnion(request.preference)
            state.inherited.formUnion(request.preference)
            state.allowedTags |= 1 << UInt64(tag)
            state.isTagPreferred = sources & catalog.sources(tags: 1 << UInt64(tag)) != 0
        }
        if sources & catalog.sources(tags: state.allowedTags) != 0 { state.isTagAllowed = true }
        packages[Int(number)] = state
    }

    /// The package cannot be installed any more.
    mutating func strikeOut(_ number: PackageID) {
        packages[Int(number)].isSelectable = false
        let package = catalog.packages[Int(number)]
        recheckDependants(of: package.name)
        for place in package.provides { recheckDependants(of: catalog.dependencies[place].name) }
        recheckConditions(onNamesOf: package)
    }

    mutating func recheckDependants(of name: NameID) {
        for dependant in catalog.dependants[name] where budget >= 0 {
            let package = catalog.packages[Int(dependant)]
            budget -= package.provides.count + 1
            recheckDependencies(package.name)
            for place in package.provides { recheckDependencies(catalog.dependencies[place].name) }
        }
    }

    private mutating func recheckDependencies(_ name: NameID) {
        guard names[Int(name)].isSeen else { return }
        names[Int(name)].recheckDependencies = true
        makeDirty(name)
    }

    mutating func recheckConditions(on name: NameID) {
        budget -= catalog.conditionals[name].count
        for conditional in catalog.conditionals[name] {
            let state = names[Int(conditional)]
            guard state.isSeen, !state.cannotTrigger else { continue }
            names[Int(conditional)].recheckConditions = true
            makeDirty(conditional)
        }
    }

    mutating func recheckConditions(onNamesOf package: CatalogPackage) {
        recheckConditions(on: package.name)
        for place in package.provides { recheckConditions(on: catalog.dependencies[place].name) }
    }

    mutating func makeDirty(_ name: NameID) {
        let state = names[Int(name)]
        if state.isDirty || state.isLocked || (state.requirers == 0 && !state.recheckConditions) { return }
        names[Int(name)].isDirty = true
        dirty.append(name)
    }

    /// Puts a name where it is decided in time; nothing happens while nobody wants it.
    mutating func enqueue(_ name: NameID, again: Bool = false) {
        var state = names[Int(name)]
        if state.isLocked { return }
        let isUrgent =
            state.areDependantsDone && state.requirers > 0 && state.isSelectable && !state.hasOptions
        switch state.queue {
        case .now: return
        case .none: if state.requirers == 0, !state.isTriggered, !state.isAwaited { return }
        case .selectable, .waiting: if !isUrgent, !again { return }
        }
        state.queue = isUrgent ? .now : state.isSelectable ? .selectable : .waiting
        names[Int(name)].queue = state.queue
        switch state.queue {
        case .now: urgent.append(name)
        case .selectable: selectable.push(name, order: state.order)
        default: waiting.push(name, order: state.order)
        }
    }

    /// Whether a dependency can still be met.
    mutating func canHold(_ dependency: CatalogDependency, of owner: PackageID) -> Bool {
        let state = names[Int(dependency.name)]
        if state.isLocked { return catalog.isMet(dependency, by: state.chosen, for: owner) }
        if state.requirers == 0, dependency.isConflict { return true }
        for provider in catalog.providers[dependency.name] where budget >= 0 {
            budget -= 1
            if packages[Int(provider.package)].isSelectable,
                catalog.isMet(dependency, by: provider, for: owner)
            {
                return true
            }
        }
        return budget < 0
    }
}
