// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthFetch
import SystemPackage

/// Brings locked packages into the store and normalises them; each at most once in the life of the store.
struct PackageFetcher: Sendable {
    let store: Store
    let downloader: Downloader
    let progress: any ProgressSink
    /// The addresses where an archive, named as in the lock, may be found; most wanted first.
    let addresses: @Sendable (Lock.Package) throws -> [String]

    /// - Throws: `fetch.*`, `package.*`, `segment.*`.
    func segment(of package: Lock.Package, with normaliser: Normaliser) async throws -> Segment {
        let key = normaliser.policy.key(of: package.digest)
        if let ready = try? Segment(key: key, in: normaliser.store) { return try checked(ready, package) }
        let file = try await file(of: package)
        return try checked(try normaliser.segment(of: package.digest, at: file), package)
    }

    private func checked(_ segment: Segment, _ package: Lock.Package) throws -> Segment {
        // Alpine's indexes give such packages the architecture of their repository.
        let fits = segment.table.architecture == package.architecture || segment.table.architecture == "noarch"
        guard segment.table.package == package.name, segment.table.version == package.version, fits else {
            throw Problem(
                "package.mismatch", "A package is not what the index says it is", at: package.path,
                why: "the index says \(package.name) \(package.version) \(package.architecture), the package says "
                    + "\(segment.table.package) \(segment.table.version) \(segment.table.architecture)")
        }
        return segment
    }

    /// A package whose bytes in the store are damaged is fetched again.
    private func file(of package: Lock.Package) async throws -> FilePath {
        do {
            if let file = try store.verifiedBlob(package.digest) { return file }
        } catch let problem as Problem where problem.code == "store.damaged" {
            // Set aside by the store; the archive has another copy.
        }
        let request = FetchRequest(
            name: "\(package.name) \(package.version)", addresses: try addresses(package), size: package.size,
            digest: package.digest)
        return try await downloader.fetch(request, progress: progress).path
    }
}
