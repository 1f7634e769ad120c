// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import PlinthKit

/// Which platform of an image; every command that reads one has it.
struct PlatformOption: ParsableArguments {
    @Option(
        help: ArgumentHelp("Of an image for several, take this one. (default: this machine's)", valueName: "os/arch"))
    var platform: String?
}

/// Which platforms move.
struct PlatformsOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Take this platform only, such as linux/arm64.", valueName: "os/arch"))
    var platform: String?

    @Flag(help: "Take every platform. (default, where the destination can hold them)")
    var allPlatforms = false

    func validate() throws {
        if platform != nil && allPlatforms {
            throw ValidationError("--platform and --all-platforms exclude each other")
        }
    }

    var settings: PlatformSettings { PlatformSettings(one: platform, all: allPlatforms) }
}

/// How registries are reached.
struct RegistryOptions: ParsableArguments {
    @Option(
        name: .customLong("insecure"),
        help: ArgumentHelp("A registry that may do without TLS; repeatable. Loopback always may.", valueName: "host"))
    var insecure: [String] = []

    var settings: RegistrySettings { RegistrySettings(insecure: insecure) }
}
