// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthFetch
import PlinthTestSupport
import SystemPackage

@testable import PlinthBuild

/// A store of its own for one test, and packages normalised into it.
struct PackageBench: Sendable {
    let scratch: FilePath
    let store: Store

    init(_ scratch: FilePath) throws {
        self.scratch = scratch
        store = try Store(home: scratch.appending("store"))
    }

    static func with<Result>(_ body: (PackageBench) throws -> Result) throws -> Result {
        try withScratchDirectory { try body(PackageBench($0)) }
    }

    static func withAsync<Result>(_ body: (PackageBench) async throws -> Result) async throws -> Result {
        try await withAsyncScratchDirectory { try await body(PackageBench($0)) }
    }

    func segment(_ package: TestPackage, _ policy: NormalisationPolicy = .plain) throws -> Segment {
        try segment(deb: try package.deb(), policy)
    }

    func segment(deb: [UInt8], _ policy: NormalisationPolicy = .plain) throws -> Segment {
        let digest = Digest.of(deb)
        let file = scratch.appending(digest.hex + ".deb")
        try writeFile(file, deb)
        return try Normaliser(store: store, policy: policy, open: DebianFamily().open).segment(of: digest, at: file)
    }

    func segments(_ packages: [TestPackage], _ policy: NormalisationPolicy = .plain) throws -> [Segment] {
        try packages.map { try segment($0, policy) }
    }

    func merge(_ packages: [TestPackage]) throws -> TreeMerge {
        let segments = try segments(packages)
        return try TreeMerge(segments, rules: DebianMergeRules(segments), epoch: 42)
    }
}

extension NormalisationPolicy {
    static let plain = NormalisationPolicy(mergesUsr: true, dropsDocumentation: false, clamp: nil, level: 6)
    static let undocumented = NormalisationPolicy(mergesUsr: true, dropsDocumentation: true, clamp: nil, level: 6)
}

/// The `Problem` that a body throws, as its code; nil when it throws none.
func code(_ body: () throws -> some Any) -> String? {
    do {
        _ = try body()
        return nil
    } catch let problem as Problem {
        return problem.code
    } catch {
        return "\(error)"
    }
}

/// The `Problem` that a body throws, as its code; nil when it throws none.
func awaitedCode(_ body: () async throws -> some Any) async -> String? {
    do {
        _ = try await body()
        return nil
    } catch let problem as Problem {
        return problem.code
    } catch {
        return "\(error)"
    }
}
