// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import PlinthKit

/// `plinth copy SRC DST`
struct CopyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "copy",
        abstract: "Copy an image from anywhere to anywhere.",
        usage: "plinth copy <src> <dst> [<options>]",
        discussion: """
            Places: oci:DIR[:TAG], oci-archive:FILE, docker-archive:FILE,
            docker://HOST/NAME[:TAG], and for files alone dir:ROOTFS and
            tar:FILE[.gz|.zst|.xz]. As FILE, - is standard input or output. Digests stay
            as they are wherever the destination's format allows.

            A directory must be new or empty. Its files get the image's modes, times
            and links; owners and devices only with root's rights.

            EXAMPLES
              plinth copy oci:redis oci-archive:redis.tar
              plinth copy docker://registry.example.org/app:1 oci:app --platform arm64
              plinth copy oci:redis dir:rootfs
              plinth copy oci:redis docker-archive:-:redis:1 | docker load
            """)

    @Argument(help: ArgumentHelp("The image.", valueName: "src"))
    var source: String

    @Argument(help: ArgumentHelp("Where it goes.", valueName: "dst"))
    var destination: String

    @OptionGroup var platforms: PlatformsOptions
    @OptionGroup var registry: RegistryOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await Self.run(source, destination, platforms, registry, output)
    }

    static func run(
        _ source: String, _ destination: String, _ platforms: PlatformsOptions, _ registry: RegistryOptions,
        _ output: OutputOptions
    ) async throws {
        let session = Session(output)
        let request = CopyRequest(
            source: source, destination: destination, platforms: platforms.settings, access: registry.settings)
        let words = destination.split(separator: ":", omittingEmptySubsequences: false)
        let isPiped = words.count > 1 && words[1] == "-"
        if isPiped && output.json { throw ValidationError("--json needs standard output: write to a file") }
        let report = try await session.toolkit { try await $0.copy(request) }
        if isPiped { return }
        try session.finish(report, CopyRendering.lines)
    }
}

/// `plinth push IMAGE REF`
struct PushCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "push",
        abstract: "Send an image to a registry.",
        usage: "plinth push <image> <ref> [<options>]",
        discussion: """
            What the registry has already is not sent again. Credentials are those of
            plinth login, docker, podman or skopeo.

            EXAMPLES
              plinth push redis registry.example.org/team/redis:1
              plinth push oci-archive:app.tar localhost:5000/app
            """)

    @Argument(help: ArgumentHelp("The image: any place that plinth copy reads.", valueName: "image"))
    var image: String

    @Argument(help: ArgumentHelp("Its name in the registry: HOST/NAME[:TAG].", valueName: "ref"))
    var reference: String

    @OptionGroup var platforms: PlatformsOptions
    @OptionGroup var registry: RegistryOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await CopyCommand.run(image, registryPlace(reference), platforms, registry, output)
    }
}

/// `plinth pull REF DEST`
struct PullCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pull",
        abstract: "Fetch an image from a registry.",
        usage: "plinth pull <ref> <dest> [<options>]",
        discussion: """
            Layers come into the store first, so a second pull moves nothing and one that
            was interrupted goes on where it stopped.

            EXAMPLES
              plinth pull registry.example.org/team/redis:1 redis
              plinth pull localhost:5000/app oci-archive:app.tar --platform arm64
            """)

    @Argument(help: ArgumentHelp("The image's name: HOST/NAME[:TAG][@DIGEST].", valueName: "ref"))
    var reference: String

    @Argument(help: ArgumentHelp("Where it goes: oci:DIR, oci-archive:FILE, dir:ROOTFS …", valueName: "dest"))
    var destination: String

    @OptionGroup var platforms: PlatformsOptions
    @OptionGroup var registry: RegistryOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await CopyCommand.run(registryPlace(reference), destination, platforms, registry, output)
    }
}

/// A reference needs no `docker://` where only a registry can be meant.
private func registryPlace(_ reference: String) -> String {
    reference.hasPrefix("docker://") ? reference : "docker://" + reference
}
