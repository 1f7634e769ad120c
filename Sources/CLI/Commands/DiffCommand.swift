// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import PlinthCore
import PlinthKit
import PlinthReports

/// `plinth diff A B`
struct DiffCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Show what two images differ in, and why their digests do.",
        usage: "plinth diff <a> <b> [<options>]",
        discussion: """
            Compares files, packages, configuration and how the images are stored, or
            only what the flags name. Exit code 0 means the same, 1 different.

            EXAMPLES
              plinth diff redis oci-archive:redis.tar
              plinth diff old new --packages --config
            """)

    @Argument(help: ArgumentHelp("An image, as for plinth inspect.", valueName: "a"))
    var a: String

    @Argument(help: ArgumentHelp("The image it is compared with.", valueName: "b"))
    var b: String

    @Flag(help: "Compare files: content, mode, owner, links, times, attributes.")
    var files = false

    @Flag(help: "Compare packages.")
    var packages = false

    @Flag(help: "Compare the configuration.")
    var config = false

    @Option(help: ViewedOptions.platformHelp)
    var platform: String?

    @OptionGroup var registry: RegistryOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let session = Session(output)
        let request = DiffRequest(
            a: a, b: b, platform: platform, files: files, packages: packages, config: config, access: registry.settings)
        let report = try await session.toolkit { try await $0.diff(request) }
        try session.finish(report) { DiffRendering(isVerbose: output.verbose).lines($0) }
        if !report.isSame { throw ExitCode(1) }
    }
}
