// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthFetch
import PlinthImage
import PlinthReports
import PlinthTestSupport
import SystemPackage

@testable import PlinthBuild

/// Images of named files only, built in a directory of the test's own; no archive is asked.
struct FilesBench: Sendable {
    let directory: FilePath
    let store: Store
    var variables: [String: String] = [:]
    var architectures = ["amd64"]

    static func with<Result>(_ body: (inout FilesBench) async throws -> Result) async throws -> Result {
        try await withAsyncScratchDirectory { directory in
            var bench = FilesBench(directory: directory, store: try Store(home: directory.appending("store")))
            return try await body(&bench)
        }
    }

    func write(_ name: String, _ text: String, mode: UInt16 = 0o644) throws {
        try writeFile(directory.appending("work").pushing(FilePath(name)), Array(text.utf8), mode: mode)
    }

    func path(_ name: String) -> FilePath { directory.appending("work").pushing(FilePath(name)) }

    /// Writes a `scratch` recipe with these entries of `files`, and builds it.
    @discardableResult
    func build(_ files: [String], _ lines: String = "", verify: Bool = false, to output: String = "out") async throws
        -> BuildReport
    {
        try await build(
            "profile: scratch\nfiles:\n" + files.map { "  - {\($0)}\n" }.joined() + lines + "\n", verify, output)
    }

    @discardableResult
    func build(_ recipe: String, _ verify: Bool = false, _ output: String = "out") async throws -> BuildReport {
        try write("image.yaml", recipe)
        let environment = Environment(variables: variables, now: { SuiteBench.noon }, width: 2)
        return try await Downloader.with(store, FetchConfiguration()) { downloader in
            let workshop = Workshop(
                environment: environment, store: store, downloader: downloader, progress: NoProgress(),
                freshness: Freshness(refresh: false, offline: true, ignoreValidUntil: false))
            let target = TargetOrder(
                destination: "oci:\(path(output))", architectures: architectures, compression: nil, isDryRun: false)
            return try await workshop.build(
                recipeAt: path("image.yaml").string, locked: false, verify: verify, target: target)
        }
    }

    /// The files of the built image's layer, as lines.
    func lines(_ output: String = "out", platform: Int = 0) throws -> [String] {
        try BuiltImageTests.lines(try StoredImage.open(ImageDestination(parsing: "oci:\(path(output))")), platform)
    }
}
