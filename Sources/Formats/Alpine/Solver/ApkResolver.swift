// SPDX-License-Identifier: Apache-2.0
package import PlinthCore

/// Chooses packages as apk does.
///
/// Reading the sources costs one pass over their text; after that every resolve costs what the names cost that the
/// world can reach. The answer is a function of the sources, their order, the installed set and the request.
package struct ApkResolver: Sendable {
    let catalog: Catalog

    /// - Parameters:
    ///   - architecture: in apk's words, such as `x86_64`.
    ///   - sources: at most 63; among equal packages the earlier source wins.
    ///   - installed: the packages that are there already, such as `lib/apk/db/installed`.
    /// - Throws: `Problem` with codes `apk.syntax` and `resolve.source`.
    package init(architecture: String, sources: [ApkSource], installed: ApkSource? = nil) throws(Problem) {
        guard sources.count < 64 else {
            throw Problem("resolve.source", "There are too many repositories", why: "\(sources.count), at most 63")
        }
        let size = sources.reduce(installed?.text.count ?? 0) { $0 + $1.text.count }
        var builder = CatalogBuilder(architecture: architecture, textSize: size)
        if let installed { try builder.add(installed, number: nil) }
        for (number, source) in sources.enumerated() { try builder.add(source, number: number) }
        catalog = builder.finish()
    }

    /// The set that the request asks for.
    /// - Throws: `Problem` with code `resolve.unknownPackage`, `resolve.virtualPackage`, `resolve.noSuchVersion` or
    ///   `resolve.unsatisfiable`, each caused by an `ApkConflict` that says what cannot hold together;
    ///   `resolve.badRequest` when the world has too many tags; `resolve.tooHard` when an index was made to take for
    ///   ever.
    package func resolve(_ request: ApkRequest) throws(Problem) -> ApkResolution {
        let answer = try answer(request)
        guard answer.deduction.errorCount == 0 else { throw refusal(of: try narrowed(request, answer)) }
        return answer.resolution
    }

    /// What comes out, right or wrong.
    func answer(_ request: ApkRequest) throws(Problem) -> Answer {
        var catalog = catalog
        var world: [Deduction.WorldEntry] = []
        for (index, dependency) in request.world.enumerated() {
            guard let tag = catalog.tag(dependency.tag) else {
                throw Problem("resolve.badRequest", "There are too many tags", why: "at most 63", kind: .usage)
            }
            world.append(.init(dependency: catalog.take(dependency), tag: tag, index: index))
        }
        world.sort { precedes($0, $1, catalog) }
        var dropped: [ApkDependency] = []
        while true {
            var deduction = Deduction(catalog: catalog, request: request, world: world)
            deduction.run()
            if deduction.budget < 0 {
                throw Problem("resolve.tooHard", "The packages to choose from hang together in too many ways")
            }
            var ordering = Ordering(deduction)
            ordering.run()
            let answer = Answer(ordering: ordering, dropped: dropped)
            guard request.dropsBroken, answer.deduction.errorCount > 0 else { return answer }
            let broken = world.filter { answer.isBroken($0) }
            if broken.isEmpty { return answer }
            dropped += broken.map { request.world[$0.index] }
            world.removeAll { answer.isBroken($0) }
        }
    }

    /// By name without regard to case, then by name, then as asked.
    private func precedes(_ left: Deduction.WorldEntry, _ right: Deduction.WorldEntry, _ catalog: Catalog) -> Bool {
        let (one, other) = (catalog.name(left.dependency.name), catalog.name(right.dependency.name))
        let (small, second) = (one.lowercased(), other.lowercased())
        if !small.utf8.elementsEqual(second.utf8) { return small.utf8.lexicographicallyPrecedes(second.utf8) }
        if !one.utf8.elementsEqual(other.utf8) { return one.utf8.lexicographicallyPrecedes(other.utf8) }
        return left.index < right.index
    }
}

extension ApkResolver {
    /// Whether the sources hold packages that can never be installed.
    var hasUnfitPackages: Bool { catalog.packages.contains { !$0.isInstallable && $0.fitsMachine } }
}
