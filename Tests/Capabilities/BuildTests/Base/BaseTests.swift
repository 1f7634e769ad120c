// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage
import PlinthOCI
import PlinthReports
import PlinthTestSupport
import SystemPackage
import Testing

@testable import PlinthBuild

/// Images upon images.
@Suite(.enabled(if: TestKey.isAvailable))
struct BaseTests {
    @Test func `packages of the base count as installed`() async throws {
        try await WorkshopBench.with { bench in
            let base = try await bench.buildBase()
            try bench.writeTop("hello")
            let report = try await bench.build(verify: true)
            #expect(report.distribution == "debian:trixie")
            #expect(WorkshopBench.packages(report) == ["hello 2.10-3"])
            let told = try #require(report.platforms[0].base)
            #expect(told.name == "oci:base" && told.digest == base.digest && told.layers == 1 && told.packages == 2)
            let names = try bench.names(inLayer: 1)
            #expect(
                names == [
                    "etc/", "usr/", "usr/bin/", "usr/share/", "usr/share/doc/", "usr/share/doc/hello/",
                    "usr/share/hello/", "usr/share/man/", "var/", "var/lib/", "var/lib/dpkg/",
                    "var/lib/dpkg/status.d/", "etc/hello.conf", "usr/bin/hello", "usr/share/doc/hello/copyright",
                    "usr/share/hello/new", "var/lib/dpkg/status.d/hello", "var/lib/dpkg/status.d/hello.md5sums",
                ])
            let bill = String(decoding: try readFile(FilePath(bench.output.string + ".spdx.json")), as: UTF8.self)
            #expect(bill.contains("\"libgreeting\"") && bill.contains("copied from the image oci:base"))
            let files = try await bench.files()
            #expect(files["usr/lib/greeting/words"] == .file(size: 13))
            #expect(files["var/lib/dpkg/status.d/libgreeting"] != nil)
            #expect(files["usr/bin/debconf"] == nil)
        }
    }

    @Test func `layers, history and settings of the base stay`() async throws {
        try await WorkshopBench.with { bench in
            try await bench.buildBase(
                "libgreeting, base-files",
                """
                entrypoint: /usr/bin/old
                cmd: --all
                environment: {A: base, B: base}
                labels: {from: base}
                work-dir: /tmp
                ports: [80/tcp]
                """)
            let below = try StoredImage.open(.layout(bench.base, .only)).platforms[0]
            try bench.writeTop("hello", "environment: {B: top}\nports: [443/tcp]\nlabels: {by: top}")
            try await bench.build()
            let part = try bench.image.platforms[0]
            let config = try #require(part.config.config)
            #expect(config.entrypoint == ["/usr/bin/old"] && config.command == ["--all"])
            #expect(config.environment == ["A=base", "B=top", "PATH=\(ImageSettings.path)"])
            #expect(config.labels == ["from": "base", "by": "top"] && config.workingDirectory == "/tmp")
            #expect(config.exposedPorts == ["443/tcp", "80/tcp"])
            #expect(part.manifest?.layers.first == below.manifest?.layers.first)
            #expect(part.config.rootfs.diffIDs.first == below.config.rootfs.diffIDs.first)
            #expect(part.config.history?.count == 2 && part.config.history?.first == below.config.history?.first)
            #expect(
                part.manifest?.annotations?[AnnotationName.baseDigest] == below.descriptor.map { "\($0.digest)" })
            // A new entrypoint drops the old command.
            try bench.writeTop("hello", "entrypoint: /usr/bin/hello")
            try await bench.build()
            let other = try #require(try bench.image.platforms[0].config.config)
            #expect(other.entrypoint == ["/usr/bin/hello"] && other.command.isEmpty)
        }
    }

    @Test func `nothing added is nothing written`() async throws {
        try await WorkshopBench.with { bench in
            try await bench.buildBase("hello")
            try bench.writeTop("")
            let report = try await bench.build()
            #expect(report.platforms[0].layers.isEmpty)
            #expect(try bench.image.platforms[0].layers.count == 1)
            try bench.writeTop("hello")
            #expect(try await bench.build().platforms[0].packages.isEmpty)
            #expect(try bench.image.platforms[0].layers.count == 1)
        }
    }

    private static let newer = [
        TestPackage(
            "libgreeting", "2.0", architecture: "amd64",
            files: [.file("lib/greeting/phrases", "good evening\n"), .directory("var/lib/greeting", mode: 0o2775)]),
        TestPackage(
            "hello", "3", architecture: "amd64", fields: ["Depends": "libgreeting (>= 2.0)"],
            files: [.file("usr/bin/hello", "#!/bin/sh\n", mode: 0o755)]),
    ]

    @Test func `what has to be newer comes in the newer version`() async throws {
        try await WorkshopBench.with { bench in
            try await bench.buildBase()
            try bench.publish(
                WorkshopBench.packages.filter { ["base-files", "debconf"].contains($0.name) } + Self.newer)
            bench.now += 7200
            try bench.writeTop("hello")
            #expect(WorkshopBench.packages(try await bench.build()) == ["hello 3", "libgreeting 2.0"])
            let names = try bench.names(inLayer: 1)
            #expect(names.contains("usr/lib/greeting/.wh.words") && names.contains("usr/lib/greeting/phrases"))
            #expect(try await bench.files()["usr/lib/greeting/words"] == nil)
            #expect(try await bench.text("var/lib/dpkg/status.d/libgreeting").contains("Version: 2.0\n"))
        }
    }

    @Test func `a whole database takes in what comes`() async throws {
        let apt = TestPackage("apt", "3", architecture: "amd64", files: [.file("usr/bin/apt", "apt", mode: 0o755)])
        try await WorkshopBench.with(WorkshopBench.packages + [apt]) { bench in
            try await bench.buildBase("libgreeting, base-files", "profile: full")
            try bench.publish(
                WorkshopBench.packages.filter { ["base-files", "debconf"].contains($0.name) } + [apt] + Self.newer)
            bench.now += 7200
            try bench.writeTop("hello")
            let report = try await bench.build()
            #expect(report.dependencies == "declared")
            let status = try await bench.text("var/lib/dpkg/status")
            let found = status.split(separator: "\n").filter { $0.hasPrefix("Package:") || $0.hasPrefix("Version:") }
            #expect(
                found == [
                    "Package: apt", "Version: 3", "Package: base-files", "Version: 13", "Package: hello", "Version: 3",
                    "Package: libgreeting", "Version: 2.0",
                ])
            let files = try await bench.files()
            #expect(files["var/lib/dpkg/info/hello.list"] != nil && files["var/lib/dpkg/info/apt.list"] != nil)
            #expect(try await bench.text("var/lib/dpkg/info/libgreeting.list").contains("/lib/greeting/phrases\n"))
        }
    }

    @Test func `a file that is taken over has one owner`() async throws {
        let apt = TestPackage("apt", "3", architecture: "amd64", files: [.file("usr/bin/apt", "apt", mode: 0o755)])
        let taker = TestPackage(
            "taker", "1", fields: ["Replaces": "libgreeting"], files: [.file("usr/lib/greeting/words", "mine\n")])
        try await WorkshopBench.with(WorkshopBench.packages + [apt, taker]) { bench in
            try await bench.buildBase("libgreeting, base-files", "profile: full")
            try bench.writeTop("taker")
            let report = try await bench.build()
            #expect(
                report.platforms[0].effects.flatMap(\.notes).contains(
                    "/usr/lib/greeting/words of the base is now as the packages bring them"))
            #expect(try await bench.text("usr/lib/greeting/words") == "mine\n")
            #expect(try await !bench.text("var/lib/dpkg/info/libgreeting.list").contains("greeting/words"))
            #expect(try await bench.text("var/lib/dpkg/info/taker.list").contains("/usr/lib/greeting/words\n"))
        }
    }

    @Test func `another base needs another lock`() async throws {
        try await WorkshopBench.with { bench in
            try await bench.buildBase()
            try bench.writeTop("hello")
            try await bench.lock()
            let first = try await bench.build(locked: true)
            #expect(try await bench.build(locked: true).changed == false)
            let recipe = try readFile(bench.recipe)
            let lock = try readFile(bench.lockFile)
            removeTree(bench.base)
            try await bench.buildBase("libgreeting, base-files", "labels: {other: 'yes'}")
            try writeFile(bench.recipe, recipe)
            try writeFile(bench.lockFile, lock)
            #expect(await awaitedCode { try await bench.build(locked: true) } == "lock.stale")
            try await bench.lock()
            #expect(try await bench.build(locked: true).digest != first.digest)
        }
    }

    @Test func mistakes() async throws {
        try await WorkshopBench.with { bench in
            let digest = try await bench.buildBase().digest
            func code(_ packages: String, _ base: String, _ lines: String = "") async throws -> String? {
                try bench.writeTop(packages, lines, base: base)
                return await awaitedCode { try await bench.build() }
            }
            let other = "base: {image: oci:base, digest: 'sha256:\(String(repeating: "0", count: 64))'}"
            #expect(try await code("hello", other) == "base.digest")
            #expect(try await code("hello", "base: {image: oci:base, digest: '\(try #require(digest))'}") == nil)
            #expect(try await code("hello", "base: oci:base", "distribution: debian:bookworm") == "base.distribution")
            #expect(try await code("hello", "base: oci:base", "profile: slim") == "recipe.value")
            #expect(try await code("hello", "base: oci:nothing") == "image.missing")
            #expect(try await code("hello", "base: dir:.") == "base.noImage")
            #expect(try await code("hello", "base: {images: x}") == "recipe.unknownKey")
            #expect(try await code("hello", "base: ''") == "recipe.value")
        }
    }

    @Test func `files and paths go through the links of the base`() async throws {
        try await WorkshopBench.with { bench in
            try await bench.buildBase()
            try writeFile(bench.suite.scratch.appending("own"), "own\n")
            try bench.writeTop(
                "",
                """
                files: [{source: own, path: /lib/greeting/own}]
                paths: [{path: /lib/greeting/words, type: permissions, permissions: 0o600}]
                """)
            try await bench.build()
            #expect(
                try bench.names(inLayer: 1) == [
                    "usr/", "usr/lib/", "usr/lib/greeting/", "usr/lib/greeting/own", "usr/lib/greeting/words",
                ])
            #expect(try await bench.text("usr/lib/greeting/words") == "good morning\n")
            #expect(try await bench.files()["lib"] == .symlink(Array("usr/lib".utf8)))
        }
    }
}
