// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthFetch
import PlinthImage
import PlinthOCI
import PlinthReports
import PlinthTestSupport
import Synchronization
import SystemPackage
import Testing

@testable import PlinthBuild

/// Files of an image that a registry has under a name: the lock keeps what the name stood for.
struct RegistryPinTests {
    private static let recipe = """
        profile: scratch
        archs: [amd64]
        files: [{from: "docker://registry.example.org/tools:1", source: /hello, path: /bin/}]

        """

    @Test func `a lock pins the image`() async throws {
        try await FilesBench.with { bench in
            try bench.write("hello", "one\n")
            let one = try #require(try await bench.build(["source: hello, path: /hello"], to: "one").digest)
            try bench.write("hello", "two\n")
            let two = try #require(try await bench.build(["source: hello, path: /hello"], to: "two").digest)
            let registry = TestImages([one: bench.path("one"), two: bench.path("two")], named: one)
            try bench.write("r.yaml", Self.recipe)
            let bench = bench
            func workshop<Report: Sendable>(_ body: (Workshop) async throws -> Report) async throws -> Report {
                try await Downloader.with(bench.store, FetchConfiguration()) { downloader in
                    try await body(
                        Workshop(
                            environment: Environment(variables: [:], now: { 0 }, width: 1), store: bench.store,
                            downloader: downloader, progress: NoProgress(),
                            freshness: Freshness(refresh: false, offline: false, ignoreValidUntil: false),
                            open: { source, _ in try registry.open(source) }))
                }
            }
            let target = TargetOrder(
                destination: "oci:\(bench.path("out"))", architectures: [], compression: nil, isDryRun: false)
            let path = bench.path("r.yaml").string
            func build(locked: Bool) async throws -> Digest? {
                try await workshop { try await $0.build(recipeAt: path, locked: locked, verify: false, target: target) }
                    .digest
            }
            _ = try await workshop { try await $0.lock(recipeAt: path, update: .nothing) }
            let first = try await build(locked: true)
            #expect(try bench.lines().contains("0644 bin/hello “one” @0"))
            // The name stands for something else now; the lock does not.
            registry.name(two)
            #expect(try await build(locked: true) == first)
            #expect(registry.asked.last == "registry.example.org/tools:1@\(one)")
            _ = try await workshop { try await $0.lock(recipeAt: path, update: .everything) }
            #expect(try await build(locked: true) != first)
            #expect(try bench.lines().contains("0644 bin/hello “two” @0"))
        }
    }
}

/// Images by digest, one of them under a name.
private final class TestImages: Sendable {
    private let layouts: [Digest: FilePath]
    private let state: Mutex<(named: Digest, asked: [String])>

    init(_ layouts: [Digest: FilePath], named digest: Digest) {
        self.layouts = layouts
        state = Mutex((digest, []))
    }

    var asked: [String] { state.withLock { $0.asked } }
    func name(_ digest: Digest) { state.withLock { $0.named = digest } }

    func open(_ source: ImageSource) throws -> StoredImage {
        guard case .registry(let name) = source else { return try StoredImage.open(source) }
        let digest = state.withLock { state in
            state.asked.append(name)
            return name.split(separator: "@").dropFirst().first.flatMap { Digest(parsing: $0) } ?? state.named
        }
        return try StoredImage.open(ImageDestination(parsing: "oci:\(try #require(layouts[digest]))"))
    }
}
