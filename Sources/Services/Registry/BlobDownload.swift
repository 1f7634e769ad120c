// SPDX-License-Identifier: Apache-2.0
import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import PlinthCore
import PlinthOCI
import PlinthWeb

/// One blob on its way from a registry into a sink.
struct BlobDownload {
    let repository: RemoteRepository
    let descriptor: Descriptor
    let progress: any ProgressSink

    private var name: String { descriptor.digest.description }
    private var what: String { "The download of \(descriptor.digest)" }

    /// Fills the sink with the whole blob and checks it. The beginning that it holds already is kept.
    /// - Throws: `Problem`, or `CancellationError`.
    func run(into sink: any ResumableSink) async throws {
        // What an earlier process left may be damaged: that is not the registry's fault.
        var mayBeStale = sink.count > 0
        if sink.count > descriptor.size { try sink.restart() }
        while true {
            try await fill(sink)
            if sink.digest == descriptor.digest { return }
            let found = sink.digest
            try sink.restart()
            if mayBeStale {
                mayBeStale = false
                continue
            }
            throw Problem(
                "registry.digest", "A blob is not what its digest says", at: "\(repository.place)@\(descriptor.digest)",
                why: "what came has \(found)",
                hints: ["The registry, or something between it and here, changes what it sends"])
        }
    }

    /// Until the sink has as many bytes as the blob.
    private func fill(_ sink: any ResumableSink) async throws {
        var headway = Headway(sink.count)
        try await repository.lines.retrying {
            headway.isMade(sink.count)
        } _: {
            guard sink.count < descriptor.size else { return }
            try await attempt(sink)
        }
    }

    private func attempt(_ sink: any ResumableSink) async throws {
        let start = sink.count
        let range: [(name: String, value: String)] = start > 0 ? [("Range", "bytes=\(start)-")] : []
        let call = try await repository.call(.GET, "blobs/\(descriptor.digest)", .pull, headers: range)
        let answer = try await repository.answer(to: call)
        try await begin(answer, at: start, sink)
        try await receive(answer, sink)
    }

    /// Makes the sink stand where the body of the answer begins.
    private func begin(_ answer: HTTPAnswer, at start: Int64, _ sink: any ResumableSink) async throws {
        switch answer.status {
        case 200:
            if start > 0 { try sink.restart() }
            if let length = answer.header("Content-Length").flatMap({ Int64($0) }) { try checkSize(length, answer) }
        case 206 where start > 0:
            guard let range = ContentRange(answer.header("Content-Range")), range.first == start else {
                try sink.restart()
                throw RegistryFailure.truncated(what, answer.address, "another part came than was asked for")
            }
            if let total = range.total { try checkSize(total, answer) }
        case 416 where start > 0:
            try sink.restart()
            throw RegistryFailure.truncated(what, answer.address, "it cannot go on where it broke off")
        default: throw try await repository.refusal(answer, what)
        }
    }

    private func checkSize(_ announced: Int64, _ answer: HTTPAnswer) throws {
        if announced != descriptor.size { throw wrongSize(answer, "it has \(announced)") }
    }

    private func receive(_ answer: HTTPAnswer, _ sink: any ResumableSink) async throws {
        var pace = Pace(window: repository.lines.configuration.connections.idleTimeout)
        do {
            for try await buffer in answer.response.body {
                guard pace.goesOn(buffer.readableBytes) else {
                    throw RegistryFailure.truncated(what, answer.address, "hardly anything came for a while")
                }
                guard sink.count <= descriptor.size - Int64(buffer.readableBytes) else {
                    throw wrongSize(answer, "more came")
                }
                try buffer.withUnsafeReadableBytes { try sink.write($0.bindMemory(to: UInt8.self).span) }
                progress.advanced(name, received: ByteCount(sink.count))
            }
        } catch let error as RegistryFailure {
            throw error
        } catch let error as Problem {
            throw error
        } catch {
            try Task.checkCancellation()
            let why = "\(networkReason(error)) after \(sink.count) of \(descriptor.size) bytes"
            throw RegistryFailure.truncated(what, answer.address, why)
        }
        guard sink.count < descriptor.size else { return }
        throw RegistryFailure.truncated(what, answer.address, "\(sink.count) of \(descriptor.size) bytes came")
    }

    private func wrongSize(_ answer: HTTPAnswer, _ why: String) -> RegistryFailure {
        RegistryFailure(
            problem: Problem(
                "registry.size", "A blob has the wrong size", at: answer.address.place,
                why: "\(descriptor.size) bytes were expected, \(why)"))
    }
}
