// SPDX-License-Identifier: Apache-2.0

/// Several sources seen as one, for one architecture, with apt's policy.
package struct Universe: PackageUniverse {
    package let architecture: String
    private let sources: [any PackageSource]
    private let order: @Sendable (String, String) -> Int

    /// - Parameters:
    ///   - sources: among equal versions of equal priority the earlier source wins.
    ///   - compare: the family's order of versions; below zero when the left one is older.
    package init(
        architecture: String, sources: [any PackageSource], compare: @escaping @Sendable (String, String) -> Int
    ) {
        self.architecture = architecture
        self.sources = sources
        order = compare
    }

    package func compare(_ left: String, _ right: String) -> Int { left == right ? 0 : order(left, right) }

    package func candidates(of name: String) throws -> [Candidate] {
        var found: [Candidate] = []
        for source in sources where source.priority > 0 {
            for record in try source.versions(of: name) where fits(record) {
                add(Candidate(record: record, source: source.label, priority: source.priority), to: &found)
            }
        }
        if found.count < 2 { return found }
        // The sort must keep the order of sources among equals, and `sorted` does not promise it.
        return found.enumerated().sorted { precedes($0, $1) }.map(\.element)
    }

    package func providerNames(of name: String) throws -> [String] {
        var found: [String] = []
        var seen: Set<String> = []
        for source in sources where source.priority > 0 {
            for provider in try source.providerNames(of: name) where seen.insert(provider).inserted {
                found.append(provider)
            }
        }
        return found
    }

    package func essentialNames() throws -> [String] {
        Array(Set(try sources.flatMap { try $0.essentialNames() })).sorted()
    }

    package func firstMention(of name: String) throws -> Int? {
        for (index, source) in sources.enumerated() {
            if let place = try source.firstMention(of: name) { return index << 40 + place }
        }
        return nil
    }

    package func names() throws -> [String] { Array(Set(try sources.flatMap { try $0.names() })).sorted() }

    package func otherArchitectures(of name: String) throws -> [String] {
        let all = try sources.flatMap { try $0.versions(of: name) }.filter { !fits($0) }.map(\.architecture)
        return Array(Set(all)).sorted()
    }

    private func fits(_ record: PackageRecord) -> Bool {
        record.architecture == architecture || record.architecture == "all"
    }

    /// The same file in two sources is one candidate: that of the higher priority.
    private func add(_ candidate: Candidate, to found: inout [Candidate]) {
        let twin = found.firstIndex {
            $0.record.version == candidate.record.version
                && $0.record.location.digest == candidate.record.location.digest
        }
        guard let twin else { return found.append(candidate) }
        if candidate.priority > found[twin].priority { found[twin] = candidate }
    }

    private func precedes(
        _ left: (offset: Int, element: Candidate), _ right: (offset: Int, element: Candidate)
    ) -> Bool {
        if left.element.priority != right.element.priority { return left.element.priority > right.element.priority }
        let order = compare(left.element.record.version, right.element.record.version)
        return order == 0 ? left.offset < right.offset : order > 0
    }
}
