// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthDistribution
import PlinthReports
import SystemPackage
import Testing

@testable import PlinthBuild

/// The key under which a finished image is remembered: each thing that changes a byte is in it, and nothing else.
struct OrderKeyTests {
    static let platform = Lock.Platform(
        architecture: "amd64",
        packages: [
            Lock.Package(
                name: "hello", version: "1", architecture: "amd64", source: "hello", sourceVersion: "1",
                path: "hello.deb",
                size: ByteCount(10), digest: Digest.of([1]), archive: "trixie/main", reason: "hello")
        ], leftOut: nil)

    static func order(_ profile: BuildProfile = .minimal) throws -> BuildOrder {
        BuildOrder(
            distribution: try Distribution.named("debian:trixie"), profile: profile, dependencies: "runtime",
            recipe: Digest.of([2]), settings: ImageSettings(), inputs: EffectInputs(), additions: TreeAdditions(),
            packing: .gzip, epoch: nil, named: ["hello"],
            sources: [AptSource(url: "https://example.org", suites: ["trixie"], components: ["main"], keyring: "k")],
            platforms: [platform])
    }

    struct Change: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let matters: Bool
        var profile = BuildProfile.minimal
        let apply: @Sendable (inout BuildOrder, inout Lock.Platform) throws -> Void
    }

    static let changes: [Change] = [
        Change(testDescription: "distribution", matters: true) { order, _ in
            order.distribution = try .named("debian:bookworm")
        },
        Change(testDescription: "profile", matters: true) { order, _ in order.profile = .slim },
        Change(testDescription: "recipe", matters: true) { order, _ in order.recipe = Digest.of([9]) },
        Change(testDescription: "user", matters: true) { order, _ in order.settings.user = "7" },
        Change(testDescription: "entrypoint", matters: true) { order, _ in order.settings.entrypoint = ["/x"] },
        Change(testDescription: "environment", matters: true) { order, _ in order.settings.environment = ["A": "b"] },
        Change(testDescription: "labels", matters: true) { order, _ in order.settings.labels = ["A": "b"] },
        Change(testDescription: "additions", matters: true) { order, _ in
            order.additions.items = [.init(path: TreePath("x"), action: .directory, line: 1)]
        },
        Change(testDescription: "content of a file", matters: true) { order, _ in
            let item = Recipe.FileItem(source: "x", path: TreePath("x"))
            let content = LocalFile.Content.file("x", size: 1, isProgram: false)
            order.files["amd64"] = [LocalFile(item: item, digest: Digest.of([1]), content: content)]
        },
        Change(testDescription: "compression", matters: true) { order, _ in order.packing = .zstd },
        Change(testDescription: "SOURCE_DATE_EPOCH", matters: true) { order, _ in order.epoch = 0 },
        Change(testDescription: "named packages", matters: true) { order, _ in order.named = [] },
        Change(testDescription: "architecture", matters: true) { _, platform in platform.architecture = "arm64" },
        Change(testDescription: "bytes of a package", matters: true) { _, platform in
            platform.packages[0].digest = Digest.of([7])
        },
        Change(testDescription: "another package", matters: true) { _, platform in
            platform.packages.append(platform.packages[0])
        },
        Change(testDescription: "apt's sources in a whole system", matters: true, profile: .full) { order, _ in
            order.sources[0].url = "https://other.example.org"
        },
        Change(testDescription: "apt's sources in an image without apt", matters: false) { order, _ in
            order.sources = []
        },
        Change(testDescription: "why a package is there", matters: false) { _, platform in
            platform.packages[0].reason = "x"
        },
        Change(testDescription: "where a package came from", matters: false) { _, platform in
            platform.packages[0].archive = "other/main"
            platform.packages[0].path = "elsewhere.deb"
        },
        Change(testDescription: "what was left out", matters: false) { _, platform in
            platform.leftOut = [.init(name: "debconf", askedBy: ["x"], why: "y")]
        },
        Change(testDescription: "other platforms", matters: false) { order, _ in order.platforms = [] },
        Change(testDescription: "the word for dependencies", matters: false) { order, _ in
            order.dependencies = "declared"
        },
    ]

    @Test(arguments: changes)
    func key(_ change: Change) throws {
        var order = try Self.order(change.profile)
        var platform = Self.platform
        let before = try order.key(for: platform)
        #expect(try order.key(for: platform) == before)
        try change.apply(&order, &platform)
        #expect((try order.key(for: platform) != before) == change.matters)
    }

    @Test func everyChangeGivesAnotherKey() throws {
        let keys = try Self.changes.filter { $0.matters && $0.profile == .minimal }.map { change in
            var order = try Self.order()
            var platform = Self.platform
            try change.apply(&order, &platform)
            return try order.key(for: platform)
        }
        #expect(Set(keys).count == keys.count)
    }
}
