// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import PlinthCore
import PlinthKit
import PlinthReports

/// `plinth lock [RECIPE] [--update [PACKAGE…]]`
struct LockCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lock",
        abstract: "Write down the exact packages of a recipe.",
        usage: "plinth lock [<recipe>] [--update [<package> ...]] [<options>]",
        discussion: """
            Writes RECIPE's .lock.json: name, version, digest and reason of every
            package, for every architecture. An existing lock keeps its versions as long
            as they fit; --update takes new ones. Variants have locks of their own,
            RECIPE.NAME.lock.json.

            EXAMPLES
              plinth lock examples/redis.yaml
              plinth lock --update openssl libssl3t64
            """)

    @Argument(help: ArgumentHelp("The recipe, then the packages to update.", valueName: "word"))
    var words: [String] = []

    @Flag(help: "Take new versions: of all packages, or of those named.")
    var update = false

    @Option(help: ArgumentHelp("Only this variant. (default: the recipe and all it declares)", valueName: "name"))
    var variant: String?

    @OptionGroup var fetching: FetchOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let request = LockRequest(recipe: recipe, variant: variant, update: try updates, fetching: fetching.request())
        let session = Session(output)
        let report = try await session.toolkit { try await $0.lock(request) }
        try session.finish(report) { LockRendering.lines($0) }
    }

    /// A first word that ends as YAML files do is the recipe.
    private var namesRecipe: Bool { words.first.map { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") } ?? false }
    private var recipe: String { namesRecipe ? words[0] : "plinth.yaml" }

    private var updates: LockRequest.Update {
        get throws {
            let packages = Array(words.dropFirst(namesRecipe ? 1 : 0))
            guard update else {
                guard packages.isEmpty else {
                    throw ValidationError("\(packages[0]) is no recipe (.yaml); to update packages say --update")
                }
                return .none
            }
            return packages.isEmpty ? .all : .only(packages)
        }
    }
}
