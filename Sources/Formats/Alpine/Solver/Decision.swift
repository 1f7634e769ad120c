// SPDX-License-Identifier: Apache-2.0

extension Deduction {
    /// Takes the best candidate of a name, or none, for good.
    mutating func decide(_ name: NameID) {
        guard let best = bestCandidate(of: name) else {
            lock(name, to: .none)
            if names[Int(name)].requirers > 0 { errorCount += 1 }
            return
        }
        let number = best.package
        if !packages[Int(number)].isSelectable || !packages[Int(number)].isTagAllowed { markError(number) }
        let package = catalog.packages[Int(number)]
        lock(package.name, to: Provider(package: number, version: package.version))
        for place in package.provides {
            let provision = catalog.dependencies[place]
            lock(provision.name, to: Provider(package: number, version: provision.version))
        }
        for place in package.depends { apply(catalog.dependencies[place], of: number) }
    }

    private func bestCandidate(of name: NameID) -> Provider? {
        let state = names[Int(name)]
        guard state.requirers > 0 || state.isTriggered else { return nil }
        var best: Provider?
        for provider in catalog.providers[name] where canBeChosen(provider, state) {
            guard let other = best else {
                best = provider
                continue
            }
            if isBetter(provider, than: other) { best = provider }
        }
        return best
    }

    private func canBeChosen(_ provider: Provider, _ name: NameState) -> Bool {
        let state = packages[Int(provider.package)]
        // Nobody asks for it: then only `install_if` brings it, if everything is in order.
        if name.requirers == 0, !state.isTriggered || !state.isTagAllowed || !state.isSelectable { return false }
        return canBeTaken(provider)
    }

    mutating func markError(_ number: PackageID) {
        if number < 0 || packages[Int(number)].hasError { return }
        packages[Int(number)].hasError = true
        errorCount += 1
    }

    private mutating func lock(_ name: NameID, to provider: Provider) {
        if names[Int(name)].isLocked { return noteClash(name, provider) }
        names[Int(name)].isLocked = true
        names[Int(name)].chosen = provider
        names[Int(name)].queue = .none
        names[Int(name)].isDirty = false
        if provider.package >= 0 { demandConditions(of: provider.package, for: name) }
        for other in catalog.providers[name] where other.package != provider.package {
            // Several may provide a name without a version; with a version only one.
            if provider.isVersioned || other.isVersioned { strikeOut(other.package) }
        }
        recheckDependants(of: name)
        if provider.package >= 0 {
            recheckConditions(onNamesOf: catalog.packages[Int(provider.package)])
        } else {
            recheckConditions(on: name)
        }
    }

    /// Two packages of the set have the same name.
    private mutating func noteClash(_ name: NameID, _ provider: Provider) {
        let chosen = names[Int(name)].chosen
        if !provider.isVersioned, !chosen.isVersioned { return }
        markError(provider.package)
        markError(chosen.package)
    }

    /// What `install_if` waited for stays.
    private mutating func demandConditions(of number: PackageID, for name: NameID) {
        guard names[Int(name)].requirers == 0, packages[Int(number)].isTriggered else { return }
        for place in catalog.packages[Int(number)].installIf {
            let condition = catalog.dependencies[place]
            if !names[Int(condition.name)].isLocked { apply(condition, of: number) }
        }
    }
}
