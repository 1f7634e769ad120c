// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import SystemPackage

/// The end of every file outside `blobs`: the SHA-256 of what stands before it, then `PLNTHSUM`.
///
/// It lies in the file itself, so that content and sum appear under the name in one rename.
enum StoreTrailer {
    static let length = 40
    static let magic = Array("PLNTHSUM".utf8)

    static func bytes(_ digest: Digest) -> [UInt8] { digest.bytes + magic }

    /// The content, when the sum is right.
    static func strip(_ bytes: [UInt8]) -> [UInt8]? {
        guard bytes.count >= length, bytes.suffix(magic.count).elementsEqual(magic) else { return nil }
        let count = bytes.count - length
        var stream = DigestStream()
        stream.update(bytes.span.extracting(..<count))
        guard stream.finish().bytes.elementsEqual(bytes[count..<count + 32]) else { return nil }
        return Array(bytes[..<count])
    }
}

extension Store {
    /// The bytes of a file without its checksum.
    /// - Throws: `Problem` with code `store.damaged` when it is too short, `store.missing` when it is not there.
    package func contentLength(_ shelf: Shelf, _ key: String, _ suffix: String = "") throws -> Int64 {
        let path = path(shelf, key, suffix)
        let size: Int64
        do { size = Int64(try path.stat().size) } catch { throw missing(path, error) }
        if shelf == .blobs { return size }
        guard size >= StoreTrailer.length else {
            throw quarantined(shelf, path, why: "it is shorter than its checksum")
        }
        return size - Int64(StoreTrailer.length)
    }

    /// As `contentLength`, after reading the file again and comparing it with its sum or name.
    /// - Throws: `Problem` with code `store.damaged`; the file is moved to `quarantine`.
    package func checkedLength(_ shelf: Shelf, _ key: String, _ suffix: String = "") throws -> Int64 {
        let path = path(shelf, key, suffix)
        let length = try contentLength(shelf, key, suffix)
        if let why = try fault(shelf, key, path) { throw quarantined(shelf, path, why: why) }
        return length
    }

    /// What is wrong with a file; nil when it is whole. Reads all of it.
    func fault(_ shelf: Shelf, _ key: String, _ path: FilePath) throws -> String? {
        let size: Int64
        do { size = Int64(try path.stat().size) } catch { throw missing(path, error) }
        if shelf == .blobs {
            return try digest(of: path, length: size).hex == key ? nil : "its bytes do not match its name"
        }
        let length = size - Int64(StoreTrailer.length)
        guard length >= 0 else { return "it is shorter than its checksum" }
        let expected = StoreTrailer.bytes(try digest(of: path, length: length))
        let found = try FileSource(path, from: length).readAll(limit: StoreTrailer.length)
        return found == expected ? nil : "its bytes do not match its checksum"
    }

    private func digest(of path: FilePath, length: Int64) throws -> Digest {
        let source = try FileSource(path, length: length)
        var stream = DigestStream()
        var chunk = [UInt8](repeating: 0, count: 262_144)
        while true {
            var span = chunk.mutableSpan
            let count = try source.read(into: &span)
            if count == 0 { return stream.finish() }
            stream.update(chunk.span.extracting(..<count))
        }
    }
}
