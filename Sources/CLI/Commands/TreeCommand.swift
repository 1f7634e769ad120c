// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import PlinthCore
import PlinthKit
import PlinthReports

/// `plinth tree IMAGE [PATH]`
struct TreeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tree",
        abstract: "Show the files of an image as a tree.",
        usage: "plinth tree <image> [<path>] [<options>]",
        discussion: """
            Every line has the size, the layer that brought it, who owns it, and the
            name. A directory's size is that of all files below it; a file of several
            names counts once.

            EXAMPLES
              plinth tree redis
              plinth tree oci-archive:python.tar /usr/lib --depth 1 --sort size
            """)

    @Argument(help: ViewedOptions.imageHelp)
    var image: String

    @Argument(help: ArgumentHelp("Where to begin. (default: /)", valueName: "path"))
    var path: String?

    @Option(help: ArgumentHelp("How many levels to show.", valueName: "levels"))
    var depth = 2

    @Option(help: ArgumentHelp("The order within a directory: name or size.", valueName: "order"))
    var sort = TreeReport.Order.name

    @Option(help: ViewedOptions.platformHelp)
    var platform: String?

    @OptionGroup var registry: RegistryOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if depth < 0 { throw ValidationError("--depth takes a number of levels, 0 or more") }
    }

    func run() async throws {
        let session = Session(output)
        let request = TreeRequest(
            image: image, platform: platform, path: path, depth: depth, order: sort, access: registry.settings)
        let report = try await session.toolkit { try await $0.tree(request) }
        try session.finish(report) { TreeRendering.lines($0) }
    }
}

extension TreeReport.Order: ExpressibleByArgument {}
