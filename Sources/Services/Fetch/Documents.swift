// SPDX-License-Identifier: Apache-2.0
package import PlinthCore
import PlinthWeb
import SystemPackage

/// What a server said about the version of a document it sent (RFC 9110, section 8.8).
struct Validators: Equatable {
    var etag: String?
    var lastModified: String?

    var headers: [(String, String)] {
        // A server that knows the tag ignores the date.
        if let etag { return [("If-None-Match", etag)] }
        return lastModified.map { [("If-Modified-Since", $0)] } ?? []
    }
}

/// A document as the `documents` shelf keeps it: two lines, then its bytes.
struct StoredDocument: Equatable {
    var validators: Validators
    var bytes: [UInt8]

    var encoded: [UInt8] {
        Array("\(validators.etag ?? "")\n\(validators.lastModified ?? "")\n".utf8) + bytes
    }

    init(_ validators: Validators, _ bytes: [UInt8]) {
        self.validators = validators
        self.bytes = bytes
    }

    init?(decoding encoded: [UInt8]) {
        let parts = encoded.split(separator: UInt8(ascii: "\n"), maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3 else { return nil }
        let lines = parts[..<2].map { String(decoding: $0, as: UTF8.self) }
        validators = Validators(
            etag: lines[0].isEmpty ? nil : lines[0], lastModified: lines[1].isEmpty ? nil : lines[1])
        bytes = Array(parts[2])
    }
}

extension Downloader {
    /// Fetches a small file that may change, from the first address that has it. The server is asked whether it has
    /// changed since the last time; offline the last one is given.
    ///
    /// Nothing proves what it holds: check its signature. Memory: its size.
    /// - Throws: as `fetch`; `fetch.missing` when no address has it.
    package func document(_ name: String, _ addresses: [String], limit: ByteCount) async throws -> FetchedDocument {
        if configuration.isOffline { return try kept(name, addresses, limit: limit) }
        return try await firstThatWorks(name, addresses) { address in
            if let path = localPath(address) { return try read(path.string, limit: limit) }
            return try await download(name, address, limit: limit)
        }
    }

    private func kept(_ name: String, _ addresses: [String], limit: ByteCount) throws -> FetchedDocument {
        for address in addresses {
            if let path = localPath(address), (try? path.stat()) != nil { return try read(path.string, limit: limit) }
            if let stored = try stored(address, limit: limit) {
                return FetchedDocument(bytes: stored.bytes, address: redacted(address), isFromStore: true)
            }
        }
        try requireNetwork(name, addresses.filter { localPath($0) == nil })
        throw FetchFailure.missing(addresses.first.map(redacted) ?? name)
    }

    private func key(_ address: String) -> String { Digest.of(Array(address.utf8)).hex }

    private func stored(_ address: String, limit: ByteCount) throws -> StoredDocument? {
        do {
            let bytes = try store.read(.documents, key(address), limit: Int(limit.bytes) + 2048)
            return bytes.flatMap { StoredDocument(decoding: $0) }
        } catch let problem as Problem where ["store.damaged", "store.tooLarge"].contains(problem.code) {
            return nil
        }
    }

    private func read(_ path: String, limit: ByteCount) throws -> FetchedDocument {
        guard let file = localPath(path), (try? file.stat())?.type == .regular else { throw FetchFailure.missing(path) }
        let bytes = try FileSource(file).readAll(limit: Int(limit.bytes))
        return FetchedDocument(bytes: bytes, address: path, isFromStore: false)
    }

    private func download(_ name: String, _ address: String, limit: ByteCount) async throws -> FetchedDocument {
        guard let web = WebAddress(address) else {
            throw Problem("fetch.address", "This is no address to fetch from", at: redacted(address), kind: .usage)
        }
        var failures = 0
        while true {
            do { return try await ask(name, web, address, limit: limit) } catch let failure as FetchFailure {
                failures += 1
                let pause = configuration.retries.pause(after: failures, because: failure)
                guard let pause else { throw failure.problem }
                try await Task.sleep(for: pause)
            }
        }
    }

    private func ask(
        _ name: String, _ web: WebAddress, _ address: String, limit: ByteCount
    ) async throws -> FetchedDocument {
        let last = try stored(address, limit: limit)
        let answer = try await client.get(web, headers: last?.validators.headers ?? [])
        if answer.status == 304, let last {
            return FetchedDocument(bytes: last.bytes, address: redacted(address), isFromStore: true)
        }
        guard answer.status == 200 else { throw FetchFailure.status(answer, now: configuration.now()) }
        let bytes = try await answer.collect(name, limit: limit)
        let validators = Validators(etag: answer.header("ETag"), lastModified: answer.header("Last-Modified"))
        try keep(StoredDocument(validators, bytes), address)
        return FetchedDocument(bytes: bytes, address: redacted(address), isFromStore: false)
    }

    private func keep(_ document: StoredDocument, _ address: String) throws {
        do { try store.write(.documents, key(address), "", document.encoded) } catch let problem as Problem {
            // A store that may not be written to saves no time the next time; that is all.
            guard problem.code == "store.readOnly" else { throw problem }
        }
    }
}
