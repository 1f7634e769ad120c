// SPDX-License-Identifier: Apache-2.0
import NIOHTTP1
package import PlinthCore
package import PlinthOCI
import PlinthWeb

extension RegistryClient {
    /// Whether the repository of the reference has a blob.
    /// - Throws: `Problem` with a code `registry.*`.
    package func exists(_ descriptor: Descriptor, in reference: RegistryReference) async throws -> Bool {
        let repository = repository(reference)
        return try await lines.retrying {
            let call = try await repository.call(.HEAD, "blobs/\(descriptor.digest)", .pull)
            let answer = try await repository.answer(to: call)
            guard answer.status == 200 || answer.status == 404 else {
                throw try await repository.refusal(answer, "Asking for \(descriptor.digest)")
            }
            _ = try await answer.drained()
            return answer.status == 200
        }
    }

    /// Fills a sink with a blob. What it holds already is taken for the blob's beginning.
    ///
    /// Size and digest are checked; afterwards the sink holds the whole blob, or, when the digest is wrong, nothing. Memory
    /// does not grow with the blob.
    /// - Throws: `Problem` with a code `registry.*`, or the sink's.
    package func download(
        _ descriptor: Descriptor, from reference: RegistryReference, into sink: any ResumableSink,
        progress: any ProgressSink = NoProgress()
    ) async throws {
        let name = "\(descriptor.digest)"
        progress.started(name, size: ByteCount(descriptor.size), .fetching)
        try await BlobDownload(repository: repository(reference), descriptor: descriptor, progress: progress)
            .run(into: sink)
        progress.finished(name, isFromStore: false)
    }
}

extension RegistryClient {
    /// Has a blob in the repository of the reference, moving no byte of it that need not be moved.
    ///
    /// Memory does not grow with the blob. The registry checks its digest.
    /// - Parameter origin: a repository of the same registry that has the blob, perhaps.
    /// - Throws: `Problem` with a code `registry.*`, or what reading the blob throws.
    @discardableResult
    package func upload(
        _ content: BlobContent, to reference: RegistryReference, mountingFrom origin: String? = nil,
        progress: any ProgressSink = NoProgress()
    ) async throws -> BlobArrival {
        let name = "\(content.descriptor.digest)"
        progress.started(name, size: ByteCount(content.descriptor.size), .sending)
        let upload = BlobUpload(
            repository: repository(reference), content: content, origin: origin, progress: progress)
        // Whoever sends a layer that somebody else is sending waits, and finds it there.
        let arrival = try await uploads.taking("\(reference.name)@\(name)") { try await upload.run() }
        progress.finished(name, isFromStore: arrival != .sent)
        return arrival
    }

    /// Has several blobs in the repository, at most `limit` at a time; one that is named twice is sent once.
    /// - Throws: the first problem.
    @discardableResult
    package func upload(
        _ blobs: [BlobContent], to reference: RegistryReference, mountingFrom origin: String? = nil, limit: Int,
        progress: any ProgressSink = NoProgress()
    ) async throws -> [BlobArrival] {
        var seen: Set<Digest> = []
        let different = blobs.filter { seen.insert($0.descriptor.digest).inserted }
        let arrivals = try await mapConcurrently(different, limit: limit) { blob in
            let arrival = try await self.upload(blob, to: reference, mountingFrom: origin, progress: progress)
            return (blob.descriptor.digest, arrival)
        }
        let known = Dictionary(arrivals) { first, _ in first }
        return blobs.map { known[$0.descriptor.digest] ?? .wasThere }
    }
}
