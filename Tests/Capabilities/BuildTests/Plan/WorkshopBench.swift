// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthFetch
import PlinthReports
import PlinthTestSupport
import SystemPackage

@testable import PlinthBuild

/// Recipes, locks and images against a signed archive of the test's own.
struct WorkshopBench: Sendable {
    var suite: SuiteBench
    var variables: [String: String] = [:]
    var now = SuiteBench.noon
    var architectures = ["amd64"]
    var freshness = Freshness(refresh: false, offline: false, ignoreValidUntil: false)

    static let packages = [
        TestPackage(
            "base-files", "13", architecture: "amd64",
            files: [
                .symlink("bin", to: "usr/bin"), .symlink("lib", to: "usr/lib"), .directory("usr/bin"),
                .directory("usr/lib"),
                .directory("etc"), .directory("tmp", mode: 0o1777), .directory("var"),
            ]),
        TestPackage(
            "hello", "2.10-3", architecture: "amd64", fields: ["Depends": "libgreeting (>= 1.0), base-files, debconf"],
            files: [
                .file("usr/bin/hello", "program\n", mode: 0o755), .file("etc/hello.conf", "greeting=hello\n"),
                .file("usr/share/doc/hello/copyright", "Nobody's.\n"), .file("usr/share/man/man1/hello.1", "man"),
                TestFile("usr/share/hello/new", .file([65]), modified: 1_740_000_000),
            ],
            conffiles: ["/etc/hello.conf"]),
        TestPackage(
            "libgreeting", "1.2", architecture: "amd64",
            files: [.file("lib/greeting/words", "good morning\n"), .directory("var/lib/greeting", mode: 0o2775)]),
        TestPackage("debconf", "1.5", files: [.file("usr/bin/debconf", "", mode: 0o755)]),
    ]

    static func with<Result>(
        _ packages: [TestPackage] = packages, _ body: (inout WorkshopBench) async throws -> Result
    ) async throws -> Result {
        try await SuiteBench.with { suite in
            try suite.publish(packages, suite: "trixie")
            var bench = WorkshopBench(suite: suite)
            try bench.write()
            return try await body(&bench)
        }
    }

    var recipe: FilePath { suite.scratch.appending("image.yaml") }
    var lockFile: FilePath { suite.scratch.appending("image.lock.json") }
    var output: FilePath { suite.scratch.appending("out") }

    /// Writes the recipe: packages, the archive, and further lines.
    func write(_ packages: String = "hello", _ lines: String = "") throws {
        let repository =
            "{url: \(suite.archive.directory), suites: [trixie], components: [main], keyring: \(suite.key.keyring)}"
        try writeFile(
            recipe,
            """
            distribution: debian:trixie
            contents:
              packages: [\(packages)]
              repositories: [\(repository)]
            \(lines)

            """)
    }

    /// Puts packages into the archive in the place of those that are there.
    func publish(_ packages: [TestPackage], later seconds: Int64 = 10) throws {
        var archive = suite.archive
        archive.date += seconds
        _ = try archive.write(suite: "trixie", packages, key: suite.key)
    }

    func workshop<Result: Sendable>(_ body: (Workshop) async throws -> Result) async throws -> Result {
        let now = now
        let environment = Environment(variables: variables, now: { now }, width: 2)
        var configuration = FetchConfiguration()
        configuration.isOffline = freshness.offline
        return try await Downloader.with(suite.store, configuration) { downloader in
            try await body(
                Workshop(
                    environment: environment, store: suite.store, downloader: downloader, progress: NoProgress(),
                    freshness: freshness))
        }
    }

    func target(_ destination: String? = nil, compression: String? = nil, isDryRun: Bool = false) -> TargetOrder {
        TargetOrder(
            destination: destination ?? "oci:\(output)", architectures: architectures, compression: compression,
            isDryRun: isDryRun)
    }

    @discardableResult
    func build(
        _ choice: VariantChoice = .recipe, locked: Bool = false, to destination: String? = nil,
        compression: String? = nil, verify: Bool = false,
        isDryRun: Bool = false
    ) async throws -> BuildReport {
        try await workshop { workshop in
            try await workshop.build(
                recipeAt: recipe.string, choice, locked: locked, verify: verify,
                target: target(destination, compression: compression, isDryRun: isDryRun))
        }
    }

    @discardableResult
    func lock(_ update: LockUpdate = .nothing) async throws -> LockReport {
        try await workshop { try await $0.lock(recipeAt: recipe.string, update: update) }
    }

    /// Names and versions in the lock beside the recipe.
    func locked() throws -> [String] {
        let lock = try Lock.parse(try readFile(lockFile), name: "test")
        return lock.platforms.flatMap { platform in platform.packages.map { "\($0.name) \($0.version)" } }
    }

    /// Such as `hello 2.10-3`, of the first platform.
    static func packages(_ report: BuildReport) -> [String] {
        report.platforms[0].packages.map { "\($0.name) \($0.version)" }
    }
}
