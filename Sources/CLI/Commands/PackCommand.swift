// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import PlinthCore
import PlinthKit
import PlinthReports

/// `plinth pack PACKAGE… --from DISTRIBUTION -o DEST`
struct PackCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pack",
        abstract: "Make an image of packages, without a recipe.",
        discussion: """
            DEST is oci:DIR (a bare path means this), oci-archive:FILE or
            docker-archive:FILE.

            PACKAGE is a name; name=1.2* asks for a version, name/suite for a suite and
            !name forbids a package. A path such as ./own.deb is a package file.

            EXAMPLES
              plinth pack redis-server --from debian:trixie -o redis
              plinth pack jq --base ./company-base -o jq
              plinth pack python3 tzdata --from debian:bookworm --arch amd64,arm64 \\
                --entrypoint python3 -o oci-archive:python.tar
            """)

    @Argument(help: ArgumentHelp("Packages to put in, with what they need.", valueName: "package"))
    var packages: [String]

    @Option(
        help: ArgumentHelp("The distribution, such as debian:trixie; a base says its own.", valueName: "distribution"))
    var from: String?

    @Option(help: ArgumentHelp("An image to build on: its packages count as installed.", valueName: "image"))
    var base: String?

    @Option(help: "How much of a system: minimal, slim or full.")
    var profile = "minimal"

    @Option(
        help: ArgumentHelp(
            "runtime leaves out what only maintainer scripts use; declared takes all that is asked for. "
                + "(default: runtime for minimal, else declared)"))
    var dependencies: String?

    @Option(help: ArgumentHelp("What the image runs, as a shell would split it.", valueName: "command"))
    var entrypoint: String?

    @Option(help: ArgumentHelp("Who runs it: a name or a number.", valueName: "user"))
    var user: String?

    @OptionGroup var target: TargetOptions
    @OptionGroup var fetching: FetchOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard from != nil || base != nil else {
            throw ValidationError("Say where packages come from: --from debian:trixie, or --base IMAGE")
        }
    }

    func run() async throws {
        let request = PackRequest(
            packages: packages, distribution: from, base: base, profile: profile, dependencies: dependencies,
            entrypoint: entrypoint, user: user, target: try target.request(), fetching: fetching.request())
        let session = Session(output)
        let report = try await session.toolkit { try await $0.pack(request) }
        try session.finish(report) { BuildRendering.lines($0, verbose: output.verbose || target.dryRun) }
    }
}
