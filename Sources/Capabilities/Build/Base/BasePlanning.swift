// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthDistribution
import PlinthImage
import PlinthOCI
import SystemPackage

extension Workshop {
    /// A recipe's plan, with what it builds on opened for every architecture.
    /// - Parameter pins: what names of images stood for when the recipe was locked.
    /// - Throws: as `RecipePlan`, `BaseOpener`.
    func planned(
        _ recipe: Recipe, beside directory: FilePath, _ target: TargetOrder, pins: [String: Digest]
    ) async throws -> RecipePlan {
        guard let base = recipe.base else {
            return try RecipePlan(recipe, beside: directory, in: environment, target)
        }
        let images = NamedImages(directory: home(of: base.image, beside: directory), open: open, pins: pins)
        let opener = BaseOpener(base: base, images: images, store: store)
        let first = try await opener.open(for: Self.anyPlatform(recipe, target))
        var plan = try RecipePlan(recipe, beside: directory, in: environment, target, upon: first)
        for architecture in plan.architectures {
            let platform = plan.distribution.platform(of: architecture)
            let isSame = first.platform.platform.matches(platform)
            plan.bases[architecture] = isSame ? first : try await opener.open(for: platform)
        }
        return plan
    }

    /// A base's path is relative to the recipe; apko's to where it is run.
    private func home(of image: String, beside directory: FilePath) -> FilePath {
        let (own, working) = (directory, environment.workingDirectory)
        func isThere(_ place: FilePath) -> Bool { (try? place.pushing(FilePath(image)).stat()) != nil }
        return !isThere(own) && isThere(working) ? working : own
    }

    /// One of those that are built for.
    private static func anyPlatform(_ recipe: Recipe, _ target: TargetOrder) -> OCIPlatform {
        let names = target.architectures.isEmpty ? recipe.architectures : target.architectures
        let named = names.lazy.compactMap { OCIPlatform(parsing: $0.lowercased()) ?? OCIPlatform(alpine: $0) }.first
        return named ?? DebianArchitecture.ofThisMachine?.platform ?? OCIPlatform(architecture: "amd64")
    }
}
