// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage
import PlinthOCI
import PlinthReports
import PlinthTestSupport
import SystemPackage
import Testing

@testable import PlinthBuild

/// Several images of one recipe.
@Suite(.enabled(if: TestKey.isAvailable))
struct VariantTests {
    static let lines = """
        variants:
          small: {contents: {packages: ["!debconf"]}, files: [{source: image.yaml, path: /etc/image.yaml}]}
          talk: {contents: {packages: [debconf]}}
        """

    @Test func `each has a lock and a tag of its own`() async throws {
        try await WorkshopBench.with { bench in
            try bench.write("hello", Self.lines)
            let locked = try await bench.lock()
            #expect(locked.variants.map(\.packages) == [3, 4])
            #expect(locked.variants[1].lock.hasSuffix("/image.talk.lock.json"))
            let report = try await bench.build(.all, locked: true, to: "oci:\(bench.output):1")
            #expect(report.destination == "oci:\(bench.output):1")
            #expect(
                report.variants.map(\.destination) == ["oci:\(bench.output):1-small", "oci:\(bench.output):1-talk"])
            #expect(report.variants.map(\.variant) == ["small", "talk"])
            #expect(
                WorkshopBench.packages(report.variants[1]) == [
                    "base-files 13", "debconf 1.5", "hello 2.10-3", "libgreeting 1.2",
                ])
            for variant in report.variants {
                let image = try StoredImage.open(ImageDestination(parsing: try #require(variant.destination)))
                #expect(image.root?.digest == variant.digest)
            }
            #expect(
                namesInDirectory(bench.suite.scratch).filter { $0.hasPrefix("out") } == [
                    "out", "out.small.spdx.json", "out.spdx.json", "out.talk.spdx.json",
                ])
            #expect(try await bench.build(.all, locked: true, to: "oci:\(bench.output):1").changed == false)
            // One alone goes where it is told to, and is the same.
            let single = try await bench.build(.one("talk"), locked: true, to: "oci:\(bench.suite.scratch)/talk")
            #expect(single.digest == report.variants[1].digest)
        }
    }

    @Test func `archives are files of their own`() async throws {
        try await WorkshopBench.with { bench in
            try bench.write("hello", Self.lines)
            let place = bench.suite.scratch.appending("app.tar")
            let report = try await bench.build(.all, to: "docker-archive:\(place):app:2")
            #expect(
                report.variants.compactMap(\.destination) == [
                    "docker-archive:\(bench.suite.scratch)/app-small.tar:app:2-small",
                    "docker-archive:\(bench.suite.scratch)/app-talk.tar:app:2-talk",
                ])
        }
    }

    @Test func `a variant keeps the versions of the recipe's lock`() async throws {
        try await WorkshopBench.with { bench in
            try bench.write("hello", Self.lines)
            try await bench.lock()
            try bench.publish(WorkshopBench.packages + WorkshopTests.newer.filter { $0.version == "9.0" })
            bench.now += 7200
            removeTree(bench.suite.scratch.appending("image.talk.lock.json"))
            let talk = try await bench.build(.one("talk"))
            #expect(WorkshopBench.packages(talk).contains("hello 2.10-3"))
            #expect(await awaitedCode { try await bench.build(.one("talk"), locked: true) } == "lock.missing")
            try await bench.lock()
            #expect(try await bench.build(.one("talk"), locked: true).digest == talk.digest)
        }
    }

    @Test func `all architectures that the distribution has`() async throws {
        try await WorkshopBench.with { bench in
            try BuiltImageTests.publishForTwo(bench)
            bench.architectures = ["all"]
            // trixie has more of them than this archive.
            let code = await awaitedCode { try await bench.build() }
            #expect(code == "index.missing", "\(code ?? "none")")
        }
    }

    @Test func `versions that differ between processors are told`() {
        func platform(_ architecture: String, _ version: String) -> Lock.Platform {
            var package = Lock.Package.example("hello", version + "+b1")
            package.sourceVersion = version
            return Lock.Platform(architecture: architecture, packages: [package])
        }
        var lock = Lock.example([])
        lock.platforms = [platform("amd64", "2"), platform("arm64", "1"), platform("riscv64", "2")]
        #expect(lock.platformNotes == ["hello is not of one version: 1 for arm64; 2 for amd64, riscv64"])
        lock.platforms = [platform("amd64", "2"), platform("arm64", "2")]
        #expect(lock.platformNotes == [])
    }
}
