// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import SystemPackage

/// The archives that a recipe names.
struct RecipeSources {
    private let repositories: [RecipeRepository]
    private let choice: MirrorChoice

    /// - Throws: `Problem` with code `snapshot.repository`.
    init(_ repositories: [RecipeRepository], for choice: MirrorChoice) throws {
        self.repositories = repositories
        self.choice = choice
        guard choice.snapshot != nil else { return }
        for repository in repositories where isBase(repository) && !repository.url.contains("{timestamp}") {
            throw Problem(
                "snapshot.repository", "The recipe asks for a snapshot and names an archive without dates",
                at: repository.url, hints: ["write {timestamp} into its address, or leave snapshot or the archive out"],
                kind: .usage)
        }
    }

    /// Whether the recipe says where the distribution itself comes from.
    var replacesDistribution: Bool { repositories.contains(where: isBase) }

    func sources() throws -> [ArchiveSource] { try repositories.flatMap(sources) }

    private func isBase(_ repository: RecipeRepository) -> Bool {
        repository.suites.isEmpty || repository.suites.contains(choice.distribution.codename)
    }

    private func sources(of repository: RecipeRepository) throws -> [ArchiveSource] {
        let text = choice.snapshot?.address(repository.url, archive: choice.family.rawValue) ?? repository.url
        let base = try MirrorAddress.checked(text, from: "repository in the recipe")
        let keyrings = try keyrings(of: repository)
        return suites(of: repository, base).map { suite, address in
            let isSecurity = suite.hasSuffix("-security") || suite.hasSuffix("/updates")
            return ArchiveSource(
                baseURL: address, suite: suite,
                components: repository.components.isEmpty ? choice.distribution.components : repository.components,
                keyrings: keyrings, isSecurity: isSecurity,
                checkValidUntil: !repository.url.contains("{timestamp}") || choice.snapshot == nil)
        }
    }

    private func keyrings(of repository: RecipeRepository) throws -> [FilePath] {
        if let keyring = repository.keyring { return [try choice.keyrings.required(keyring, from: "the recipe")] }
        return try choice.keyrings.keyrings(for: Mirror(baseURL: repository.url))
    }

    /// Those named; of a whole mirror all of the release, its security suite only if no other archive has it.
    private func suites(of repository: RecipeRepository, _ base: String) -> [(suite: String, address: String)] {
        if !repository.suites.isEmpty { return repository.suites.map { ($0, base) } }
        guard let security = MirrorAddress.security(of: base, choice.family) else {
            return [(choice.distribution.codename, base)]
        }
        let named = Set(repositories.flatMap(\.suites))
        return choice.distribution.suites.filter { !named.contains($0.name) }
            .map { ($0.name, $0.isSecurity ? security : base) }
    }
}
