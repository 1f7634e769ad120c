// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthReports
import PlinthTestSupport
import SystemPackage
import Testing

@testable import PlinthBuild

/// The same recipe gives the same digest in any directory and any store, whatever it is made of.
@Suite(.enabled(if: TestKey.isAvailable))
struct SameBytesTests {
    /// What images are made of.
    enum Matter: CaseIterable {
        case packages, files, base, variants
    }

    @Test(arguments: Matter.allCases, Layering.Strategy.allCases)
    func everyStrategy(_ matter: Matter, _ strategy: Layering.Strategy) async throws {
        for packing in LayerPacking.allCases {
            let lines = "layering: {strategy: \(strategy.rawValue)}\ncompression: \(packing.rawValue)\n"
            let first = try await digests(matter, lines)
            let second = try await digests(matter, lines)
            #expect(first == second && !first.isEmpty)
        }
    }

    /// Of all images of a recipe, each made twice besides.
    private func digests(_ matter: Matter, _ lines: String) async throws -> [Digest] {
        try await WorkshopBench.with { bench in
            try writeFile(bench.suite.scratch.appending("own"), "own\n")
            let own = lines + "files: [{source: own, path: /etc/}]\n"
            switch matter {
            case .packages: try bench.write("hello", lines)
            case .files: try bench.write("hello", own)
            case .base:
                try await bench.buildBase()
                try bench.writeTop("hello", own)
            case .variants:
                try bench.write("libgreeting", lines + "variants: {big: {contents: {packages: [hello]}}}\n")
                let report = try await bench.build(.all, to: "oci:\(bench.output):1")
                return ([report] + report.variants).compactMap(\.digest)
            }
            return [try await bench.build(verify: true).digest].compactMap { $0 }
        }
    }
}
