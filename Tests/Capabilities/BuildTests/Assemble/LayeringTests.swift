// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage
import PlinthTestSupport
import Testing

@testable import PlinthBuild

/// Packages spread over layers.
struct LayeringTests {
    private static let packages = [
        Layering.Package(name: "a", origin: "x", digest: "1", size: 10),
        Layering.Package(name: "b", origin: "y", digest: "2", size: 30),
        Layering.Package(name: "c", origin: "x", digest: "3", size: 25),
        Layering.Package(name: "d", origin: "z", digest: "4", size: 1),
    ]

    static let cases: [(Layering, [[Int]]?)] = [
        (Layering(), nil),
        (Layering(strategy: .package), [[1], [2], [0], [3]]),
        (Layering(strategy: .origin), [[0, 2], [1], [3]]),
        (Layering(strategy: .origin, budget: 2), [[0, 2], [1, 3]]),
        (Layering(strategy: .package, budget: 1), [[0, 1, 2, 3]]),
        // Both images have b and c; d is in the first alone.
        (
            Layering(strategy: .popularity, family: [["2", "3", "4"], ["2", "3", "1"]]),
            [[1, 2], [0], [3]]
        ),
    ]

    @Test(arguments: cases.indices) func groups(_ index: Int) {
        let (layering, expected) = Self.cases[index]
        #expect(layering.groups(of: Self.packages) == expected)
    }

    private static let small = TestPackage("small", files: [.file("usr/share/small/s", "s")])
    private static let base = TestPackage(
        "base", files: [TestFile("usr/lib/base", .directory, mode: 0o2775, group: 50), .file("usr/lib/base/f", "f")])

    /// Every layer's digest and what it holds.
    private static func layers(
        _ bench: PackageBench, _ packages: [TestPackage], _ groups: [[Int]]?
    ) async throws -> [(digest: Digest, paths: [String])] {
        let segments = try bench.segments(packages)
        let merge = try TreeMerge(segments, rules: DebianMergeRules(segments), epoch: 42)
        var tree = PlatformBuilder.tree(of: merge, segments, epoch: 42)
        tree.write(TreePath("etc/made"), Array("\(packages.count)".utf8), origin: .effect("x"))
        let plans = LayerPlan.plans(of: tree, from: segments, before: merge, groups: groups)
        var found: [(Digest, [String])] = []
        for plan in plans {
            let record = try await LayerAssembly(store: bench.store, packing: .gzip).assemble(plan, of: tree)
            let kept = plan.segments.flatMap { item in
                item.segment.table.entries.filter { !$0.node.isDirectory && !item.lost.contains($0.path) }.map(\.path)
            }
            found.append((record.digest, (plan.directories.keys.sorted() + kept + plan.generated).map(\.description)))
        }
        return found
    }

    @Test func layerOfPackagesDependsOnThemAlone() async throws {
        try await PackageBench.withAsync { bench in
            let two = try await Self.layers(bench, [Self.base, Self.small], [[0], [1]])
            let one = try await Self.layers(bench, [Self.base], [[0]])
            #expect(
                two.map(\.paths) == [
                    ["usr", "usr/lib", "usr/lib/base", "usr/lib/base/f"],
                    ["usr", "usr/share", "usr/share/small", "usr/share/small/s"], ["etc", "usr", "etc/made"],
                ])
            #expect(one.map(\.paths) == [two[0].paths, ["etc", "etc/made"]])
            #expect(one[0].digest == two[0].digest)
            #expect(one[1].digest != two[2].digest)
        }
    }

    @Test func oneLayerHoldsEverythingOnce() async throws {
        try await PackageBench.withAsync { bench in
            let all = try await Self.layers(bench, [Self.base, Self.small], nil)
            #expect(
                all.map(\.paths) == [
                    [
                        "etc", "usr", "usr/lib", "usr/lib/base", "usr/share", "usr/share/small", "usr/lib/base/f",
                        "usr/share/small/s", "etc/made",
                    ]
                ])
        }
    }
}
