// SPDX-License-Identifier: Apache-2.0
import PlinthArchive
import PlinthCore
import PlinthFetch
import PlinthImage
import PlinthTestSupport
import Testing

@testable import PlinthBuild

struct LayerTests {
    static let packages = [
        TestPackage(
            "base-files",
            files: [
                .symlink("bin", to: "usr/bin"), .symlink("lib", to: "usr/lib"), .directory("usr/bin"),
                .directory("usr/lib"), .directory("tmp", mode: 0o1777),
                TestFile("var/local", .directory, mode: 0o2775, group: 50),
                .symlink("var/run", to: "/run"), .directory("run"), .directory("dev"),
            ]),
        TestPackage(
            "alpha",
            files: [
                .file("etc/alpha.conf", "alpha\n"), .file("bin/alpha", "program", mode: 0o4755),
                .hardLink("usr/bin/alpha2", to: "bin/alpha"), .file("usr/share/shared", "alpha's"),
                .hardLink("usr/share/shared2", to: "usr/share/shared"),
                .hardLink("usr/share/shared3", to: "usr/share/shared"),
                .file("var/run/alpha/pid", "1\n"), .file("usr/share/empty", ""),
                TestFile("dev/null", .characterDevice(major: 1, minor: 3), mode: 0o666),
            ]),
        TestPackage(
            "beta", fields: ["Replaces": "alpha"],
            files: [
                .file("usr/share/shared", "beta's"), .symlink("usr/lib/beta", to: "../share/shared"),
                TestFile("usr/share/x", .file([1, 2, 3]), mode: 0o600, user: 7, group: 8, modified: 5),
                .file("usr/share/" + String(repeating: "long", count: 40), "long"),
            ]),
        TestPackage("meta"),
    ]

    static func change(_ tree: inout FileTree) {
        tree.write(TreePath("etc/alpha.conf"), Array("changed\n".utf8), origin: .effect("test"))
        tree.write(TreePath("etc/made/by/effect"), Array("new\n".utf8), mode: 0o640, group: 42, origin: .effect("test"))
        tree.link(TreePath("usr/bin/link"), to: "alpha", origin: .effect("test"))
        tree[TreePath("usr/share/x")]?.mode = 0o644
        tree[TreePath("usr/bin/alpha2")] = nil
        tree[TreePath("tmp")]?.modified = 99
    }

    @Test func planSortsEntriesIntoStretches() throws {
        try PackageBench.with { bench in
            let plan = try LayerBench(bench, Self.packages, change: Self.change).plan
            #expect(
                plan.directories.keys.sorted().map(\.description) == [
                    "dev", "etc", "etc/made", "etc/made/by", "run", "run/alpha", "tmp", "usr", "usr/bin", "usr/lib",
                    "usr/share", "var", "var/local",
                ])
            #expect(plan.segments.map(\.segment.table.package) == ["base-files", "alpha", "beta", "meta"])
            #expect(
                plan.segments.map { $0.lost.map(\.description).sorted() } == [
                    [], ["etc/alpha.conf", "usr/bin/alpha2", "usr/share/shared", "var/run/alpha/pid"], ["usr/share/x"],
                    [],
                ])
            #expect(
                plan.generated.map(\.description) == [
                    "etc/alpha.conf", "etc/made/by/effect", "run/alpha/pid", "usr/bin/link", "usr/share/x",
                ])
        }
    }

    @Test(.enabled(if: hasProgram("tar", "gzip", "zstd")), arguments: LayerPacking.allCases)
    func isTheTree(_ packing: LayerPacking) async throws {
        try await PackageBench.withAsync { bench in
            let made = try LayerBench(bench, Self.packages, change: Self.change)
            let layer = try await made.layer(packing)
            let (raw, packed) = (try made.raw(layer), try made.packed(layer))
            #expect(try outputOf(packing == .gzip ? "gzip" : "zstd", ["-dc"], input: packed) == raw)
            let listing = try GNUTar.lines(packed, packing == .gzip ? "--gzip" : "--zstd")
            #expect(listing.sorted() == made.gnuLines())
            let lines = try TarLines.lines(raw)
            #expect(lines.sorted() == (try made.tree.lines()).sorted())
            #expect(layer.diffID == Digest.of(raw))
            #expect(layer.digest == Digest.of(packed))
            #expect(layer.size == Int64(packed.count))
            #expect(layer.rawSize == Int64(raw.count))
        }
    }

    @Test func parentsPrecedeAndNothingIsTwice() async throws {
        try await PackageBench.withAsync { bench in
            let made = try LayerBench(bench, Self.packages, change: Self.change)
            let raw = try made.raw(try await made.layer())
            var seen: Set<TreePath> = [.root]
            var directories: Set<TreePath> = [.root]
            for entry in try TarLines.entries(raw) {
                #expect(seen.insert(entry.path).inserted, "\(entry.path)")
                #expect(entry.path.parent.map { directories.contains($0) } == true, "\(entry.path)")
                if entry.node.isDirectory { directories.insert(entry.path) }
                if case .hardLink(let target) = entry.node.kind { #expect(seen.contains(target)) }
            }
            #expect(raw.count % 512 == 0)
            #expect(raw.suffix(1024).allSatisfy { $0 == 0 })
        }
    }

    @Test func unchangedPackagesAreNotEncodedAgain() async throws {
        try await PackageBench.withAsync { bench in
            let made = try LayerBench(bench, [Self.packages[0], Self.packages[2]])
            let layer = try await made.layer()
            let keys = layer.pieces.filter { $0.shelf == "segments" }.map(\.key)
            #expect(keys == made.segments.map(\.key))
        }
    }

    /// A carrier that was lost or changed leaves its content to the names that stay.
    @Test(arguments: [
        ("usr/bin/a", ["0755 usr/bin/b “program”", "0755 usr/bin/c == usr/bin/b"]),
        ("usr/bin/b", ["0755 usr/bin/a “program”", "0755 usr/bin/c == usr/bin/a"]),
        ("usr/bin/c", ["0755 usr/bin/a “program”", "0755 usr/bin/b == usr/bin/a"]),
    ])
    func variant(_ lost: String, _ lines: [String]) throws {
        let package = TestPackage(
            "x",
            files: [
                .file("usr/bin/b", "program", mode: 0o755), .hardLink("usr/bin/a", to: "usr/bin/b"),
                .hardLink("usr/bin/c", to: "usr/bin/a"), .file("usr/bin/other", "other"),
            ])
        try PackageBench.with { bench in
            let segment = try bench.segment(package)
            let path = try #require(TreePath(text: lost))
            let variant = try segment.variant(without: [path], level: 6)
            let expected = ["0755 usr/", "0755 usr/bin/"] + lines + ["0644 usr/bin/other “other”"]
            #expect(try variant.lines() == expected)
            #expect(try variant.tarLines() == Array(expected.dropFirst(2)))
            #expect(variant.key != segment.key)
            let again = try segment.variant(without: [path], level: 6)
            #expect(again.key == variant.key)
            #expect(again.table.encoded() == variant.table.encoded())
            #expect(try segment.variant(without: [], level: 6).key == segment.key)
        }
    }

    @Test func variantOfEverything() throws {
        try PackageBench.with { bench in
            let segment = try bench.segment(TestPackage("x", files: [.file("a/f", "1"), .hardLink("a/g", to: "a/f")]))
            let variant = try segment.variant(without: [TreePath("a/f"), TreePath("a/g")], level: 6)
            #expect(try variant.lines() == ["0755 a/"])
            #expect(variant.table.rawSize == 0)
        }
    }

    @Test(
        arguments: [
            (["usr/bin/a"], ["4711 usr/bin/a “program”", "0755 usr/bin/b “program”"]),
            (["usr/bin/b"], ["0755 usr/bin/a “program”", "4711 usr/bin/b “program”"]),
            (["usr/bin/a", "usr/bin/b"], ["4711 usr/bin/a “program”", "4711 usr/bin/b == usr/bin/a"]),
        ] as [([String], [String])])
    func changedHardLinks(_ changed: [String], _ lines: [String]) async throws {
        let package = TestPackage(
            "x", files: [.file("usr/bin/b", "program", mode: 0o755), .hardLink("usr/bin/a", to: "usr/bin/b")])
        try await PackageBench.withAsync { bench in
            let made = try LayerBench(bench, [package]) { tree in
                for text in changed { tree[try #require(TreePath(text: text))]?.mode = 0o4711 }
            }
            #expect(try made.tree.lines() == ["0755 usr/", "0755 usr/bin/"] + lines)
            let raw = try made.raw(try await made.layer())
            #expect(try TarLines.lines(raw).sorted() == (try made.tree.lines()).sorted())
        }
    }

    @Test func rewrittenCarrierKeepsTheOtherName() async throws {
        let package = TestPackage("x", files: [.file("a", "old"), .hardLink("b", to: "a")])
        try await PackageBench.withAsync { bench in
            let made = try LayerBench(bench, [package]) {
                $0.write(TreePath("a"), Array("new".utf8), origin: .recipe(line: 1))
            }
            #expect(try made.tree.lines() == ["0644 a “new” @42", "0644 b “old”"])
            let raw = try made.raw(try await made.layer())
            #expect(try TarLines.lines(raw).sorted() == (try made.tree.lines()).sorted())
        }
    }

    /// A bit flipped in any cached piece stops the layer; the damaged file is gone, so that the next run heals. A zstd
    /// form is made anew at once.
    @Test(
        arguments: [
            (".tar", LayerPacking.gzip, "store.damaged"), (".gz", .gzip, "store.damaged"),
            (".tar", .zstd, "store.damaged"),
            (".zst", .zstd, nil),
        ] as [(String, LayerPacking, String?)])
    func flippedBit(_ suffix: String, _ packing: LayerPacking, _ expected: String?) async throws {
        try await PackageBench.withAsync { bench in
            let packages = [TestPackage("x", files: [.file("a", "content of some length")])]
            let made = try LayerBench(bench, packages)
            let good = try await made.layer(packing)
            let file = bench.store.path(.segments, made.segments[0].key, suffix)
            var bytes = try readFile(file)
            bytes[bytes.count / 3] ^= 1
            try writeFile(file, bytes)
            #expect(await awaitedCode { try await made.layer(packing) } == expected)
            let again = try LayerBench(bench, packages)
            #expect(try await again.layer(packing) == good)
        }
    }

    @Test func cutPiece() async throws {
        try await PackageBench.withAsync { bench in
            let made = try LayerBench(bench, [TestPackage("x", files: [.file("a", "content")])])
            let file = bench.store.path(.segments, made.segments[0].key, ".gz")
            try writeFile(file, Array(try readFile(file).prefix(30)))
            #expect(await awaitedCode { try await made.layer() } == "store.damaged")
        }
    }
}
