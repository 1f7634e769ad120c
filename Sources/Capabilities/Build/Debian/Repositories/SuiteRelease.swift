// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthDebian
import PlinthDistribution
import PlinthFetch
import PlinthOCI

/// Fetches and checks a suite's signed list of indexes.
struct SuiteRelease {
    let source: ArchiveSource
    let downloader: Downloader
    let store: Store
    let now: Int64

    /// A clock that runs a little behind must not stop a build.
    private static let tolerance: Int64 = 24 * 3600

    func fetch(after previous: SuiteState?) async throws -> SuiteState {
        let text = try await verifiedText()
        let release = try ReleaseFile(text.bytes, place: source.label)
        try check(release, after: previous)
        let digest = try store.writeBlob(text.bytes)
        return SuiteState(
            asked: now, release: digest, releaseSize: Int64(text.bytes.count), date: release.date,
            validUntil: release.validUntil, codename: release.codename ?? "", byHash: release.acquireByHash,
            indexes: Self.indexes(of: release), needsAll: release.needsBinaryAll, fingerprints: text.fingerprints)
    }

    /// InRelease, or Release with Release.gpg beside it where an archive has no InRelease.
    private func verifiedText() async throws -> VerifiedText {
        let verifier = SignatureVerifier(keyrings: source.keyrings)
        let base = "dists/\(source.suite)/"
        do {
            let inline = try await document(base + "InRelease")
            return try await verifier.verify(clearSigned: inline, place: "\(source.label) InRelease")
        } catch let problem as Problem where problem.code == "fetch.missing" {
            do {
                let text = try await document(base + "Release")
                let signature = try await document(base + "Release.gpg")
                return try await verifier.verify(text, signature: signature, place: "\(source.label) Release")
            } catch let second as Problem where second.code == "fetch.missing" {
                throw unsigned(problem)
            }
        }
    }

    private func document(_ path: String) async throws -> [UInt8] {
        let name = "\(source.label) \(path.split(separator: "/").last ?? "")"
        return try await downloader.document(name, [source.address(path)], limit: ByteCount(16 << 20)).bytes
    }

    private func unsigned(_ problem: Problem) -> Problem {
        var copy = problem
        copy.hints.insert("the mirror must hold dists/\(source.suite)/InRelease", at: 0)
        return copy
    }

    private func check(_ release: ReleaseFile, after previous: SuiteState?) throws {
        let names = [release.codename, release.suite].compactMap { $0 }
        let isWanted = names.contains { name in
            name == source.suite || source.suite.hasSuffix("/" + name) || name.hasSuffix("/" + source.suite)
        }
        guard isWanted else {
            throw Problem(
                "release.otherSuite", "The archive answered with another suite", at: source.label,
                why: "asked for \(source.suite), got \(names.joined(separator: " / "))")
        }
        guard release.date <= now + Self.tolerance else {
            throw Problem(
                "release.future", "The archive's signed list of indexes is from the future", at: source.label,
                why: "it is dated \(TimeText.date(release.date))", hints: ["check this machine's clock"])
        }
        if let previous, release.date < previous.date {
            throw Problem(
                "release.rollback", "The archive went back to an older list of indexes", at: source.label,
                why: "seen before: \(TimeText.date(previous.date)), now: \(TimeText.date(release.date))",
                hints: ["the mirror may be stale: try another, or --offline with what the store holds"])
        }
    }

    /// The best compressed form of each component's and architecture's Packages file.
    private static func indexes(of release: ReleaseFile) -> [String: SuiteState.Index] {
        var result: [String: SuiteState.Index] = [:]
        for stem in release.paths {
            // Such as main/binary-amd64/Packages; those of Debian's installer lie one folder deeper.
            let parts = stem.split(separator: "/")
            guard parts.count >= 3, parts.last == "Packages", parts[parts.count - 2].hasPrefix("binary-"),
                parts[parts.count - 3] != "debian-installer"
            else { continue }
            let key = parts.dropLast(2).joined(separator: "/") + "/" + parts[parts.count - 2].dropFirst(7)
            result[key] = index(stem, in: release)
        }
        return result
    }

    private static func index(_ stem: String, in release: ReleaseFile) -> SuiteState.Index? {
        guard let plain = release.entry(of: stem) else { return nil }
        for suffix in [".xz", ".gz", ".zst", ".bz2", ""] {
            guard let file = release.entry(of: stem + suffix) else { continue }
            return SuiteState.Index(
                path: stem + suffix, sum: IndexSum(hex: file.digest), size: file.size.bytes,
                plainSum: IndexSum(hex: plain.digest), plainSize: plain.size.bytes)
        }
        return nil
    }
}

/// Dates in messages.
enum TimeText {
    /// Such as `2026-01-31 12:00 UTC`.
    static func date(_ seconds: Int64) -> String {
        let day = RFC3339.format(seconds)
        return day.prefix(10) + " " + day.dropFirst(11).prefix(5) + " UTC"
    }
}
