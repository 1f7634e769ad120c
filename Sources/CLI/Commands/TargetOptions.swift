// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import PlinthKit

/// Where an image goes and for which platforms; `pack` and `build` share it.
struct TargetOptions: ParsableArguments {
    @Option(name: [.short, .long], help: ArgumentHelp("Where to write the image.", valueName: "dest"))
    var output: String?

    @Option(
        help: ArgumentHelp("Architectures, such as amd64,arm64, or all. (default: this machine's)", valueName: "list"))
    var arch: String?

    @Option(help: "How layers are compressed: gzip or zstd.")
    var compression: String?

    @Flag(help: "Show what would be built, and why each package, and write nothing.")
    var dryRun = false

    func request() throws -> TargetRequest {
        if output == nil && !dryRun { throw ValidationError("Say where to write the image: -o DEST") }
        return TargetRequest(
            destination: output, architectures: arch?.split(separator: ",").map(String.init) ?? [],
            compression: compression, dryRun: dryRun)
    }
}

/// How indexes and packages are fetched.
struct FetchOptions: ParsableArguments {
    @Flag(help: "Ask the archive for new indexes now, not only after an hour.")
    var refresh = false

    @Flag(help: "Use only what the store holds.")
    var offline = false

    @Flag(help: "Accept an archive whose Valid-Until date has passed.")
    var ignoreValidUntil = false

    func request() -> FetchSettings {
        FetchSettings(refresh: refresh, offline: offline, ignoreValidUntil: ignoreValidUntil)
    }
}
