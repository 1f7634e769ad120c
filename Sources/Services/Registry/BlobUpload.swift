// SPDX-License-Identifier: Apache-2.0
import NIOHTTP1
import PlinthCore
import PlinthOCI
import PlinthWeb

/// How a blob came to be in a repository.
package enum BlobArrival: Sendable, Equatable {
    case wasThere
    /// The registry took it from another repository.
    case mounted
    case sent
}

/// One blob on its way into a repository.
///
/// [OCI distribution-spec v1.1, pushing blobs](https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#pushing-blobs)
struct BlobUpload {
    let repository: RemoteRepository
    let content: BlobContent
    /// A repository of the same registry that may have the blob.
    let origin: String?
    let progress: any ProgressSink

    private var digest: Digest { content.descriptor.digest }
    private var size: Int64 { content.descriptor.size }
    private var what: String { "The upload of \(digest)" }

    /// An upload that the registry has begun.
    private struct Session {
        /// Changes with every answer.
        var address: WebAddress
        /// Bytes that the registry has.
        var offset: Int64 = 0
        /// The least that the registry takes in one piece, except the last.
        var least: Int64 = 0
        /// Some of it was sent before the connection broke.
        var isResumed = false
    }

    /// - Throws: `Problem`, or `CancellationError`.
    func run() async throws -> BlobArrival {
        var session: Session?
        var headway = Headway()
        var isFirst = true
        return try await repository.lines.retrying {
            headway.isMade(session?.offset ?? 0)
        } _: {
            if try await exists() { return isFirst ? .wasThere : .sent }
            if let broken = session { session = try await resumed(broken) }
            if session == nil {
                guard let begun = try await begin(mounting: isFirst) else { return .mounted }
                session = begun
            }
            isFirst = false
            do {
                try await send(&session)
            } catch let failure as RegistryFailure {
                try forget(&session, failure)
            }
            return .sent
        }
    }

    /// A piece that was put together wrongly is sent once more as a whole.
    private func forget(_ session: inout Session?, _ failure: RegistryFailure) throws {
        guard let broken = session, broken.isResumed, failure.problem.code == "registry.digest" else { throw failure }
        session = nil
        var again = failure
        again.isTemporary = true
        throw again
    }

    /// Whether the repository has the blob.
    func exists() async throws -> Bool {
        // Asked for with the right to push, as the next requests are: one token does for all.
        let answer = try await repository.answer(to: try await repository.call(.HEAD, "blobs/\(digest)", .push))
        if answer.status != 200 && answer.status != 404 { throw try await repository.refusal(answer, what) }
        _ = try await answer.drained()
        return answer.status == 200
    }

    /// Nil when the registry took the blob from another repository.
    ///
    /// Whoever may not read there can still send it.
    private func begin(mounting: Bool) async throws -> Session? {
        guard mounting, let origin, origin != repository.name else { return try await begin(from: nil) }
        do { return try await begin(from: origin) } catch let failure as RegistryFailure where !failure.isTemporary {
            return try await begin(from: nil)
        } catch let problem as Problem where problem.code == "registry.unauthorized" {
            return try await begin(from: nil)
        }
    }

    private func begin(from origin: String?) async throws -> Session? {
        let query = origin.map { "?mount=\(digest)&from=\($0)" } ?? ""
        var call = try await repository.call(.POST, "blobs/uploads/" + query, .push)
        if let origin { call.scopes.append("repository:\(origin):pull") }
        let answer = try await repository.answer(to: call)
        if answer.status == 201, origin != nil {
            _ = try await answer.drained()
            return nil
        }
        guard answer.status == 202 else { throw try await repository.refusal(answer, what) }
        _ = try await answer.drained()
        var session = Session(address: try location(answer, nil))
        session.least = max(0, answer.header("OCI-Chunk-Min-Length").flatMap { Int64($0) } ?? 0)
        return session
    }

    private func send(_ session: inout Session?) async throws {
        guard var current = session else { return }
        if current.offset > 0 || repository.lines.configuration.chunk != nil {
            let wanted = repository.lines.configuration.chunk?.bytes ?? size
            let piece = max(wanted, current.least, 1)
            while current.offset < size {
                let rest = size - current.offset
                try await patch(&current, current.offset..<current.offset + min(piece, rest))
                session = current
            }
        }
        try await finish(current)
    }

    private func patch(_ session: inout Session, _ range: Range<Int64>) async throws {
        let headers = [
            (name: "Content-Type", value: "application/octet-stream"),
            (name: "Content-Range", value: "\(range.lowerBound)-\(range.upperBound - 1)"),
        ]
        let answer = try await repository.answer(to: carrying(range, .PATCH, session.address, headers))
        guard [201, 202, 204].contains(answer.status) else { throw try await repository.refusal(answer, what) }
        _ = try await answer.drained()
        session.address = try location(answer, session.address)
        session.offset = UploadRange.next(answer.header("Range")) ?? range.upperBound
        guard session.offset == range.upperBound else {
            throw RegistryFailure.truncated(what, answer.address, "the registry kept \(session.offset) bytes")
        }
    }

    /// Ends the upload, with the whole blob if nothing was sent so far.
    private func finish(_ session: Session) async throws {
        var address = session.address
        address.target += (address.target.contains("?") ? "&" : "?") + "digest=\(digest)"
        let rest = session.offset..<size
        let call = carrying(rest, .PUT, address, [(name: "Content-Type", value: "application/octet-stream")])
        let answer = try await repository.answer(to: call)
        guard [200, 201, 204].contains(answer.status) else { throw try await repository.refusal(answer, what) }
        _ = try await answer.drained()
        progress.advanced("\(digest)", received: ByteCount(size))
    }

    private func carrying(
        _ range: Range<Int64>, _ method: HTTPMethod, _ address: WebAddress, _ headers: [(name: String, value: String)]
    ) -> RegistryCall {
        var call = repository.call(method, address, .push, headers: headers)
        let (content, progress, name) = (content, progress, "\(digest)")
        if !range.isEmpty {
            let body = BlobBody(content: content, range: range) { progress.advanced(name, received: ByteCount($0)) }
            call.body = { body.request }
        }
        return call
    }

    /// Where to go on after a break; nil when the upload has to begin anew.
    private func resumed(_ broken: Session) async throws -> Session? {
        let answer = try await repository.answer(to: repository.call(.GET, broken.address, .push))
        _ = try await answer.drained()
        guard answer.status == 204 || answer.status == 202, let offset = UploadRange.next(answer.header("Range")),
            offset > 0, offset <= size
        else { return nil }
        var session = broken
        session.address = try location(answer, broken.address)
        session.offset = offset
        session.isResumed = true
        return session
    }

    private func location(_ answer: HTTPAnswer, _ known: WebAddress?) throws -> WebAddress {
        guard let text = answer.header("Location") else {
            if let known { return known }
            throw RegistryFailure.protocolFault(answer.address, "it does not say where to send a blob")
        }
        guard let next = answer.address.leading(to: text),
            next.isSecure || !answer.address.isSecure && repository.lines.allowsPlain(next)
        else { throw RegistryFailure.protocolFault(answer.address, "it names no place for a blob that may be used") }
        return next
    }
}

/// How much of an upload a registry has: `0-1023`, both ends included.
enum UploadRange {
    /// The offset of the first byte that is missing. `0-0` says one byte or none, and so nothing.
    static func next(_ field: String?) -> Int64? {
        guard let text = field.map({ $0.hasPrefix("bytes=") ? $0.dropFirst(6) : $0[...] }),
            let dash = text.firstIndex(of: "-"), text[..<dash] == "0",
            let last = Int64(text[text.index(after: dash)...]), last > 0, last < .max
        else { return nil }
        return last + 1
    }
}
