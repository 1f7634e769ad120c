// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthOCI
import PlinthRegistry
import SystemPackage

extension RegistryClient {
    /// Has a blob in a file, going on where an earlier download broke off.
    func download(
        _ descriptor: Descriptor, from reference: RegistryReference, to file: FilePath,
        progress: any ProgressSink = NoProgress()
    ) async throws {
        try await download(descriptor, from: reference, into: try PartialBlob(file), progress: progress)
    }
}

/// A file that a download fills; what an earlier one left in it is read first, and kept.
final class PartialBlob: ResumableSink {
    private let path: FilePath
    private let file: FileDescriptor
    private var stream = DigestStream()

    /// Reads what is there, in time that grows with it.
    /// - Throws: `Problem` with code `registry.file`.
    init(_ path: FilePath) throws {
        self.path = path
        do {
            file = try FileDescriptor.open(
                path, .readWrite, options: [.create, .closeOnExec],
                permissions: [.ownerReadWrite, .groupRead, .otherRead])
        } catch { throw PartialBlob.problem(path, error) }
        do { try readBack() } catch {
            try? file.close()
            throw PartialBlob.problem(path, error)
        }
    }

    deinit { try? file.close() }

    var count: Int64 { stream.count }
    var digest: Digest { stream.finish() }

    func write(_ bytes: borrowing Span<UInt8>) throws {
        stream.update(bytes)
        do { _ = try bytes.withUnsafeBufferPointer { try file.writeAll($0) } } catch {
            throw PartialBlob.problem(path, error)
        }
    }

    func restart() throws {
        do {
            try file.resize(to: 0)
            try file.seek(offset: 0, from: .start)
        } catch { throw PartialBlob.problem(path, error) }
        stream = DigestStream()
    }

    private func readBack() throws {
        var chunk = [UInt8](repeating: 0, count: 262_144)
        while true {
            let got = try chunk.withUnsafeMutableBytes { try file.read(into: $0) }
            if got == 0 { return }
            stream.update(chunk.span.extracting(..<got))
        }
    }

    private static func problem(_ path: FilePath, _ error: any Error) -> Problem {
        Problem("registry.file", "Cannot write a download to a file", at: path.string, why: "\(error)", cause: error)
    }
}
