// SPDX-License-Identifier: Apache-2.0

/// Chooses as apk does: by deduction, without ever going back over a choice.
///
/// Every name that the world can reach is discovered. Constraints strike out candidates; what all remaining candidates
/// of a name have in common holds for the name itself and is followed at once; when nothing more follows, one name is
/// decided, those with a single way first, then those that were discovered last. `install_if` is looked at whenever a
/// name of its conditions is decided.
///
/// This is a pass of its own because apk's answer depends on the order in which names are decided and on `install_if`,
/// neither of which the resolver in `Formats/Packages` knows: that walks from package to package as apt does and
/// searches on when it meets a contradiction, where apk refuses. The codes of problems are the same.
///
/// The policy is that of apk-tools 2.14 with the corrections of 3.0 that its solver tests show.
struct Deduction {
    let catalog: Catalog
    let request: ApkRequest
    /// The world in the order in which apk looks at it.
    let world: [WorldEntry]
    var names: [NameState]
    var packages: [PackageState]
    /// Names to reconsider, first in, first out.
    var dirty: [NameID] = []
    var firstDirty = 0
    /// Names with one way left, first in, first out.
    var urgent: [NameID] = []
    var firstUrgent = 0
    var selectable = NameHeap()
    var waiting = NameHeap()
    var errorCount = 0
    var lastOrder: UInt32 = 0
    /// How many more candidates may be looked at; below zero when the indexes were made to take for ever. A request for
    /// a hundred packages of a real index needs some hundred thousand.
    var budget = 500_000_000
    let defaultSources: UInt64

    struct WorldEntry {
        let dependency: CatalogDependency
        let tag: Int
        let index: Int
    }

    init(catalog: Catalog, request: ApkRequest, world: [WorldEntry]) {
        self.catalog = catalog
        self.request = request
        self.world = world
        names = Array(repeating: NameState(), count: catalog.names.texts.count)
        packages = Array(repeating: PackageState(), count: catalog.packages.count)
        defaultSources = catalog.sources(tags: 1)
    }

    /// Runs to the end; afterwards every name that matters is locked.
    mutating func run() {
        mark()
        for entry in world { discover(entry.dependency.name) }
        for entry in world { apply(entry.dependency, of: nil, tag: entry.tag) }
        while true {
            reconsiderDirty()
            guard budget >= 0, let name = nextName() else { return }
            decide(name)
        }
    }

    private mutating func mark() {
        for mark in request.marks {
            guard let name = catalog.find(mark.name) else { continue }
            names[Int(name)].isMarked = true
            for provider in catalog.providers[name] {
                packages[Int(provider.package)].preference.formUnion(mark.preference)
                packages[Int(provider.package)].inherited.formUnion(mark.inherited)
            }
        }
    }

    private mutating func reconsiderDirty() {
        while firstDirty < dirty.count, budget >= 0 {
            let name = dirty[firstDirty]
            firstDirty += 1
            guard names[Int(name)].isDirty else { continue }
            names[Int(name)].isDirty = false
            reconsider(name)
        }
        dirty.removeAll(keepingCapacity: true)
        firstDirty = 0
    }

    private mutating func nextName() -> NameID? {
        while firstUrgent < urgent.count {
            let name = urgent[firstUrgent]
            firstUrgent += 1
            if names[Int(name)].queue == .now { return name }
        }
        while let name = selectable.pop() {
            if names[Int(name)].queue == .selectable { return name }
        }
        while let name = waiting.pop() {
            if names[Int(name)].queue == .waiting { return name }
        }
        return nil
    }
}
