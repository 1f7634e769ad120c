// SPDX-License-Identifier: Apache-2.0
package import PlinthCore
import PlinthWeb
import SystemPackage

/// Brings files into the store, each at most once among all processes.
package final class Downloader: Sendable {
    let store: Store
    let configuration: FetchConfiguration
    let client: WebClient

    /// Opens nothing yet.
    package init(_ store: Store, _ configuration: FetchConfiguration) {
        self.store = store
        self.configuration = configuration
        client = WebClient(configuration)
    }

    /// Lends a downloader and closes its connections afterwards.
    package static func with<Result>(
        _ store: Store, _ configuration: FetchConfiguration, _ body: (Downloader) async throws -> Result
    ) async throws -> Result {
        let downloader = Downloader(store, configuration)
        do {
            let result = try await body(downloader)
            await downloader.shutdown()
            return result
        } catch {
            await downloader.shutdown()
            throw error
        }
    }

    /// Closes every connection; call it before the last reference goes.
    package func shutdown() async { await client.shutdown() }

    /// Has every file in `blobs`, in the order of the requests; at most `limit` downloads run at once.
    ///
    /// Sizes and digests are checked while the bytes arrive. A download that breaks off goes on where it stopped,
    /// in this process or the next.
    /// - Throws: the first `Problem`, with code `fetch.unreachable`, `fetch.missing`, `fetch.status`, `fetch.size`,
    ///   `fetch.digest`, `fetch.truncated`, `fetch.redirect`, `fetch.certificate`, `fetch.address`, `fetch.offline`, or one of the
    ///   store's.
    package func fetch(
        _ requests: [FetchRequest], limit: Int, progress: any ProgressSink = NoProgress()
    ) async throws -> [FetchedBlob] {
        try await mapConcurrently(requests, limit: limit) { try await self.fetch($0, progress: progress) }
    }

    /// Has one file in `blobs`.
    /// - Throws: as the other `fetch`.
    package func fetch(_ request: FetchRequest, progress: any ProgressSink = NoProgress()) async throws -> FetchedBlob {
        progress.started(request.name, size: request.size, .fetching)
        guard let digest = request.digest else {
            return try await download(request, into: try store.writer(), progress)
        }
        if let found = try present(request, digest, progress) { return found }
        try requireNetwork(request.name, request.addresses)
        return try await store.withLockSuspending("fetch-\(digest.hex)") {
            // Whoever held the lock before us may have fetched it.
            if let found = try present(request, digest, progress) { return found }
            return try await download(request, into: try store.partialBlob(digest), progress)
        }
    }

    private func present(
        _ request: FetchRequest, _ digest: Digest, _ progress: any ProgressSink
    ) throws -> FetchedBlob? {
        guard let path = try store.blob(digest, size: request.size) else { return nil }
        let size = try store.contentLength(.blobs, digest.hex)
        progress.finished(request.name, isFromStore: true)
        return FetchedBlob(digest: digest, size: ByteCount(size), path: path, address: nil)
    }

    private func download(
        _ request: FetchRequest, into writer: StoreWriter, _ progress: any ProgressSink
    ) async throws -> FetchedBlob {
        try requireNetwork(request.name, request.addresses)
        let transfer = Transfer(
            request: request, client: client, retries: configuration.retries, progress: progress,
            now: configuration.now)
        let address = try await firstThatWorks(request.name, request.addresses) { address in
            try await transfer.run(from: address, into: writer)
            return address
        }
        let size = ByteCount(writer.count)
        let digest = try writer.commitBlob()
        progress.finished(request.name, isFromStore: false)
        return FetchedBlob(
            digest: digest, size: size, path: store.path(.blobs, digest.hex), address: redacted(address))
    }

    /// Tries mirror after mirror. The problem of the first is thrown when none works; the others become hints.
    func firstThatWorks<Result>(
        _ name: String, _ addresses: [String], _ body: (String) async throws -> Result
    ) async throws -> Result {
        var first: Problem?
        for address in addresses {
            if configuration.isOffline, localPath(address) == nil { continue }
            do { return try await body(address) } catch let problem as Problem {
                guard problem.code.hasPrefix("fetch.") else { throw problem }
                if first == nil { first = problem } else { first?.hints.append("Also tried: \(problem)") }
            }
        }
        throw first ?? Problem("fetch.address", "Nobody said where to fetch \(name) from", kind: .bug)
    }

    /// Files of this machine may be read offline too.
    func requireNetwork(_ name: String, _ addresses: [String]) throws {
        guard configuration.isOffline, !addresses.contains(where: { localPath($0) != nil }) else { return }
        throw Problem(
            "fetch.offline", "The store does not hold \(name)", at: addresses.first.map(redacted),
            why: "it would have to be fetched, and the work is offline", hints: ["Run once without --offline"])
    }
}
