// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import PlinthCore
import PlinthKit
import PlinthReports

/// `plinth inspect IMAGE`
struct InspectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Show what an image is made of.",
        discussion: """
            EXAMPLES
              plinth inspect redis
              plinth inspect oci-archive:python.tar --json
            """)

    @Argument(help: ArgumentHelp("The image: oci:DIR, oci-archive:FILE or docker-archive:FILE.", valueName: "image"))
    var image: String

    @OptionGroup var output: OutputOptions

    func run() async throws {
        let session = Session(output)
        let report = try await session.toolkit { try $0.inspect(InspectRequest(image: image)) }
        try session.finish(report) { InspectRendering.lines($0, verbose: output.verbose) }
    }
}
