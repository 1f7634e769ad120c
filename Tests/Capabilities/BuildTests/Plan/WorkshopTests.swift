// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthDistribution
import PlinthFetch
import PlinthOCI
import PlinthReports
import PlinthTestSupport
import SystemPackage
import Testing

@testable import PlinthBuild

/// From recipe and lock to an image at its destination.
@Suite(.enabled(if: TestKey.isAvailable))
struct WorkshopTests {
    static let newer = WorkshopBench.packages.map { package in
        var copy = package
        if package.name == "hello" || package.name == "libgreeting" { copy.version = "9.0" }
        return copy
    }

    @Test func buildsAndThenLooksUp() async throws {
        try await WorkshopBench.with { bench in
            let first = try await bench.build()
            #expect(first.changed)
            #expect(WorkshopBench.packages(first) == ["base-files 13", "hello 2.10-3", "libgreeting 1.2"])
            #expect(first.platforms[0].leftOut.map(\.name) == ["debconf"])
            #expect(first.platforms[0].entrypoint == ["/usr/bin/hello"])
            #expect(first.platforms.map(\.platform) == ["linux/amd64"])
            #expect(first.created == "2025-02-19T21:20:00Z")
            #expect(first.destination == "oci:\(bench.output)")
            #expect(first.digest == first.platforms[0].manifest)
            let second = try await bench.build()
            #expect(!second.changed)
            #expect(second.digest == first.digest)
            #expect(
                namesInDirectory(bench.suite.scratch) == ["archive", "image.yaml", "out", "out.spdx.json", "store"])
        }
    }

    @Test func lockKeepsVersions() async throws {
        try await WorkshopBench.with { bench in
            let report = try await bench.lock()
            #expect(report.changed)
            #expect(report.packages == 3)
            #expect(report.differences == ["+ base-files 13", "+ hello 2.10-3", "+ libgreeting 1.2"])
            let first = try await bench.build(locked: true)
            try bench.publish(Self.newer)
            bench.now += 7200
            // Neither a build nor a lock without an update asks the archive.
            #expect(try await bench.build(locked: true).digest == first.digest)
            #expect(try await bench.lock().changed == false)
            #expect(try bench.locked() == ["base-files 13", "hello 2.10-3", "libgreeting 1.2"])
        }
    }

    @Test(arguments: [
        (["hello"], ["base-files 13", "hello 9.0", "libgreeting 1.2"], ["~ hello 2.10-3 → 9.0"]),
        (
            ["libgreeting", "nothing"], ["base-files 13", "hello 2.10-3", "libgreeting 9.0"],
            ["~ libgreeting 1.2 → 9.0"]
        ),
    ])
    func updateOfOnePackage(_ names: [String], _ packages: [String], _ differences: [String]) async throws {
        try await WorkshopBench.with { bench in
            try await bench.lock()
            // Both versions are there, as in an archive that keeps some time.
            try bench.publish(WorkshopBench.packages + Self.newer.filter { $0.version == "9.0" })
            bench.now += 7200
            let report = try await bench.lock(.packages(names))
            #expect(report.differences == differences)
            #expect(try bench.locked() == packages)
            try await bench.lock(.everything)
            #expect(try bench.locked() == ["base-files 13", "hello 9.0", "libgreeting 9.0"])
        }
    }

    @Test func versionsThatAreGone() async throws {
        try await WorkshopBench.with { bench in
            try await bench.lock()
            try bench.publish(Self.newer)
            bench.now += 7200
            try await bench.lock(.packages(["hello"]))
            #expect(try bench.locked() == ["base-files 13", "hello 9.0", "libgreeting 9.0"])
        }
    }

    @Test func staleLock() async throws {
        try await WorkshopBench.with { bench in
            #expect(await awaitedCode { try await bench.build(locked: true) } == "lock.missing")
            try await bench.lock()
            try bench.publish(WorkshopBench.packages + Self.newer.filter { $0.version == "9.0" })
            bench.now += 7200
            try bench.write("hello, debconf")
            #expect(await awaitedCode { try await bench.build(locked: true) } == "lock.stale")
            let before = try readFile(bench.lockFile)
            // Resolved anew, with the versions that were locked, and the file is left alone.
            let report = try await bench.build()
            #expect(
                WorkshopBench.packages(report) == ["base-files 13", "debconf 1.5", "hello 2.10-3", "libgreeting 1.2"])
            #expect(try readFile(bench.lockFile) == before)
            try await bench.lock()
            #expect(try bench.locked() == ["base-files 13", "debconf 1.5", "hello 2.10-3", "libgreeting 1.2"])
        }
    }

    /// Comments and layout are no part of what was locked; another platform is.
    @Test func whatMakesALockStale() async throws {
        try await WorkshopBench.with { bench in
            try await bench.lock()
            try bench.write("hello", "# a comment")
            _ = try await bench.build(locked: true)
            bench.architectures = ["arm64"]
            #expect(await awaitedCode { try await bench.build(locked: true) } == "lock.stale")
        }
    }

    @Test func offline() async throws {
        try await WorkshopBench.with { bench in
            bench.freshness.offline = true
            #expect(await awaitedCode { try await bench.build() } == "fetch.offline")
            bench.freshness.offline = false
            let first = try await bench.build()
            removeTree(bench.suite.archive.directory)
            removeTree(bench.output)
            bench.freshness.offline = true
            bench.now += 100_000
            #expect(try await bench.build().digest == first.digest)
            bench.freshness.offline = false
            #expect(await awaitedCode { try await bench.build() } == "fetch.missing")
        }
    }

    @Test func dryRun() async throws {
        try await WorkshopBench.with { bench in
            let report = try await bench.build(isDryRun: true)
            #expect(WorkshopBench.packages(report) == ["base-files 13", "hello 2.10-3", "libgreeting 1.2"])
            #expect(report.destination == nil)
            #expect(report.digest == nil)
            #expect(!report.changed)
            #expect(namesInDirectory(bench.suite.scratch) == ["archive", "image.yaml", "store"])
        }
    }

    @Test func verification() async throws {
        try await WorkshopBench.with { bench in
            let report = try await bench.build(verify: true)
            #expect(try await bench.build(verify: true).digest == report.digest)
            // A remembered image that this input does not give.
            let scratch = namesInDirectory(bench.suite.store.home.appending("tmp"))
            #expect(scratch.isEmpty)
            try await Self.forge(bench)
            #expect(await awaitedCode { try await bench.build(verify: true) } == "build.differs")
        }
    }

    /// Remembers the configuration as the manifest.
    private static func forge(_ bench: WorkshopBench) async throws {
        let found = try outputOf("find", [bench.suite.store.home.appending("layers").string, "-name", "*.json"])
        let file = FilePath(String(decoding: found, as: UTF8.self).split(separator: "\n").map(String.init)[0])
        let key = String(file.lastComponent?.string.dropLast(5) ?? "")
        var record = try #require(try PlatformRecord.load(key, from: bench.suite.store))
        record.manifest.digest = record.config.digest
        try record.save(key, to: bench.suite.store)
    }

    @Test func packageThatIsNotWhatTheIndexSays() async throws {
        try await WorkshopBench.with { bench in
            var archive = bench.suite.archive
            archive.date += 10
            let list = try WorkshopBench.packages.map { try archive.add($0) }.joined(separator: "\n")
            let changed = list.replacing(
                "Package: libgreeting\nVersion: 1.2", with: "Package: libgreeting\nVersion: 1.3")
            try archive.write(suite: "trixie", list: Array(changed.utf8), key: bench.suite.key)
            // The second time the package is normalised already.
            for _ in 0..<2 { #expect(await awaitedCode { try await bench.build() } == "package.mismatch") }
        }
    }

    @Test func damagedPackage() async throws {
        try await WorkshopBench.with { bench in
            let found = try outputOf("find", [bench.suite.archive.directory.string, "-name", "hello_*.deb"])
            let file = FilePath(String(decoding: found, as: UTF8.self).split(separator: "\n").map(String.init)[0])
            try SuiteBench.flipBit(file)
            #expect(await awaitedCode { try await bench.build() } == "fetch.digest")
            try SuiteBench.flipBit(file)
            _ = try await bench.build()
        }
    }

    @Test(arguments: [
        ("", "build.destination"), ("registry:x", "image.destination"), ("oci:/proc/nowhere/x", "image.notLayout"),
    ])
    func destinations(_ destination: String, _ expected: String) async throws {
        try await WorkshopBench.with { bench in
            let bench = bench
            let found = await awaitedCode {
                try await bench.workshop { workshop in
                    var target = bench.target(destination)
                    if destination.isEmpty { target.destination = nil }
                    return try await workshop.build(
                        recipeAt: bench.recipe.string, locked: false, verify: false, target: target)
                }
            }
            if destination.hasPrefix("oci:") { #expect(found != nil) } else { #expect(found == expected) }
        }
    }

    @Test func recipesThatCannotBe() async throws {
        try await WorkshopBench.with { bench in
            try bench.write("hello", "accounts: {run-as: nobody-we-know}")
            #expect(await awaitedCode { try await bench.build() } == "user.unknown")
            try bench.write("no-such-package")
            #expect(await awaitedCode { try await bench.build() } == "resolve.unknownPackage")
            try bench.write("hello", "scripts: sandbox")
            #expect(await awaitedCode { try await bench.build() } == "recipe.notYet")
            try bench.write("hello", "files: [{source: missing.txt, path: /x}]")
            #expect(await awaitedCode { try await bench.build() } == "files.missing")
            removeTree(bench.recipe)
            #expect(await awaitedCode { try await bench.build() } == "recipe.missing")
        }
    }

    @Test(arguments: [
        ("https://user:secret@example.org/debian", "https://example.org/debian"),
        ("https://example.org/debian@x", "https://example.org/debian@x"), ("/srv/a@b", "/srv/a@b"),
        ("http://token@example.org", "http://example.org"), ("https://a@b@example.org/x", "https://example.org/x"),
    ])
    func passwordsStayOut(_ url: String, _ expected: String) {
        let source = ArchiveSource(baseURL: url, suite: "x", components: [], keyrings: [])
        #expect(source.publicURL == expected)
    }
}
