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
        usage: "plinth inspect <image> [<options>]",
        discussion: """
            Says which distribution it is and for how long that is supported, its C
            library, shells and package managers, who it runs as, what runs with more
            rights, and what each layer brings and wastes. Every platform of the image
            is shown unless --platform names one; of an image in a registry, this
            machine's.

            EXAMPLES
              plinth inspect redis
              plinth inspect oci-archive:python.tar --anatomy --platform linux/arm64
            """)

    @OptionGroup var target: ViewedOptions

    @Flag(help: "Show digest, origin and hidden files of every layer.")
    var layers = false

    @Flag(help: "List every package with its version.")
    var packages = false

    @Flag(help: "Show where the space goes, by purpose.")
    var anatomy = false

    @Flag(help: "Print the index or manifest as it is stored, and nothing else.")
    var raw = false

    @OptionGroup var registry: RegistryOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if raw, layers || packages || anatomy || output.json {
            throw ValidationError("--raw prints the document alone: leave out the other flags")
        }
    }

    func run() async throws {
        let session = Session(output)
        let request = InspectRequest(
            image: target.image, platform: target.platform, anatomy: anatomy, access: registry.settings)
        if raw {
            return Console.standardOutput(try await session.toolkit { try await $0.rawManifest(request) })
        }
        let report = try await session.toolkit { try await $0.inspect(request) }
        try session.finish(report) {
            InspectRendering(layers: layers || output.verbose, packages: packages || output.verbose).lines($0)
        }
    }
}

/// Which image is looked into.
struct ViewedOptions: ParsableArguments {
    static let imageHelp = ArgumentHelp(
        "The image: a path, a name in a registry, or oci:DIR[:TAG], oci-archive:FILE, docker-archive:FILE, "
            + "dir:ROOTFS, tar:FILE, or - for standard input.", valueName: "image")
    static let platformHelp = ArgumentHelp("The platform, such as linux/arm64 or arm64.", valueName: "platform")

    @Argument(help: imageHelp)
    var image: String

    @Option(help: platformHelp)
    var platform: String?
}
