// SPDX-License-Identifier: Apache-2.0
package import PlinthCore
package import SystemPackage

extension Store {
    /// Has a blob; one that is not there is written by `fill`, which goes on where an interrupted one stopped.
    ///
    /// One process at a time fills a blob; the others wait and find it.
    /// - Returns: its path, and whether it was there.
    /// - Throws: `Problem` with code `store.wrongName` when the bytes are others, what `fill` throws, or the store's.
    package func blob(
        _ digest: Digest, size: ByteCount, filledBy fill: (StoreWriter) async throws -> Void
    ) async throws -> (path: FilePath, wasThere: Bool) {
        if let found = try blob(digest, size: size) { return (found, true) }
        return try await withLockSuspending("fetch-\(digest.hex)") {
            // Whoever held the lock before us may have brought it.
            if let found = try blob(digest, size: size) { return (found, true) }
            let writer = try partialBlob(digest)
            try await fill(writer)
            guard writer.digest == digest else {
                try writer.restart()
                throw Problem("store.wrongName", "A blob under a name that is not its digest", at: digest.hex)
            }
            _ = try writer.commitBlob()
            return (path(.blobs, digest.hex), false)
        }
    }

    /// Goes on with what an earlier writer of the same blob left. The caller holds the lock for it.
    func partialBlob(_ digest: Digest) throws -> StoreWriter {
        let partial = home.appending("tmp").appending("partial-\(digest.hex)")
        try makeDirectory(partial.removingLastComponent())
        return try StoreWriter(self, resuming: partial)
    }
}
