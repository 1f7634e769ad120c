// SPDX-License-Identifier: Apache-2.0
package import PlinthCore
import SystemPackage

/// A file of the store in the making. Dropped before `commit`, it leaves nothing behind.
package final class StoreWriter: ResumableSink {
    private let store: Store
    private let path: FilePath
    private var file: FileDescriptor?
    private var stream = DigestStream()
    /// Keeps what was written when the writer is dropped, so that a later run can go on.
    private let staysBehind: Bool

    /// - Throws: `Problem` with code `store.readOnly`, `store.full` or `store.write`.
    init(_ store: Store, at path: FilePath) throws {
        self.store = store
        self.path = path
        staysBehind = false
        file = try StoreWriter.open(path, [.create, .exclusiveCreate])
    }

    /// Goes on with what an earlier writer left at the path. The caller holds the lock for it.
    init(_ store: Store, resuming path: FilePath) throws {
        self.store = store
        self.path = path
        staysBehind = true
        file = try StoreWriter.open(path, [.create])
        try readBack()
    }

    deinit {
        guard let file else { return }
        try? file.close()
        if !staysBehind || count == 0 { try? removeFile(path) }
    }

    /// Bytes written so far.
    package var count: Int64 { stream.count }
    /// The digest of the bytes written so far.
    package var digest: Digest { stream.finish() }

    /// - Throws: `Problem` with code `store.full` or `store.write`.
    package func write(_ bytes: borrowing Span<UInt8>) throws {
        guard let file else { throw finished }
        stream.update(bytes)
        try bytes.withUnsafeBufferPointer { buffer in
            do { _ = try file.writeAll(buffer) } catch { throw writeProblem(error) }
        }
    }

    package func write(_ bytes: [UInt8]) throws { try write(bytes.span) }

    /// Throws away what was written and begins again.
    package func restart() throws {
        guard let file else { throw finished }
        do {
            try file.resize(to: 0)
            try file.seek(offset: 0, from: .start)
        } catch { throw writeProblem(error) }
        stream = DigestStream()
    }

    /// Gives the file its name, with its checksum; the writer is done then.
    /// - Throws: `Problem` with code `store.readOnly`, `store.full` or `store.write`.
    package func commit(_ shelf: Shelf, _ key: String, _ suffix: String = "") throws {
        guard let file else { throw finished }
        if shelf == .blobs {
            guard digest.hex == key else {
                throw Problem("store.wrongName", "A blob under a name that is not its digest", at: key, kind: .bug)
            }
        } else {
            do { try file.writeAll(StoreTrailer.bytes(digest)) } catch { throw writeProblem(error) }
        }
        if try !store.flushing.begin(in: store) {
            do { try flush(file) } catch { throw writeProblem(error) }
        }
        self.file = nil
        do {
            defer { try? file.close() }
            try move(to: store.path(shelf, key, suffix))
        } catch {
            try? removeFile(path)
            throw error
        }
    }

    /// Commits to `blobs` under the digest of what was written.
    /// - Throws: `Problem` with code `store.readOnly`, `store.full` or `store.write`.
    package func commitBlob() throws -> Digest {
        let digest = digest
        try commit(.blobs, digest.hex)
        return digest
    }

    private func move(to target: FilePath) throws {
        do { try renameFile(path, target) } catch Errno.noSuchFileOrDirectory {
            // The directory is made here, or again after `prune` has taken it away.
            try store.makeDirectory(target.removingLastComponent())
            do { try renameFile(path, target) } catch { throw writeProblem(error) }
        } catch { throw writeProblem(error) }
    }

    private func readBack() throws {
        guard let file else { return }
        var chunk = [UInt8](repeating: 0, count: 262_144)
        do {
            while true {
                let got = try chunk.withUnsafeMutableBytes { try file.read(into: $0) }
                if got == 0 { return }
                stream.update(chunk.span.extracting(..<got))
            }
        } catch { throw writeProblem(error) }
    }

    private static func open(_ path: FilePath, _ options: FileDescriptor.OpenOptions) throws -> FileDescriptor {
        do {
            return try FileDescriptor.open(
                path, .readWrite, options: options.union(.closeOnExec), permissions: [.ownerReadWrite])
        } catch { throw storeProblem(error, path, "store.write", "Cannot write to the store") }
    }

    private func writeProblem(_ error: any Error) -> Problem {
        storeProblem(error, path, "store.write", "Cannot write to the store")
    }

    private var finished: Problem {
        Problem("store.finished", "A file of the store was written to after its end", at: path.string, kind: .bug)
    }
}
