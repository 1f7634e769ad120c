// SPDX-License-Identifier: Apache-2.0
package import PlinthCore
package import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

extension Store {
    /// A blob that is there and has the right size; its bytes are not read.
    ///
    /// A blob of the wrong size is moved to `quarantine` and counts as absent.
    package func blob(_ digest: Digest, size: ByteCount? = nil) throws -> FilePath? {
        let path = path(.blobs, digest.hex)
        guard let found = try? path.stat(), found.type == .regular else { return nil }
        if let size, Int64(found.size) != size.bytes {
            _ = quarantined(.blobs, path, why: "it has \(found.size) bytes instead of \(size.bytes)")
            return nil
        }
        noteUse(of: path)
        return path
    }

    /// A blob whose bytes were read again and match its name; nil when it is not there.
    /// - Throws: `Problem` with code `store.damaged`; the file is moved to `quarantine`.
    package func verifiedBlob(_ digest: Digest, size: ByteCount? = nil) throws -> FilePath? {
        guard let path = try blob(digest, size: size) else { return nil }
        if let why = try fault(.blobs, digest.hex, path) { throw quarantined(.blobs, path, why: why) }
        return path
    }

    /// Copies a file into `blobs`. It is read once; a source that changes meanwhile cannot harm.
    /// - Throws: `Problem` with code `store.wrongDigest` when it is not the expected one, `file.open`, `file.read`, or
    ///   those of `writer`.
    package func importFile(_ path: FilePath, expecting expected: Digest? = nil) throws -> Digest {
        let source = try FileSource(path)
        let writer = try writer()
        var chunk = [UInt8](repeating: 0, count: 262_144)
        while true {
            var span = chunk.mutableSpan
            let count = try source.read(into: &span)
            if count == 0 { break }
            try writer.write(chunk.span.extracting(..<count))
        }
        if let expected, writer.digest != expected {
            throw Problem(
                "store.wrongDigest", "A file is not the one that was expected", at: path.string,
                why: "expected \(expected), found \(writer.digest)")
        }
        return try writer.commitBlob()
    }

    /// Notes that a file is in use, so that `prune` keeps it; `contains`, `read` and `blob` do so too.
    /// - Parameter now: seconds since 1970.
    package func touch(_ shelf: Shelf, _ key: String, _ suffix: String = "", now: Int64) {
        noteUse(of: path(shelf, key, suffix), now: now)
    }

    /// At most one write a day for each file.
    func noteUse(of path: FilePath, now: Int64 = Int64(time(nil))) {
        guard let last = modificationTime(path), last < now - 86_400 else { return }
        // A store that may not be written to has no use for the note.
        try? setTimes(path, now)
    }
}
