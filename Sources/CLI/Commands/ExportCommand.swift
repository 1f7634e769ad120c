// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import PlinthCore
import PlinthKit
import PlinthReports

/// `plinth export IMAGE -o rootfs.tar`
struct ExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write the files of an image as one tar archive.",
        usage: "plinth export <image> --output <file> [<options>]",
        discussion: """
            The archive holds what a container would see: layers laid upon one another,
            whiteouts done, owners, links and attributes kept. A name that ends in .gz,
            .zst or .xz is compressed. The same image gives the same bytes.

            EXAMPLES
              plinth export redis -o rootfs.tar.zst
              plinth export oci-archive:app.tar -o - | tar -t
            """)

    @Argument(help: ArgumentHelp("The image: any place that plinth copy reads.", valueName: "image"))
    var image: String

    @Option(name: .shortAndLong, help: ArgumentHelp("The archive, or - for standard output.", valueName: "file"))
    var output: String

    @OptionGroup var platform: PlatformOption
    @OptionGroup var registry: RegistryOptions
    @OptionGroup var printing: OutputOptions

    func validate() throws {
        if output == "-" && printing.json { throw ValidationError("--json needs standard output: write to a file") }
    }

    func run() async throws {
        let session = Session(printing)
        let request = ExportRequest(
            image: image, platform: platform.platform, output: output == "-" ? nil : output,
            access: registry.settings)
        let report = try await session.toolkit { try await $0.export(request) }
        if output == "-" { return }
        try session.finish(report) { report in
            ["Wrote \(output)", "  \(report.entries) entries, \(report.size)"]
        }
    }
}
