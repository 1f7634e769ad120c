// SPDX-License-Identifier: Apache-2.0

/// What the deduction ended with, and its order.
struct Answer {
    let ordering: Ordering
    let dropped: [ApkDependency]

    var deduction: Deduction { ordering.deduction }
    var catalog: Catalog { ordering.deduction.catalog }

    func isBroken(_ entry: Deduction.WorldEntry) -> Bool {
        let chosen = deduction.names[Int(entry.dependency.name)].chosen.package
        return chosen < 0 || deduction.packages[Int(chosen)].hasError
    }

    var resolution: ApkResolution {
        ApkResolution(
            packages: ordering.changes.compactMap { change in change.new.map { package($0, change) } },
            changes: ordering.changes.map(change), dropped: dropped)
    }

    private func package(_ number: PackageID, _ change: Ordering.Change) -> ApkChosenPackage {
        let entry = catalog.packages[Int(number)]
        return ApkChosenPackage(
            record: record(number), sources: (0..<64).filter { entry.sources & (1 << UInt64($0)) != 0 },
            tag: tag(of: number), reason: reason(change.cause), wasInstalled: entry.isInstalled)
    }

    private func record(_ number: PackageID) -> ApkCandidate {
        let stanza = Array(catalog.bytes[catalog.packages[Int(number)].stanza.range])
        // It was read before, so it can be read.
        let found = try? ApkCandidate.parse(stanza, place: "").first
        return found ?? ApkCandidate(name: catalog.name(catalog.packages[Int(number)].name), version: "")
    }

    private func reason(_ cause: Ordering.Cause) -> ApkReason {
        switch cause {
        case .world(let place): .world(deduction.request.world[deduction.world[place].index])
        case .dependency(let owner, let place):
            .dependency(of: catalog.name(catalog.packages[Int(owner)].name), value(catalog.dependencies[place]))
        case .installIf(let number):
            .installIf(catalog.packages[Int(number)].installIf.map { value(catalog.dependencies[$0]) })
        case .installed: .installed
        }
    }

    private func value(_ dependency: CatalogDependency) -> ApkDependency {
        ApkDependency(
            catalog.name(dependency.name), isConflict: dependency.isConflict, comparison: dependency.comparison,
            version: catalog.text(dependency.version))
    }

    /// The first tag that the package may be taken with.
    func tagNumber(of number: PackageID) -> Int {
        let sources = catalog.sources(of: catalog.packages[Int(number)])
        let allowed = deduction.packages[Int(number)].allowedTags
        return catalog.sourcesOfTag.indices.first { tag in
            allowed & (1 << UInt64(tag)) != 0 && catalog.sourcesOfTag[tag] & sources != 0
        } ?? 0
    }

    private func tag(of number: PackageID) -> String? {
        let tag = tagNumber(of: number)
        return tag == 0 ? nil : catalog.tags[tag]
    }

    private func change(_ change: Ordering.Change) -> ApkChange {
        let number = change.new ?? change.old ?? 0
        func version(_ number: PackageID?) -> String? {
            number.map { catalog.text(catalog.packages[Int($0)].version) }
        }
        return ApkChange(
            kind: kind(change), name: catalog.name(catalog.packages[Int(number)].name), old: version(change.old),
            new: version(change.new), tag: change.new.flatMap { tag(of: $0) })
    }

    private func kind(_ change: Ordering.Change) -> ApkChange.Kind {
        guard let old = change.old else { return .install }
        guard let new = change.new else { return .remove }
        if old == new {
            if deduction.packages[Int(new)].preference.contains(.reinstall) { return .reinstall }
            return tagNumber(of: new) == catalog.packages[Int(old)].installedTag ? .keep : .retag
        }
        let order = catalog.compare(catalog.packages[Int(new)].version, catalog.packages[Int(old)].version)
        return order < 0 ? .downgrade : order > 0 ? .upgrade : .replace
    }
}
