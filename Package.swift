// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0

// The ladder: a target depends only on targets listed below it.
import PackageDescription

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

let common: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]
let strict = common + [.strictMemorySafety()]

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let rsa = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let httpClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let nio = ["NIOCore", "NIOPosix", "NIOHTTP1"].map { Target.Dependency.product(name: $0, package: "swift-nio") }
let nioTLS = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")

/// One room of the house: a folder under `Sources`, named as in DESIGN.
func room(
    _ name: String, _ path: String, needs: [Target.Dependency] = [], settings: [SwiftSetting] = common
) -> Target {
    .target(
        name: name, dependencies: needs, path: "Sources/" + path, exclude: [],
        resources: [], swiftSettings: settings)
}

/// The tests of a room, mirroring its folder.
func tests(
    _ name: String, _ path: String, of needs: [Target.Dependency], without: [String] = []
) -> Target {
    .testTarget(
        name: name, dependencies: needs, path: "Tests/" + path, exclude: without, swiftSettings: common)
}

/// A C library that the machine provides.
func library(_ name: String, pkgConfig: String?, apt: String) -> Target {
    .systemLibrary(name: name, path: "Sources/System/" + name, pkgConfig: pkgConfig, providers: [.apt([apt])])
}

let package = Package(
    name: "plinth",
    platforms: [.macOS("26.0")],
    products: [
        .executable(name: "plinth", targets: ["plinth"]),
        .library(name: "PlinthKit", targets: ["PlinthKit"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    ],
    targets: [
        .executableTarget(
            name: "plinth", dependencies: ["PlinthCLI"], path: "Sources/plinth", swiftSettings: common),
        room(
            "PlinthCLI", "CLI",
            needs: ["PlinthKit", "PlinthReports", "PlinthFetch", "PlinthCore", argumentParser, system]),
        room(
            "PlinthKit", "Kit",
            needs: [
                "PlinthBuild", "PlinthInspect", "PlinthTree", "PlinthDiff", "PlinthCopy", "PlinthExport", "PlinthLogin",
                "PlinthInventory", "PlinthTransfer", "PlinthImage", "PlinthReports", "PlinthRegistry", "PlinthFetch",
                "PlinthDistribution", "PlinthOCI", "PlinthCore", system, logging,
            ]),

        // Capabilities: they never import one another.
        room(
            "PlinthBuild", "Capabilities/Build",
            needs: [
                "PlinthImage", "PlinthDistribution", "PlinthReports", "PlinthFetch", "PlinthSandbox", "PlinthDebian",
                "PlinthAlpine", "PlinthPackages", "PlinthSBOM", "PlinthOCI", "PlinthELF", "PlinthYAML",
                "PlinthSystemd", "PlinthGSettings", "PlinthArchive", "PlinthCore", crypto, system, logging,
            ]),
        room(
            "PlinthInspect", "Capabilities/Inspect",
            needs: ["PlinthInventory", "PlinthImage", "PlinthReports", "PlinthOCI", "PlinthCore"]),
        room(
            "PlinthTree", "Capabilities/Tree",
            needs: ["PlinthInventory", "PlinthImage", "PlinthReports", "PlinthCore"]),
        room(
            "PlinthDiff", "Capabilities/Diff",
            needs: ["PlinthInventory", "PlinthImage", "PlinthReports", "PlinthDebian", "PlinthOCI", "PlinthCore"]),

        room(
            "PlinthCopy", "Capabilities/Copy",
            needs: ["PlinthTransfer", "PlinthImage", "PlinthReports", "PlinthOCI", "PlinthCore"]),
        room(
            "PlinthExport", "Capabilities/Export",
            needs: ["PlinthTransfer", "PlinthImage", "PlinthReports", "PlinthCore", system]),
        room(
            "PlinthLogin", "Capabilities/Login", needs: ["PlinthReports", "PlinthRegistry", "PlinthCore", system]),

        // Model
        room(
            "PlinthInventory", "Model/Inventory",
            needs: [
                "PlinthImage", "PlinthDistribution", "PlinthReports", "PlinthDebian", "PlinthAlpine", "PlinthOCI",
                "PlinthELF", "PlinthCore",
            ]),
        room(
            "PlinthTransfer", "Model/Transfer",
            needs: ["PlinthImage", "PlinthRegistry", "PlinthFetch", "PlinthOCI", "PlinthCore", system]),
        room(
            "PlinthImage", "Model/Image",
            needs: ["PlinthOCI", "PlinthELF", "PlinthArchive", "PlinthCore", "CXattr", system]),
        room(
            "PlinthDistribution", "Model/Distribution",
            needs: ["PlinthDebian", "PlinthAlpine", "PlinthPackages", "PlinthOCI", "PlinthCore", system]),
        room("PlinthReports", "Model/Reports", needs: ["PlinthCore"]),

        // Services: only these touch the network and other programs.
        room(
            "PlinthFetch", "Services/Fetch",
            needs: ["PlinthWeb", "PlinthCore", subprocess, httpClient, nioTLS, system, logging] + nio),
        room(
            "PlinthRegistry", "Services/Registry",
            needs: ["PlinthWeb", "PlinthOCI", "PlinthCore", subprocess, httpClient, nioTLS, system] + nio),
        room("PlinthWeb", "Services/Web", needs: ["PlinthCore", httpClient, nioTLS, system] + nio),
        room("PlinthSandbox", "Services/Sandbox", needs: ["PlinthCore", subprocess, system]),

        // Formats: bytes and values, no network, clock, environment or disk.
        room(
            "PlinthDebian", "Formats/Debian", needs: ["PlinthPackages", "PlinthArchive", "PlinthCore"],
            settings: strict),
        room(
            "PlinthAlpine", "Formats/Alpine", needs: ["PlinthArchive", "PlinthCore", crypto, rsa],
            settings: strict),
        room("PlinthPackages", "Formats/Packages", needs: ["PlinthCore"], settings: strict),
        room("PlinthSBOM", "Formats/SBOM", needs: ["PlinthCore"], settings: strict),
        room("PlinthOCI", "Formats/OCI", needs: ["PlinthCore"], settings: strict),
        room("PlinthELF", "Formats/ELF", needs: ["PlinthCore"], settings: strict),
        room("PlinthYAML", "Formats/YAML", needs: ["PlinthCore", "CYAML"], settings: strict),
        room("PlinthSystemd", "Formats/Systemd", needs: ["PlinthCore"], settings: strict),
        room("PlinthGSettings", "Formats/GSettings", settings: strict),
        room(
            "PlinthArchive", "Formats/Archive",
            needs: ["PlinthCore", "CLZMA", "CZlib", "CZstd", "CDeflate", "CBzip2"], settings: strict),

        room("PlinthCore", "Core", needs: [crypto, system], settings: strict),

        // Tests mirror the rooms.
        .target(
            name: "PlinthTestSupport", dependencies: ["PlinthCore", system], path: "Tests/Support",
            swiftSettings: common),
        tests("CoreTests", "CoreTests", of: ["PlinthCore"]),
        tests(
            "ArchiveTests", "Formats/ArchiveTests",
            of: ["PlinthArchive", "PlinthCore", "PlinthTestSupport", system]),
        tests(
            "DebianTests", "Formats/DebianTests",
            of: ["PlinthDebian", "PlinthPackages", "PlinthArchive", "PlinthCore", "PlinthTestSupport", system]),
        .target(
            name: "PlinthAlpineSamples",
            dependencies: ["PlinthAlpine", "PlinthArchive", "PlinthCore", "PlinthTestSupport", rsa, system],
            path: "Tests/AlpineSupport", swiftSettings: common),
        tests(
            "AlpineTests", "Formats/AlpineTests",
            of: [
                "PlinthAlpine", "PlinthAlpineSamples", "PlinthArchive", "PlinthCore", "PlinthTestSupport", system,
            ]),
        tests("ELFTests", "Formats/ELFTests", of: ["PlinthELF", "PlinthCore", "PlinthTestSupport", system]),
        tests("OCITests", "Formats/OCITests", of: ["PlinthOCI", "PlinthCore", "PlinthTestSupport"]),
        tests("PackagesTests", "Formats/PackagesTests", of: ["PlinthPackages", "PlinthCore"]),
        tests("SBOMTests", "Formats/SBOMTests", of: ["PlinthSBOM", "PlinthCore", "PlinthTestSupport"]),
        tests("YAMLTests", "Formats/YAMLTests", of: ["PlinthYAML", "PlinthCore"]),
        tests("SystemdTests", "Formats/SystemdTests", of: ["PlinthSystemd", "PlinthCore"]),
        tests(
            "GSettingsTests", "Formats/GSettingsTests",
            of: ["PlinthGSettings", "PlinthCore", "PlinthTestSupport", system]),
        tests(
            "ImageTests", "Model/ImageTests",
            of: [
                "PlinthImage", "PlinthOCI", "PlinthArchive", "PlinthELF", "PlinthCore", "PlinthTestSupport", system,
            ]),
        tests(
            "InventoryTests", "Model/InventoryTests",
            of: [
                "PlinthInventory", "PlinthImage", "PlinthReports", "PlinthOCI", "PlinthArchive", "PlinthCore",
                "PlinthTestSupport", system,
            ]),
        tests(
            "DistributionTests", "Model/DistributionTests",
            of: ["PlinthDistribution", "PlinthOCI", "PlinthCore", system]),
        tests(
            "FetchTests", "Services/FetchTests",
            of: ["PlinthFetch", "PlinthWeb", "PlinthCore", "PlinthTestSupport", system]),
        tests("WebTests", "Services/WebTests", of: ["PlinthWeb"]),
        tests(
            "RegistryTests", "Services/RegistryTests",
            of: [
                "PlinthRegistry", "PlinthWeb", "PlinthOCI", "PlinthCore", "PlinthTestSupport", system, httpClient,
            ] + nio),
        tests("SandboxTests", "Services/SandboxTests", of: ["PlinthSandbox", "PlinthCore", system]),
        tests(
            "BuildTests", "Capabilities/BuildTests",
            of: [
                "PlinthBuild", "PlinthInspect", "PlinthImage", "PlinthReports", "PlinthDistribution", "PlinthFetch",
                "PlinthDebian", "PlinthPackages", "PlinthYAML", "PlinthELF", "PlinthOCI", "PlinthArchive", "PlinthCore",
                "PlinthTestSupport", system,
            ]),
        .target(
            name: "PlinthImageSamples",
            dependencies: ["PlinthImage", "PlinthOCI", "PlinthArchive", "PlinthCore", "PlinthTestSupport"],
            path: "Tests/ImageSupport", swiftSettings: common),
        tests(
            "TreeTests", "Capabilities/TreeTests",
            of: [
                "PlinthTree", "PlinthInventory", "PlinthReports", "PlinthCore", "PlinthImageSamples",
                "PlinthTestSupport", system,
            ]),
        tests(
            "DiffTests", "Capabilities/DiffTests",
            of: [
                "PlinthDiff", "PlinthInventory", "PlinthReports", "PlinthOCI", "PlinthCore", "PlinthImageSamples",
                "PlinthTestSupport", system,
            ]),
        tests(
            "InspectTests", "Capabilities/InspectTests",
            of: [
                "PlinthInspect", "PlinthImageSamples", "PlinthReports", "PlinthImage", "PlinthOCI", "PlinthArchive",
                "PlinthCore",
                "PlinthTestSupport", system,
            ]),
        tests(
            "ArchiveRunTests", "Archive", of: ["PlinthCore", "PlinthTestSupport", system]),
        tests(
            "GoldenTests", "Golden",
            of: ["PlinthAlpine", "PlinthAlpineSamples", "PlinthArchive", "PlinthCore", "PlinthTestSupport", system]
                + nio,
            without: ["Expected"]),

        // The parsers for the fuzzer, and every input that it ever found.
        .target(
            name: "PlinthFuzz",
            dependencies: [
                "PlinthImage", "PlinthDebian", "PlinthAlpine", "PlinthELF", "PlinthOCI", "PlinthYAML", "PlinthSystemd",
                "PlinthGSettings", "PlinthArchive", "PlinthCore", system,
            ],
            path: "Fuzz/Targets", swiftSettings: common),
        tests("FuzzTests", "Fuzz", of: ["PlinthFuzz", "PlinthCore", "PlinthTestSupport", system]),

        library("CLZMA", pkgConfig: "liblzma", apt: "liblzma-dev"),
        library("CZlib", pkgConfig: "zlib", apt: "zlib1g-dev"),
        library("CZstd", pkgConfig: "libzstd", apt: "libzstd-dev"),
        library("CDeflate", pkgConfig: "libdeflate", apt: "libdeflate-dev"),
        library("CBzip2", pkgConfig: nil, apt: "libbz2-dev"),
        library("CXattr", pkgConfig: nil, apt: "libc6-dev"),
        library("CYAML", pkgConfig: "yaml-0.1", apt: "libyaml-dev"),
    ],
    swiftLanguageModes: [.v6]
)

// `make fuzz` links the fuzzer's own runtime, which nothing else may have.
if getenv("PLINTH_FUZZ") != nil {
    package.targets.insert(
        .executableTarget(
            name: "plinth-fuzz", dependencies: ["PlinthFuzz"], path: "Fuzz/Runner", swiftSettings: common), at: 0)
}
