// SPDX-License-Identifier: Apache-2.0
import AsyncHTTPClient
import NIOCore
import PlinthCore
import PlinthWeb
import SystemPackage

/// One file on its way from one address into a writer.
struct Transfer {
    let request: FetchRequest
    let client: WebClient
    let retries: RetrySchedule
    let progress: any ProgressSink
    /// Seconds since 1970.
    let now: @Sendable () -> Int64

    /// The most bytes that may arrive.
    private var most: Int64 { (request.size ?? request.limit).bytes }

    /// Fills the writer with the whole file and checks it, trying again where that may help.
    /// - Throws: `Problem`, or `CancellationError`. The writer is empty, or holds the beginning of the file.
    func run(from address: String, into writer: StoreWriter) async throws {
        var failures = 0
        // What an earlier process left may be damaged: that is not the server's fault.
        var mayBeStale = writer.count > 0
        while true {
            do {
                if !isComplete(writer) { try await attempt(address, writer) }
                try check(writer, address)
                return
            } catch let failure as FetchFailure {
                if failure.needsRestart {
                    let again = mayBeStale
                    mayBeStale = false
                    try writer.restart()
                    if again { continue }
                }
                failures += 1
                guard let pause = retries.pause(after: failures, because: failure) else { throw failure.problem }
                mayBeStale = mayBeStale || writer.count > 0
                try await Task.sleep(for: pause)
            }
        }
    }

    private func isComplete(_ writer: StoreWriter) -> Bool {
        guard let size = request.size, request.digest != nil else { return false }
        return writer.count >= size.bytes
    }

    private func attempt(_ address: String, _ writer: StoreWriter) async throws {
        if let path = localPath(address) { return try copy(path, writer) }
        guard let web = WebAddress(address) else {
            throw FetchFailure(
                problem: Problem(
                    "fetch.address", "This is no address to fetch from", at: redacted(address), kind: .usage))
        }
        // Without a digest, parts of two versions of a file could be joined unseen.
        if request.digest == nil, writer.count > 0 { try writer.restart() }
        let start = writer.count
        let answer = try await client.get(web, headers: start > 0 ? [("Range", "bytes=\(start)-")] : [])
        try begin(answer, at: start, writer)
        try await receive(answer, writer)
    }

    /// Makes the writer stand where the body of the answer begins.
    private func begin(_ answer: HTTPAnswer, at start: Int64, _ writer: StoreWriter) throws {
        switch answer.status {
        case 200:
            if start > 0 { try writer.restart() }
            if let length = answer.header("Content-Length").flatMap({ Int64($0) }) { try checkSize(length, answer) }
        case 206 where start > 0:
            guard let range = ContentRange(answer.header("Content-Range")), range.first == start else {
                throw interrupted(answer.address.url, "it sent another part than it was asked for", restart: true)
            }
            if let total = range.total { try checkSize(total, answer) }
        case 416 where start > 0:
            throw interrupted(answer.address.url, "it cannot go on where the download broke off", restart: true)
        default: throw FetchFailure.status(answer, now: now())
        }
    }

    /// - Parameter announced: the size of the whole file.
    private func checkSize(_ announced: Int64, _ answer: HTTPAnswer) throws {
        if let size = request.size, size.bytes != announced {
            throw wrongSize(answer.address.url, "it has \(announced) bytes")
        }
        if announced > most { throw wrongSize(answer.address.url, "it has \(announced) bytes") }
    }

    private func receive(_ answer: HTTPAnswer, _ writer: StoreWriter) async throws {
        do {
            for try await buffer in answer.response.body {
                guard writer.count <= most - Int64(buffer.readableBytes) else {
                    throw wrongSize(answer.address.url, "more bytes came")
                }
                try buffer.withUnsafeReadableBytes { try writer.write($0.bindMemory(to: UInt8.self).span) }
                progress.advanced(request.name, received: ByteCount(writer.count))
            }
        } catch let error as FetchFailure {
            throw error
        } catch let error as Problem {
            throw error
        } catch {
            try Task.checkCancellation()
            throw FetchFailure.receiving(error, from: answer.address, count: writer.count, of: request.size)
        }
        if let size = request.size, writer.count < size.bytes {
            throw interrupted(answer.address.url, "\(writer.count) of \(size.bytes) bytes came", restart: false)
        }
    }

    private func copy(_ path: FilePath, _ writer: StoreWriter) throws {
        if writer.count > 0 { try writer.restart() }
        guard let found = try? path.stat() else { throw FetchFailure(problem: FetchFailure.missing(path.string)) }
        guard found.type == .regular else {
            throw FetchFailure(problem: Problem("fetch.address", "This is not a file", at: path.string))
        }
        if Int64(found.size) > most { throw wrongSize(path.string, "it has \(found.size) bytes") }
        let source = try FileSource(path)
        var chunk = [UInt8](repeating: 0, count: 262_144)
        while true {
            var span = chunk.mutableSpan
            let count = try source.read(into: &span)
            if count == 0 { break }
            guard writer.count <= most - Int64(count) else { throw wrongSize(path.string, "it grew") }
            try writer.write(chunk.span.extracting(..<count))
            progress.advanced(request.name, received: ByteCount(writer.count))
        }
        if let size = request.size, writer.count != size.bytes {
            throw wrongSize(path.string, "it has \(writer.count) bytes")
        }
    }

    private func check(_ writer: StoreWriter, _ address: String) throws {
        if let size = request.size, writer.count != size.bytes {
            throw wrongSize(redacted(address), "it has \(writer.count) bytes")
        }
        guard let digest = request.digest, writer.digest != digest else { return }
        let problem = Problem(
            "fetch.digest", "A download is not the file that was expected: \(request.name)", at: redacted(address),
            why: "expected \(digest), got \(writer.digest)",
            hints: ["The mirror may be in the middle of an update: try again later, or use another"])
        throw FetchFailure(problem: problem, needsRestart: true)
    }

    private func wrongSize(_ address: String, _ why: String) -> FetchFailure {
        let wanted = request.size.map { "\($0.bytes) bytes were expected" } ?? "at most \(request.limit) were expected"
        let problem = Problem(
            "fetch.size", "A download has the wrong size: \(request.name)", at: address, why: "\(wanted), \(why)")
        return FetchFailure(problem: problem, needsRestart: true)
    }

    private func interrupted(_ address: String, _ why: String, restart: Bool) -> FetchFailure {
        let problem = Problem("fetch.truncated", "A download broke off: \(request.name)", at: address, why: why)
        return FetchFailure(problem: problem, isTemporary: true, needsRestart: restart)
    }
}

/// The path in a `file` address or an absolute path; nil for anything else.
func localPath(_ address: String) -> FilePath? {
    if address.hasPrefix("/") { return FilePath(address) }
    guard address.hasPrefix("file:") else { return nil }
    var rest = address.dropFirst(5)
    if rest.hasPrefix("//localhost/") { rest = rest.dropFirst(11) }
    if rest.hasPrefix("///") { rest = rest.dropFirst(2) }
    guard rest.hasPrefix("/"), !rest.hasPrefix("//"), let path = percentDecoded(rest), !path.utf8.contains(0) else {
        return nil
    }
    return FilePath(path)
}
