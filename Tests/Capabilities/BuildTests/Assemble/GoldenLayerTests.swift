// SPDX-License-Identifier: Apache-2.0
import PlinthArchive
import PlinthCore
import PlinthImage
import PlinthTestSupport
import Testing

@testable import PlinthBuild

/// Digests of a small layer that is written down in code.
///
/// They never change without a new number of the layer format (`docs/layer-format.md`): the same input gives the same
/// bytes on every machine and in every version.
struct GoldenLayerTests {
    /// One of everything that the format has rules for.
    static let packages = [
        TestPackage(
            "base-files",
            files: [
                .symlink("bin", to: "usr/bin"), .directory("usr/bin"), .directory("tmp", mode: 0o1777),
                TestFile("var/local", .directory, mode: 0o2775, group: 50),
            ]),
        TestPackage(
            "alpha",
            files: [
                .file("bin/alpha", "program\n", mode: 0o4755), .hardLink("usr/bin/alpha2", to: "bin/alpha"),
                .file("etc/alpha.conf", "a = 1\n"), .file("usr/share/empty", ""),
                .file("usr/share/" + String(repeating: "long", count: 40), "long"), .file("usr/share/ümlaut", "ü"),
                .symlink("usr/share/far", to: String(repeating: "far/", count: 30)),
                TestFile("usr/share/owned", .file([0, 1, 2]), mode: 0o640, user: 1000, group: 2_000_000, modified: 1),
                TestFile("dev/null", .characterDevice(major: 1, minor: 3), mode: 0o666), TestFile("run/pipe", .fifo),
                .file("usr/share/replaced", "alpha's"), .hardLink("usr/share/twin", to: "usr/share/replaced"),
            ]),
        TestPackage("beta", fields: ["Replaces": "alpha"], files: [.file("usr/share/replaced", "beta's")]),
    ]

    static func layer(_ bench: PackageBench, _ packing: LayerPacking) async throws -> LayerRecord {
        try await LayerBench(bench, packages, epoch: 1_700_000_001) { tree in
            tree.write(TreePath("etc/made"), Array("made\n".utf8), origin: .effect("test"))
            tree[TreePath("etc/alpha.conf")]?.attributes = ["user.note": [0, 255]]
        }.layer(packing)
    }

    @Test func diffIDNeverChangesWithoutANewFormat() async throws {
        #expect(LayerFormat.version == 1)
        try await PackageBench.withAsync { bench in
            let layer = try await Self.layer(bench, .gzip)
            #expect(layer.diffID.hex == "cb0c5d8c5f329160e6dbcc5736468d754f2bdf86d8ee863915f3f4a4725009a9")
            #expect(try await Self.layer(bench, .zstd).diffID == layer.diffID)
        }
    }

    /// Compressed digests depend on the encoder as well: they hold for the versions named.
    @Test(arguments: [
        (
            LayerPacking.gzip, "libdeflate 1.14 level 6",
            "a6b16eba6aab19bef4d89c40f9f128ca686573efec97603db9bc715018de8e9b"
        ),
        (.zstd, "libzstd 1.5.4 level 3", "671f707a33b90337968509bbdb58eaa9e36c969dbad122b708af18534a6d8110"),
    ])
    func digestsOfKnownEncoders(_ packing: LayerPacking, _ encoder: String, _ digest: String) async throws {
        guard packing.encoder == encoder else { return }
        try await PackageBench.withAsync { bench in
            let found = try await Self.layer(bench, packing).digest.hex
            #expect(found == digest)
        }
    }

    /// The same in words, so that a change of the digest can be understood.
    @Test func whatItHolds() async throws {
        try await PackageBench.withAsync { bench in
            let made = try LayerBench(bench, Self.packages, epoch: 1_700_000_001)
            let lines = try TarLines.lines(try made.raw(try await made.layer()))
            #expect(
                lines == [
                    "0755 dev/", "0755 etc/", "0755 run/", "1777 tmp/", "0755 usr/", "0755 usr/bin/", "0755 usr/share/",
                    "0755 var/", "2775 var/local/ 0:50", "0777 bin -> usr/bin", "0666 dev/null character 1,3",
                    "0644 etc/alpha.conf “a = 1”", "0644 run/pipe fifo", "4755 usr/bin/alpha “program”",
                    "4755 usr/bin/alpha2 == usr/bin/alpha", "0644 usr/share/empty “”",
                    "0777 usr/share/far -> " + String(repeating: "far/", count: 30),
                    "0644 usr/share/" + String(repeating: "long", count: 40) + " “long”",
                    "0640 usr/share/owned 3 bytes ae4b3280 1000:2000000 @1", "0644 usr/share/twin “alpha's”",
                    "0644 usr/share/ümlaut 2 bytes 607474ca", "0644 usr/share/replaced “beta's”",
                ])
        }
    }
}
