// SPDX-License-Identifier: Apache-2.0

extension Deduction {
    /// Looks at the candidates of a name again: some may have become impossible, and what the rest agree on follows.
    mutating func reconsider(_ name: NameID) {
        let checksDependencies = names[Int(name)].recheckDependencies
        let checksConditions = names[Int(name)].recheckConditions
        names[Int(name)].recheckDependencies = false
        names[Int(name)].recheckConditions = false
        var merge = Merge(name: name)
        for provider in catalog.providers[name] where budget >= 0 {
            let number = provider.package
            budget -= 1
            packages[Int(number)].isMerged = false
            if checksDependencies { strikeOutIfBroken(number) }
            guard packages[Int(number)].isSelectable else { continue }
            if checksConditions { checkConditions(of: number) }
            let state = packages[Int(number)]
            merge.isTriggered = merge.isTriggered || state.isTriggered
            merge.cannotTrigger = merge.cannotTrigger && state.cannotTrigger
            if names[Int(name)].requirers > 0 { add(provider, to: &merge) }
        }
        let wasSelectable = names[Int(name)].isSelectable
        names[Int(name)].hasOptions = merge.count > 1 || merge.hasClosedTag
        names[Int(name)].isTriggered = merge.isTriggered
        names[Int(name)].cannotTrigger = merge.cannotTrigger
        names[Int(name)].isSelectable = merge.isTriggered || merge.isSelectable
        if let first = merge.first { follow(merge, first) }
        names[Int(name)].areDependantsDone = catalog.dependants[name].allSatisfy { isDone(with: $0) }
        enqueue(name, again: names[Int(name)].isSelectable != wasSelectable)
    }

    /// What the candidates of a name have in common.
    private struct Merge {
        let name: NameID
        var first: PackageID?
        var count: Int32 = 0
        var hasClosedTag = false
        var isTriggered = false
        var cannotTrigger = true
        var isSelectable = false
    }

    private func isDone(with dependant: PackageID) -> Bool {
        let package = catalog.packages[Int(dependant)]
        func isDone(_ name: NameID) -> Bool { !names[Int(name)].isSeen || names[Int(name)].isLocked }
        return isDone(package.name) && package.provides.allSatisfy { isDone(catalog.dependencies[$0].name) }
    }

    private mutating func strikeOutIfBroken(_ number: PackageID) {
        guard packages[Int(number)].isSelectable else { return }
        for place in catalog.packages[Int(number)].depends where !canHold(catalog.dependencies[place], of: number) {
            return strikeOut(number)
        }
    }

    /// Whether all conditions of `install_if` hold, as far as they are decided.
    private mutating func checkConditions(of number: PackageID) {
        let conditions = catalog.packages[Int(number)].installIf
        if !packages[Int(number)].isTriggered, !packages[Int(number)].cannotTrigger {
            settleConditions(of: number, conditions)
        }
        guard packages[Int(number)].isTriggered else { return }
        for place in conditions {
            let chosen = names[Int(catalog.dependencies[place].name)].chosen.package
            if chosen >= 0 { inherit(number, from: chosen) }
        }
    }

    private mutating func settleConditions(of number: PackageID, _ conditions: Range<Int>) {
        for place in conditions {
            let condition = catalog.dependencies[place]
            let state = names[Int(condition.name)]
            guard state.isLocked else {
                if condition.isConflict {
                    names[Int(condition.name)].isAwaited = true
                    enqueue(condition.name)
                }
                return
            }
            guard catalog.isMet(condition, by: state.chosen, for: number) else {
                packages[Int(number)].cannotTrigger = true
                return
            }
        }
        packages[Int(number)].isTriggered = true
    }

    /// Counts on every name how many candidates, without a gap, depend on it or provide it.
    private mutating func add(_ provider: Provider, to merge: inout Merge) {
        let number = provider.package
        let package = catalog.packages[Int(number)]
        budget -= package.depends.count + package.provides.count + 1
        packages[Int(number)].isMerged = true
        if merge.first == nil { merge.first = number }
        for place in package.depends {
            let dependency = catalog.dependencies[place]
            guard !dependency.isConflict, names[Int(dependency.name)].mergedDependencies == merge.count else {
                continue
            }
            names[Int(dependency.name)].mergedDependencies += 1
        }
        countProvision(of: package.name, isVirtual: !provider.isVersioned, merge.count)
        for place in package.provides {
            let provision = catalog.dependencies[place]
            countProvision(of: provision.name, isVirtual: provision.version.isEmpty, merge.count)
        }
        if !packages[Int(number)].isTagAllowed { merge.hasClosedTag = true }
        if canBeTaken(provider) { merge.isSelectable = true }
        merge.count += 1
    }

    private mutating func countProvision(of name: NameID, isVirtual: Bool, _ count: Int32) {
        guard names[Int(name)].mergedProvisions == count else { return }
        names[Int(name)].mergedProvisions += 1
        if isVirtual { names[Int(name)].mergedVirtually = true }
    }

    /// A name without a version is not filled by whoever provides it, unless that one is ranked or asked for anyway.
    func canBeTaken(_ provider: Provider) -> Bool {
        if provider.isVersioned { return true }
        let package = catalog.packages[Int(provider.package)]
        return package.providerPriority != 0 || names[Int(package.name)].requirers > 0
    }
}

// MARK: what follows

extension Deduction {
    private mutating func follow(_ merge: Merge, _ first: PackageID) {
        for provider in catalog.providers[merge.name] {
            packages[Int(provider.package)].wasMerged = packages[Int(provider.package)].isMerged
        }
        let package = catalog.packages[Int(first)]
        for place in package.depends {
            let dependency = catalog.dependencies[place]
            let isCommon = names[Int(dependency.name)].mergedDependencies == merge.count
            names[Int(dependency.name)].mergedDependencies = 0
            guard isCommon else { continue }
            if merge.count == 1 {
                apply(dependency, of: first)
            } else if names[Int(dependency.name)].requirers == 0 {
                // All need the name, though perhaps in different versions.
                names[Int(dependency.name)].requirers += 1
                noteDemand(for: dependency.name)
                for provider in catalog.providers[dependency.name] { inherit(provider.package, from: first) }
            }
        }
        excludeOthers(merge, package.name)
        for place in package.provides { excludeOthers(merge, catalog.dependencies[place].name) }
        names[Int(package.name)].mergedVirtually = false
        for place in package.provides { names[Int(catalog.dependencies[place].name)].mergedVirtually = false }
    }

    /// When every candidate of a name also provides another one, who provides only the other is out.
    private mutating func excludeOthers(_ merge: Merge, _ name: NameID) {
        let isCommon = names[Int(name)].mergedProvisions == merge.count
        names[Int(name)].mergedProvisions = 0
        guard isCommon, name != merge.name else { return }
        let sparesVirtual = names[Int(name)].mergedVirtually
        budget -= catalog.providers[name].count
        for provider in catalog.providers[name] {
            let number = provider.package
            let package = catalog.packages[Int(number)]
            if package.name == merge.name || !packages[Int(number)].isSelectable { continue }
            if sparesVirtual, !provider.isVersioned { continue }
            let isSpared = package.provides.contains { place in
                let provision = catalog.dependencies[place]
                return provision.name == merge.name || (sparesVirtual && provision.version.isEmpty)
            }
            if !isSpared { strikeOut(number) }
        }
    }
}
