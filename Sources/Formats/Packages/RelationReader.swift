// SPDX-License-Identifier: Apache-2.0

/// Turns the relations of a record into numbers, with the rules for one architecture.
///
/// Debian Policy 7 and the multi-arch specification: without a qualifier a name means the own architecture, `:any`
/// any package that is `Multi-Arch: allowed`, `:native` and `:<arch>` that one architecture; but a conflict without
/// a qualifier means every architecture.
struct RelationReader {
    let pool: PackagePool
    let record: PackageRecord
    let satisfied: Set<String>

    func groups(_ kinds: [RelationKind]) -> [NeedGroup] {
        var result: [NeedGroup] = []
        for kind in kinds {
            guard let texts = record.relations[kind] else { continue }
            for (index, text) in texts.enumerated() {
                result.append(group(text, kind: kind, index: index))
            }
        }
        return result
    }

    func conflicts() -> [Conflict] {
        [RelationKind.conflicts, .breaks].flatMap { kind in
            (record.relations[kind] ?? []).flatMap(\.alternatives).compactMap { requirement in
                forbidden(requirement).map { Conflict(kind: kind, need: $0) }
            }
        }
    }

    /// What the record provides, and what being `Multi-Arch: allowed` adds: `name:any`.
    func provisions(of name: NameID) -> [Provision] {
        var result: [Provision] = []
        let isAllowed = record.multiArch == .allowed
        for provided in (record.relations[.provides] ?? []).flatMap(\.alternatives) {
            // Any other operator makes no sense here, and apt ignores it too.
            guard provided.comparison == .any || provided.comparison == .equal else { continue }
            guard isOurs(provided.architecture) || provided.architecture == "any" else { continue }
            result.append(Provision(name: pool.id(of: provided.name), version: provided.version))
            if isAllowed || provided.architecture == "any" {
                result.append(Provision(name: pool.idOfAny(provided.name), version: provided.version))
            }
        }
        if isAllowed { result.append(Provision(name: pool.idOfAny(record.name), version: record.version)) }
        return result
    }

    private func group(_ text: RequirementGroup, kind: RelationKind, index: Int) -> NeedGroup {
        let held = text.alternatives.first { satisfied.contains($0.name) }
        return NeedGroup(
            kind: kind, index: index, needs: text.alternatives.compactMap(wanted),
            heldBy: held.map { pool.id(of: $0.name) })
    }

    /// Nil for another architecture: nothing here can satisfy it.
    private func wanted(_ requirement: Requirement) -> Need? {
        if requirement.architecture == "any" { return need(requirement, pool.idOfAny(requirement.name)) }
        return isOurs(requirement.architecture) ? need(requirement, pool.id(of: requirement.name)) : nil
    }

    private func forbidden(_ requirement: Requirement) -> Need? {
        guard requirement.architecture == "any" || isOurs(requirement.architecture) else { return nil }
        return need(requirement, pool.id(of: requirement.name))
    }

    private func need(_ requirement: Requirement, _ target: NameID) -> Need {
        Need(target: target, comparison: requirement.comparison, version: requirement.version)
    }

    private func isOurs(_ qualifier: String?) -> Bool {
        qualifier == nil || qualifier == "native" || qualifier == pool.universe.architecture
    }
}
