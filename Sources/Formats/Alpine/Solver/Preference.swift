// SPDX-License-Identifier: Apache-2.0

extension Deduction {
    /// Whether the first of two candidates for a name is taken rather than the second.
    func isBetter(_ one: Provider, than other: Provider) -> Bool { rank(one, other) > 0 }

    /// The first difference decides; above zero when it speaks for the first.
    private func rank(_ one: Provider, _ other: Provider) -> Int {
        let wish = packages[Int(one.package)].preference.union(packages[Int(other.package)].preference)
        let order = isNewestWanted(wish, one, other) ? rankForNewest(one, other, wish) : rankByState(one, other, wish)
        return order != 0 ? order : rankByVersion(one, other, wish)
    }

    private func isNewestWanted(_ wish: ApkPreference, _ one: Provider, _ other: Provider) -> Bool {
        wish.contains(.latest) && packages[Int(one.package)].allowedTags == 1
            && packages[Int(other.package)].allowedTags == 1
    }

    private func rankForNewest(_ one: Provider, _ other: Provider, _ wish: ApkPreference) -> Int {
        let (first, second) = (packages[Int(one.package)], packages[Int(other.package)])
        let order = prefer(first.isTagAllowed, second.isTagAllowed)
        if order != 0 { return order }
        if wish.contains(.available) { return prefer(first.isAvailable, second.isAvailable) }
        return wish.contains(.reinstall) ? prefer(first.isSelectable, second.isSelectable) : 0
    }

    private func rankByState(_ one: Provider, _ other: Provider, _ wish: ApkPreference) -> Int {
        let (first, second) = (packages[Int(one.package)], packages[Int(other.package)])
        var order = prefer(first.isSelectable, second.isSelectable)
        if order != 0 { return order }
        order = prefer(first.wasMerged, second.wasMerged)
        if order != 0 { return order }
        if first.conflicts != second.conflicts { return first.conflicts < second.conflicts ? 1 : -1 }
        if (request.keepsInstalled && !wish.contains(.upgrade)) || wish.contains(.installed) {
            order = preferInstalled(one, other)
            if order != 0 { return order }
        }
        order = prefer(first.isTagAllowed, second.isTagAllowed)
        if order != 0 { return order }
        if wish.contains(.available) {
            order = prefer(first.isAvailable, second.isAvailable)
            if order != 0 { return order }
        }
        order = prefer(first.isTagPreferred, second.isTagPreferred)
        if order != 0 { return order }
        let isSameName = catalog.packages[Int(one.package)].name == catalog.packages[Int(other.package)].name
        let isNamed = isSameName || one.isVersioned || other.isVersioned
        return wish.isDisjoint(with: [.remove, .upgrade]) && isNamed ? preferInstalled(one, other) : 0
    }

    private func rankByVersion(_ one: Provider, _ other: Provider, _ wish: ApkPreference) -> Int {
        let (first, second) = (catalog.packages[Int(one.package)], catalog.packages[Int(other.package)])
        if one.isVersioned, other.isVersioned {
            let order = catalog.compare(one.version, other.version)
            if order != 0 { return order }
        }
        if first.name == second.name {
            let order = catalog.compare(first.version, second.version)
            if order != 0 { return order }
        }
        if first.providerPriority != second.providerPriority {
            return first.providerPriority < second.providerPriority ? -1 : 1
        }
        if !wish.contains(.remove) {
            let order = preferInstalled(one, other)
            if order != 0 { return order }
        }
        let order = prefer(packages[Int(one.package)].isSelectable, packages[Int(other.package)].isSelectable)
        if order != 0 { return order }
        return firstSource(second) - firstSource(first)
    }

    private func prefer(_ one: Bool, _ other: Bool) -> Int { (one ? 1 : 0) - (other ? 1 : 0) }

    private func preferInstalled(_ one: Provider, _ other: Provider) -> Int {
        prefer(catalog.packages[Int(one.package)].isInstalled, catalog.packages[Int(other.package)].isInstalled)
    }

    /// Counted from 1; 0 for what no source offers.
    private func firstSource(_ package: CatalogPackage) -> Int {
        package.sources == 0 ? 0 : package.sources.trailingZeroBitCount + 1
    }
}
