// SPDX-License-Identifier: Apache-2.0
import PlinthArchive
import PlinthCore
import PlinthImage
import PlinthImageSamples
import PlinthOCI
import PlinthReports
import PlinthTestSupport
import SystemPackage
import Testing

@testable import PlinthInspect

extension Sample {
    func report(
        _ transport: String = "oci", platform: String? = nil, anatomy: Bool = false
    ) async throws -> InspectReport {
        try await withAsyncScratchDirectory { scratch in
            let place = "\(transport):\(scratch.appending("image"))"
            try write(to: place)
            return try await Inspection(place, platform: platform).report(anatomy: anatomy, now: 1_700_000_000)
        }
    }

    /// Names and versions, in the report's order.
    func packages() async throws -> [String] {
        try await report().platforms[0].packages.list.map { "\($0.name) \($0.version) \($0.architecture)" }
    }
}

struct InspectionTests {
    static func stanza(_ name: String, _ version: String, status: String? = "install ok installed") -> String {
        "Package: \(name)\n" + (status.map { "Status: \($0)\n" } ?? "")
            + "Version: \(version)\nArchitecture: amd64\nMaintainer: x <x@example.org>\nDescription: x\n"
    }

    static func status(_ stanzas: String...) -> TestFile {
        .file("var/lib/dpkg/status", stanzas.joined(separator: "\n"))
    }

    static let release = TestFile.file(
        "usr/lib/os-release", "NAME=\"Debian\"\nPRETTY_NAME=\"Debian GNU/Linux 13 (trixie)\"\nID=debian\n")

    @Test(arguments: Sample.Packing.allCases, ["oci", "oci-archive"])
    func wholeReport(_ packing: Sample.Packing, _ transport: String) async throws {
        if packing == .zstd, !TestCompression.zstd.isAvailable { return }
        let sample = Sample(
            layers: [
                [Self.release, Self.status(Self.stanza("b", "2"), Self.stanza("a", "1"))], [.file("etc/x", "x")],
            ],
            packing: packing)
        let image = try sample.image()
        let report = try await sample.report(transport)
        #expect(report.digest == image.platforms[0].manifest.descriptor.digest)
        let platform = report.platforms[0]
        #expect(platform.platform == "linux/amd64")
        #expect(platform.created == "2026-01-31T00:00:00Z")
        #expect(platform.user == "65532")
        #expect(platform.entrypoint == ["/usr/bin/app"])
        #expect(platform.command == ["--now"])
        #expect(platform.environment == ["A=b"])
        #expect(platform.workingDirectory == "/srv")
        #expect(platform.system.distribution?.name == "Debian GNU/Linux 13 (trixie)")
        #expect(platform.packages.list.map(\.name) == ["a", "b"])
        let layers = image.platforms[0].layers
        #expect(platform.layers.compactMap(\.digest) == layers.map(\.blob.descriptor.digest))
        #expect(platform.layers.compactMap(\.diffID) == layers.map(\.diffID))
        #expect(platform.layers.map(\.size.bytes) == layers.map(\.blob.descriptor.size))
        #expect(platform.layers.map(\.unpacked.bytes) == layers.map(\.unpackedSize))
    }

    @Test func severalPlatforms() async throws {
        let report = try await Sample(layers: [[Self.release]], architectures: ["s390x", "amd64", "arm64"]).report()
        #expect(report.platforms.map(\.platform).sorted() == ["linux/amd64", "linux/arm64", "linux/s390x"])
    }

    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let layers: [[TestFile]]
        let packages: [String]
    }

    static let cases: [Case] = [
        Case(testDescription: "no database", layers: [[.file("etc/x", "x")]], packages: []),
        Case(
            testDescription: "dpkg's database: what is installed counts",
            layers: [
                [
                    status(
                        stanza("a", "1"), stanza("gone", "1", status: "deinstall ok config-files"),
                        stanza("held", "2", status: "hold ok installed"),
                        stanza("half", "1", status: "install ok half-installed"))
                ]
            ],
            packages: ["a 1 amd64", "held 2 amd64"]),
        Case(
            testDescription: "status.d, whatever the files are called",
            layers: [
                [
                    .file("var/lib/dpkg/status.d/b", stanza("b", "1", status: nil)),
                    .file("var/lib/dpkg/status.d/b.md5sums", "not a stanza"),
                    .file("var/lib/dpkg/status.d/bGliYw", stanza("libc", "2", status: nil)),
                ]
            ],
            packages: ["b 1 amd64", "libc 2 amd64"]),
        Case(
            testDescription: "both forms",
            layers: [[status(stanza("a", "1")), .file("var/lib/dpkg/status.d/b", stanza("b", "1", status: nil))]],
            packages: ["a 1 amd64", "b 1 amd64"]),
        Case(
            testDescription: "a higher layer's file takes the place of a lower one's",
            layers: [[status(stanza("a", "1"))], [status(stanza("a", "2"), stanza("b", "1"))]],
            packages: ["a 2 amd64", "b 1 amd64"]),
        Case(
            testDescription: "a whiteout removes a file",
            layers: [
                [
                    .file("var/lib/dpkg/status.d/a", stanza("a", "1", status: nil)),
                    .file("var/lib/dpkg/status.d/b", stanza("b", "1", status: nil)),
                ],
                [.file("var/lib/dpkg/status.d/.wh.a", "")],
            ],
            packages: ["b 1 amd64"]),
        Case(
            testDescription: "a whiteout removes a directory with all in it",
            layers: [[status(stanza("a", "1"))], [.file("var/lib/.wh.dpkg", "")]], packages: []),
        Case(
            testDescription: "an opaque directory hides what is below, not its own layer",
            layers: [
                [status(stanza("a", "1")), .file("var/lib/dpkg/status.d/b", stanza("b", "1", status: nil))],
                [
                    .file("var/lib/dpkg/status.d/c", stanza("c", "1", status: nil)),
                    .file("var/lib/dpkg/.wh..wh..opq", ""),
                ],
            ],
            packages: ["c 1 amd64"]),
        Case(
            testDescription: "a whiteout of its own layer's file hides only lower ones",
            layers: [
                [status(stanza("a", "1"))], [.file("var/lib/dpkg/.wh.status", ""), status(stanza("a", "2"))],
            ],
            packages: ["a 2 amd64"]),
        Case(
            testDescription: "a name that only begins alike is another",
            layers: [[status(stanza("a", "1"))], [.file("var/lib/dpkg/.wh.stat", "")]], packages: ["a 1 amd64"]),
        Case(
            testDescription: "a file or link in the place of a directory hides it",
            layers: [[status(stanza("a", "1"))], [.symlink("var/lib/dpkg", to: "/elsewhere")]], packages: []),
        Case(
            testDescription: "a directory on top of a directory hides nothing",
            layers: [[status(stanza("a", "1"))], [.directory("var/lib/dpkg")]], packages: ["a 1 amd64"]),
        Case(
            testDescription: "names without ./, or with a slash in front",
            layers: [
                [
                    TestFile(
                        "x", .file(Array(stanza("a", "1", status: nil).utf8)), archiveName: "var/lib/dpkg/status.d/a"),
                    TestFile(
                        "x", .file(Array(stanza("b", "1", status: nil).utf8)), archiveName: "/var/lib/dpkg/status.d/b"),
                ]
            ],
            packages: ["a 1 amd64", "b 1 amd64"]),
    ]

    @Test(arguments: cases)
    func packages(_ item: Case) async throws {
        #expect(try await Sample(layers: item.layers).packages() == item.packages)
    }

    @Test(
        arguments: [
            ([release], "Debian GNU/Linux 13 (trixie)"), ([], nil),
            ([TestFile.file("etc/os-release", "PRETTY_NAME='Alpine Linux v3.22'\n")], "Alpine Linux v3.22"),
            (
                [.file("usr/lib/os-release", "PRETTY_NAME=Plain\n"), .file("etc/os-release", "PRETTY_NAME=Other\n")],
                "Other"
            ),
            ([.symlink("etc/os-release", to: "../usr/lib/os-release"), release], "Debian GNU/Linux 13 (trixie)"),
            ([.file("usr/lib/os-release", "NAME=x\nPRETTY_NAME=\"\n")], "\""),
            ([.file("etc/alpine-release", "2.6.6\n")], "Alpine Linux 2.6.6"),
            ([.file("etc/debian_version", "7.11\n")], "Debian GNU/Linux 7.11"),
            ([.file("etc/redhat-release", "CentOS release 6.10 (Final)\n")], "CentOS release 6.10 (Final)"),
            ([.file("usr/lib/os-release", "")], nil),
        ] as [([TestFile], String?)])
    func distribution(_ files: [TestFile], _ expected: String?) async throws {
        let platform = try await Sample(layers: [files]).report().platforms[0]
        #expect(platform.system.distribution?.name == expected)
    }

    /// What lies behind the end of the archive belongs to the layer's size and digests.
    @Test func paddingCounts() async throws {
        let sample = Sample(layers: [[Self.release]], junk: [UInt8](repeating: 0, count: 4096))
        let report = try await sample.report()
        #expect(
            report.platforms[0].layers[0].unpacked.bytes == (try sample.image()).platforms[0].layers[0].unpackedSize)
    }

    @Test func hugeDatabaseIsRefused() async throws {
        let file = TestFile("var/lib/dpkg/status", .file([UInt8](repeating: 65, count: (64 << 20) + 1)))
        let problem = await #expect(throws: Problem.self) { try await Sample(layers: [[file]]).report() }
        #expect(problem?.code == "layer.tooLarge")
    }

    @Test func brokenDatabase() async throws {
        let problem = await #expect(throws: Problem.self) {
            try await Sample(layers: [[.file("var/lib/dpkg/status", "nonsense")]]).report()
        }
        #expect(problem?.code == "dpkg.syntax")
        #expect(problem?.place == "var/lib/dpkg/status")
    }

    @Test func damagedLayer() async throws {
        try await withAsyncScratchDirectory { scratch in
            let layout = scratch.appending("image")
            let image = try Sample(layers: [[Self.release]]).image()
            _ = try ImageDestination(parsing: "oci:\(layout)").write(image, modified: 0)
            let digest = image.platforms[0].layers[0].blob.descriptor.digest
            let blob = layout.appending("blobs/sha256").appending(digest.hex)
            let good = try readFile(blob)
            for place in [0, 3, good.count / 2, good.count - 1] {
                var bytes = good
                bytes[place] ^= 1
                try writeFile(blob, bytes)
                let problem = await #expect(throws: Problem.self) {
                    try await Inspection("oci:\(layout)").report(now: 0)
                }
                #expect(
                    ["image.blobMismatch", "archive.corrupt", "tar.corrupt", "archive.truncated"].contains(
                        problem?.code))
            }
        }
    }

    @Test(arguments: ["docker:x", "oci:", "what:ever:"])
    func references(_ text: String) {
        let problem = #expect(throws: Problem.self) { try Inspection(text) }
        #expect(problem?.kind == .usage)
    }

    @Test func nothingThere() throws {
        let problem = #expect(throws: Problem.self) { try Inspection("oci:/nowhere/at-all") }
        #expect(problem?.code.hasPrefix("image.") == true)
    }
}
