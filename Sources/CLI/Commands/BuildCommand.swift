// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import PlinthCore
import PlinthKit
import PlinthReports

/// `plinth build [RECIPE] -o DEST`
struct BuildCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "build",
        abstract: "Make an image from a recipe.",
        discussion: """
            RECIPE is a YAML file (default: plinth.yaml). If RECIPE's lock stands beside
            it, the build takes exactly the packages of the lock.

            A variant is what the recipe declares under variants:, laid upon the rest of
            it; debug is there unasked and adds a shell. With --all-variants each goes
            to DEST under a tag of its own, TAG-NAME.

            EXAMPLES
              plinth build examples/redis.yaml -o redis
              plinth build examples/redis.yaml --variant debug -o redis-debug
              plinth build --locked --offline --verify -o oci-archive:app.tar
            """)

    @Argument(help: ArgumentHelp("The recipe.", valueName: "recipe"))
    var recipe = "plinth.yaml"

    @Option(help: ArgumentHelp("Build this variant of the recipe.", valueName: "name"))
    var variant: String?

    @Flag(help: "Build the recipe and every variant that it declares.")
    var allVariants = false

    @Flag(help: "Fail unless the lock is there and fits the recipe.")
    var locked = false

    @Flag(help: "Build twice, the second time without cached pieces, and compare.")
    var verify = false

    @OptionGroup var target: TargetOptions
    @OptionGroup var fetching: FetchOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if variant != nil && allVariants {
            throw ValidationError("--variant and --all-variants exclude each other")
        }
    }

    func run() async throws {
        let request = BuildRequest(
            recipe: recipe, variant: allVariants ? .all : variant.map { .one($0) } ?? .none, locked: locked,
            verify: verify, target: try target.request(), fetching: fetching.request())
        let session = Session(output)
        let report = try await session.toolkit { try await $0.build(request) }
        try session.finish(report) { BuildRendering.lines($0, verbose: output.verbose || target.dryRun) }
    }
}
