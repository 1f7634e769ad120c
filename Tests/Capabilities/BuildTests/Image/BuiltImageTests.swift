// SPDX-License-Identifier: Apache-2.0
import PlinthArchive
import PlinthCore
import PlinthFetch
import PlinthImage
import PlinthInspect
import PlinthOCI
import PlinthReports
import PlinthTestSupport
import SystemPackage
import Testing

@testable import PlinthBuild

/// Images as they lie at their destination.
@Suite(.enabled(if: TestKey.isAvailable))
struct BuiltImageTests {
    /// The files of the only layer, as lines; effects' and the database's among them.
    static func lines(_ image: StoredImage, _ platform: Int = 0) throws -> [String] {
        let manifest = try #require(image.platforms[platform].manifest)
        let packed = try image.source(of: manifest.layers[0]).readAll(limit: 64 << 20)
        let raw = try Decompressor(MemorySource(packed), Compression.detect(packed), limit: 64 << 20).readAll(
            limit: 64 << 20)
        #expect(Digest.of(raw) == image.platforms[platform].config.rootfs.diffIDs[0])
        return try TarLines.lines(raw)
    }

    /// Says which line is missing, not what is there instead.
    func expect(_ line: String, in lines: [String], _ location: SourceLocation = #_sourceLocation) {
        let isThere = lines.contains(line)
        #expect(isThere, "\(line)", sourceLocation: location)
    }

    static func open(_ bench: WorkshopBench) throws -> StoredImage {
        try StoredImage.open(ImageDestination(parsing: "oci:\(bench.output)"))
    }

    @Test func whatTheRecipeSays() async throws {
        try await WorkshopBench.with { bench in
            try writeFile(bench.suite.scratch.appending("motd"), "welcome\n")
            try bench.write(
                "hello",
                """
                accounts: {run-as: app, users: [{username: app, uid: 1234, gid: 99}], groups: [{groupname: app, gid: 99}]}
                entrypoint: {command: /usr/bin/hello --greeting "good day"}
                cmd: world
                environment: {LANG: C.UTF-8, A: b}
                work-dir: /var/lib/greeting
                stop-signal: SIGQUIT
                ports: [80, 53/udp]
                volumes: [/data]
                labels: {a: b}
                annotations: {org.example.x: y}
                paths: [{path: /data, type: directory, uid: 1234, gid: 99, permissions: 0o750}]
                files: [{source: motd, path: /etc/motd}]
                """)
            let report = try await bench.build()
            let image = try Self.open(bench)
            let config = try #require(image.platforms[0].config.config)
            #expect(config.user == "1234")
            #expect(config.entrypoint == ["/usr/bin/hello", "--greeting", "good day"])
            #expect(config.command == ["world"])
            #expect(
                config.environment == [
                    "A=b", "LANG=C.UTF-8", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                ])
            #expect(config.workingDirectory == "/var/lib/greeting")
            #expect(config.stopSignal == "SIGQUIT")
            #expect(config.exposedPorts == ["53/udp", "80/tcp"] || config.exposedPorts == ["80/tcp", "53/udp"])
            #expect(config.volumes == ["/data"])
            #expect(config.labels == ["a": "b"])
            #expect(image.platforms[0].config.created == report.created)
            #expect(image.platforms[0].manifest?.annotations?["org.example.x"] == "y")
            #expect(image.platforms[0].manifest?.annotations?[AnnotationName.created] == report.created)
            let lines = try Self.lines(image)
            for line in [
                "0755 usr/bin/hello “program”", "0644 usr/lib/greeting/words “good morning”",
                "2775 var/lib/greeting/", "1777 tmp/", "0777 bin -> usr/bin",
                "0644 usr/share/hello/new “A” @1740000000",
                "0750 data/ 1234:99 @1740000000", "0644 etc/motd “welcome” @0",
                "0644 usr/share/doc/hello/copyright “Nobody's.”",
            ] { expect(line, in: lines) }
            #expect(!lines.contains { $0.contains("share/man/man1") })
        }
    }

    /// Packages for two architectures, and one for all.
    static func publishForTwo(_ bench: WorkshopBench) throws {
        var lists: [String: String] = [:]
        for architecture in ["amd64", "arm64"] {
            let stanzas = try WorkshopBench.packages.map { package in
                var copy = package
                if package.name == "hello" {
                    copy.architecture = architecture
                    copy.files.append(.file("usr/share/hello/architecture", architecture))
                } else {
                    copy.architecture = "all"
                }
                return try bench.suite.archive.add(copy)
            }
            lists["main/binary-\(architecture)"] = stanzas.joined(separator: "\n")
        }
        try bench.suite.publish(
            lists: lists, lines: ["Architectures: all amd64 arm64", "No-Support-for-Architecture-all: Packages"],
            suite: "trixie")
    }

    @Test func twoPlatforms() async throws {
        try await WorkshopBench.with { bench in
            try Self.publishForTwo(bench)
            bench.architectures = ["arm64", "amd64"]
            let report = try await bench.build(verify: true)
            #expect(report.platforms.map(\.platform) == ["linux/amd64", "linux/arm64"])
            let image = try Self.open(bench)
            #expect(image.root?.mediaType == .imageIndex)
            #expect(image.root?.digest == report.digest)
            #expect(image.platforms.map { "\($0.platform)" } == ["linux/amd64", "linux/arm64"])
            #expect(image.platforms.compactMap(\.descriptor?.digest) == report.platforms.map(\.manifest))
            for (number, architecture) in ["amd64", "arm64"].enumerated() {
                let lines = try Self.lines(image, number)
                expect("0644 usr/share/hello/architecture “\(architecture)”", in: lines)
            }
            #expect(
                namesInDirectory(bench.suite.scratch) == [
                    "archive", "image.yaml", "out", "out.amd64.spdx.json", "out.arm64.spdx.json", "store",
                ])
            // Each platform by itself is the same image.
            let manifests = report.platforms.map(\.manifest)
            for (number, architecture) in ["amd64", "arm64"].enumerated() {
                bench.architectures = [architecture]
                let single = try await bench.build(to: "oci:\(bench.suite.scratch)/single-\(architecture)")
                #expect(single.digest == manifests[number])
            }
            bench.architectures = ["amd64", "arm64"]
            #expect(try await bench.build().changed == false)
        }
    }

    @Test func bothCompressionsHoldTheSameLayer() async throws {
        try await WorkshopBench.with { bench in
            let gzip = try await bench.build()
            let zstd = try await bench.build(to: "oci:\(bench.suite.scratch)/zstd", compression: "zstd")
            #expect(gzip.platforms[0].layers.map(\.diffID) == zstd.platforms[0].layers.map(\.diffID))
            #expect(gzip.platforms[0].layers.map(\.digest) != zstd.platforms[0].layers.map(\.digest))
            let image = try StoredImage.open(ImageDestination(parsing: "oci:\(bench.suite.scratch)/zstd"))
            #expect(image.platforms[0].manifest?.layers.map(\.mediaType) == [.layerZstd])
            #expect(try Self.lines(image) == (try Self.lines(try Self.open(bench))))
        }
    }

    @Test(arguments: ["oci", "oci-archive", "docker-archive"])
    func everyDestination(_ transport: String) async throws {
        try await WorkshopBench.with { bench in
            let place = "\(transport):\(bench.output)"
            let report = try await bench.build(to: place)
            let inspected = try await Inspection(place).report(now: 0)
            let listed = inspected.platforms[0].packages.list.map { "\($0.name) \($0.version)" }
            #expect(listed == WorkshopBench.packages(report))
            #expect(inspected.platforms[0].system.distribution?.name == "Debian GNU/Linux 13 (trixie)")
            #expect(inspected.platforms[0].layers.compactMap(\.diffID) == report.platforms[0].layers.map(\.diffID))
            #expect(inspected.platforms[0].layers.map(\.unpacked) == report.platforms[0].layers.map(\.unpacked))
            #expect(inspected.platforms[0].entrypoint == ["/usr/bin/hello"])
            if transport != "docker-archive" { #expect(inspected.digest == report.digest) }
            #expect(try await bench.build(to: place).changed == false)
        }
    }

    /// One bit of any file in the store: the image that is built is the same, or the build says what is wrong, never
    /// another image.
    @Test func damageInTheStoreHeals() async throws {
        try await WorkshopBench.with { bench in
            let good = try await bench.build()
            let found = try outputOf(
                "find", [bench.suite.store.home.string, "-type", "f", "-path", "*/[slb]*/??/*", "-size", "+0"])
            let files = String(decoding: found, as: UTF8.self).split(separator: "\n").map { FilePath(String($0)) }
            #expect(files.count > 15)
            for file in files.sorted(by: { $0.string < $1.string }) {
                let before = try readFile(file)
                try SuiteBench.flipBit(file)
                removeTree(bench.output)
                let again = try await bench.build()
                #expect(again.digest == good.digest, "\(file)")
                #expect(again.platforms[0].layers.map(\.diffID) == good.platforms[0].layers.map(\.diffID))
                let image = try Self.open(bench)
                for layer in image.platforms[0].manifest?.layers ?? [] {
                    _ = try image.source(of: layer).readAll(limit: 1 << 26)
                }
                try writeFile(file, before)
            }
        }
    }

    /// The damaged piece belongs to no remembered image.
    @Test func damagedVariantHeals() async throws {
        try await WorkshopBench.with { bench in
            let lines = "files: [{source: other, path: /etc/hello.conf}]"
            try writeFile(bench.suite.scratch.appending("other"), "other\n")
            try bench.write("hello", lines)
            let good = try await bench.build()
            let kept = bench.suite.store.home.appending("segments")
            for suffix in [".gz", ".tar", ".table"] {
                let found = try outputOf("find", [kept.string, "-name", "*" + suffix])
                for file in String(decoding: found, as: UTF8.self).split(separator: "\n") {
                    try SuiteBench.flipBit(FilePath(String(file)))
                }
                removeTree(bench.suite.store.home.appending("layers"))
                removeTree(bench.output)
                #expect(try await bench.build().digest == good.digest, "\(suffix)")
            }
        }
    }

    @Test func wholeSystem() async throws {
        let packages =
            WorkshopBench.packages.map { package in
                var copy = package
                if package.name == "base-files" { copy.fields = [("Essential", "yes"), ("Priority", "required")] }
                return copy
            } + [
                TestPackage(
                    "apt", "3.0",
                    files: [.file("usr/bin/apt", "", mode: 0o755), .file("usr/bin/dpkg", "", mode: 0o755)],
                    scripts: ["postinst": "#!/bin/sh\nmkdir -p /usr/share/info\necho x > /usr/share/info/dir\n"])
            ]
        try await WorkshopBench.with(packages) { bench in
            try bench.write("hello", "profile: slim")
            let report = try await bench.build()
            #expect(
                WorkshopBench.packages(report) == [
                    "apt 3.0", "base-files 13", "debconf 1.5", "hello 2.10-3", "libgreeting 1.2",
                ])
            let lines = try Self.lines(try Self.open(bench))
            #expect(lines.contains { $0.hasPrefix("0644 var/lib/dpkg/status ") })
            #expect(!lines.contains { $0.contains("status.d") })
            #expect(lines.contains { $0.hasPrefix("0644 etc/apt/sources.list.d/debian.sources ") })
            #expect(lines.contains { $0.hasPrefix("0644 var/lib/dpkg/info/hello.conffiles ") })
            #expect(!lines.contains { $0.contains("share/man/man1") || $0.contains("info/dir ") })
            #expect(lines.contains { $0.hasPrefix("0644 etc/dpkg/dpkg.cfg.d/slim ") })
            try bench.write("hello", "profile: full")
            _ = try await bench.build()
            let full = try Self.lines(try Self.open(bench))
            expect("0644 usr/share/man/man1/hello.1 “man”", in: full)
            #expect(full.contains { $0.contains("info/dir ") })
            #expect(!full.contains { $0.contains("etc/dpkg") })
        }
    }

    @Test func sourceDateEpoch() async throws {
        try await WorkshopBench.with { bench in
            bench.variables["SOURCE_DATE_EPOCH"] = "1720000000"
            let report = try await bench.build()
            #expect(report.created == "2024-07-03T09:46:40Z")
            let lines = try Self.lines(try Self.open(bench))
            expect("0644 usr/share/hello/new “A” @1720000000", in: lines)
            expect("0755 usr/bin/hello “program”", in: lines)
        }
    }

    /// Another store, another width, another machine's time: the same image.
    @Test func sameBytes() async throws {
        try await WorkshopBench.with { bench in
            let first = try await bench.build()
            removeTree(bench.suite.store.home)
            removeTree(bench.output)
            bench.now += 5000
            bench.variables = ["TZ": "Asia/Tokyo", "LC_ALL": "tr_TR.UTF-8"]
            let second = try await bench.build()
            #expect(second.changed)
            #expect(second.digest == first.digest)
        }
    }

    /// What is told of a looked-up image is of today's lock.
    @Test func reportOfARememberedImage() async throws {
        try await WorkshopBench.with { bench in
            try await bench.lock()
            _ = try await bench.build()
            var lock = try Lock.parse(try readFile(bench.lockFile), name: "test")
            lock.platforms[0].packages[0].reason = "because"
            lock.platforms[0].leftOut = nil
            try writeFile(bench.lockFile, try lock.encoded())
            let report = try await bench.build(locked: true)
            #expect(report.platforms[0].packages[0].reason == "because")
            #expect(report.platforms[0].leftOut.isEmpty)
            #expect(!report.changed)
        }
    }
}
