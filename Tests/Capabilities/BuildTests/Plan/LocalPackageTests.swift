// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthFetch
import PlinthReports
import PlinthTestSupport
import SystemPackage
import Testing

@testable import PlinthBuild

/// Package files that a recipe names by their paths.
@Suite(.enabled(if: TestKey.isAvailable))
struct LocalPackageTests {
    static let tool = TestPackage(
        "tool", "1:2.0-1", architecture: "amd64", fields: ["Depends": "libgreeting", "Source": "tools (2.0)"],
        files: [.file("usr/bin/tool", "program\n", mode: 0o755)])

    static func write(_ package: TestPackage, _ bench: WorkshopBench, _ name: String = "own/tool.deb") throws {
        try writeFile(
            bench.suite.scratch.appending("own").appending(FilePath(name).lastComponent ?? "x"), try package.deb())
    }

    @Test func `its dependencies come from the archives`() async throws {
        try await WorkshopBench.with { bench in
            try Self.write(Self.tool, bench)
            try bench.write("./own/tool.deb")
            let report = try await bench.build(verify: true)
            #expect(WorkshopBench.packages(report) == ["libgreeting 1.2", "tool 1:2.0-1"])
            #expect(report.platforms[0].packages[1].archive == "local")
            #expect(report.platforms[0].packages[1].source == "tools")
            #expect(report.platforms[0].packages[0].reason == "tool → libgreeting")
            #expect(report.platforms[0].entrypoint == ["/usr/bin/tool"])
        }
    }

    @Test func `it is taken instead of what the archives have`() async throws {
        try await WorkshopBench.with { bench in
            var old = WorkshopBench.packages[2]
            old.version = "1.1"
            try Self.write(old, bench)
            try bench.write("hello, ./own/tool.deb")
            let report = try await bench.build()
            #expect(WorkshopBench.packages(report) == ["base-files 13", "hello 2.10-3", "libgreeting 1.1"])
            old.version = "0.9"
            try Self.write(old, bench)
            // hello wants 1.0 at least, and the file must be taken.
            #expect(await awaitedCode { try await bench.build() } == "resolve.unsatisfiable")
        }
    }

    @Test func `a lock pins the file`() async throws {
        try await WorkshopBench.with { bench in
            try Self.write(Self.tool, bench)
            try bench.write("./own/tool.deb")
            try await bench.lock()
            #expect(try bench.locked() == ["libgreeting 1.2", "tool 1:2.0-1"])
            let first = try await bench.build(locked: true)
            // From the lock alone, in a store that never saw the file.
            removeTree(bench.suite.store.home)
            #expect(try await bench.build(locked: true).digest == first.digest)
            var changed = Self.tool
            changed.files.append(.file("usr/share/tool", "new"))
            try Self.write(changed, bench)
            #expect(await awaitedCode { try await bench.build(locked: true) } == "lock.stale")
            #expect(try await bench.build().digest != first.digest)
            #expect(try await bench.lock().differences == ["~ tool 1:2.0-1 (other bytes)"])
        }
    }

    @Test func `a file for each processor`() async throws {
        try await WorkshopBench.with { bench in
            try BuiltImageTests.publishForTwo(bench)
            var other = Self.tool
            other.architecture = "arm64"
            try Self.write(Self.tool, bench)
            try Self.write(other, bench, "other.deb")
            bench.architectures = ["amd64", "arm64"]
            try bench.write("./own/tool.deb")
            #expect(await awaitedCode { try await bench.build() } == "package.architecture")
            try bench.write("./own/tool.deb, ./own/other.deb")
            let report = try await bench.build()
            #expect(report.platforms.map { $0.packages[1].architecture } == ["amd64", "arm64"])
        }
    }

    @Test func `what cannot be`() async throws {
        try await WorkshopBench.with { bench in
            try Self.write(Self.tool, bench)
            try Self.write(Self.tool, bench, "again.deb")
            try writeFile(bench.suite.scratch.appending("own/bad.deb"), "no package")
            try writeFile(bench.suite.scratch.appending("own/tool.apk"), "no package")
            for (words, expected) in [
                ("./own/missing.deb", "package.missing"), ("tool.deb", "package.path"), ("./own/bad.deb", "ar.corrupt"),
                ("./own/tool.apk", "package.family"), ("./own/tool.deb, ./own/again.deb", "package.twice"),
            ] {
                try bench.write(words)
                #expect(await awaitedCode { try await bench.build() } == expected, "\(words)")
            }
        }
    }
}
