// SPDX-License-Identifier: Apache-2.0

extension KeyTable {
    /// What becomes of a value when another is laid upon it.
    indirect enum Merging {
        case replace
        /// A list: what the other has and this has not is put behind it.
        case append
        /// A mapping, key by key.
        case keys(KeyTable)
        /// A mapping of names, all alike.
        case names(Merging)
    }

    fileprivate func merging(_ name: String) -> Merging { key(name)?.merging ?? .replace }
}

extension KeyTable.Key {
    fileprivate var merging: KeyTable.Merging {
        if isWhole { return .replace }
        return switch shape {
        case .list: .append
        case .mapping(let table): .keys(table)
        case .named(let table): .names(.keys(table))
        case .texts: .names(.replace)
        default: .replace
        }
    }
}

extension RecipeNode {
    /// This recipe with another laid upon it. What has no value there changes nothing.
    func overlaid(by upper: RecipeNode) -> RecipeNode { overlaid(by: upper, .keys(RecipeKeys.recipe)) }

    private func overlaid(by upper: RecipeNode, _ merging: KeyTable.Merging) -> RecipeNode {
        if upper.isNull { return self }
        switch (merging, content, upper.content) {
        case (.keys(let table), .mapping(let own), .mapping(let others)):
            return RecipeNode(.mapping(Self.merged(own, others, table.merging)), at: upper.position, in: upper.document)
        case (.names(let each), .mapping(let own), .mapping(let others)):
            return RecipeNode(.mapping(Self.merged(own, others) { _ in each }), at: upper.position, in: upper.document)
        case (.append, .sequence(let own), .sequence(let others)):
            let present = Set(own.compactMap(\.text))
            let new = others.filter { $0.text.map { !present.contains($0) } ?? true }
            return RecipeNode(.sequence(own + new), at: upper.position, in: upper.document)
        default: return upper
        }
    }

    private static func merged(
        _ own: [Entry], _ others: [Entry], _ merging: (String) -> KeyTable.Merging
    ) -> [Entry] {
        var entries = own
        for other in others {
            guard let index = entries.firstIndex(where: { $0.name == other.name }) else {
                entries.append(other)
                continue
            }
            if other.value.isNull { continue }
            var merged = other
            merged.value = entries[index].value.overlaid(by: other.value, merging(other.name))
            entries[index] = merged
        }
        return entries
    }
}
