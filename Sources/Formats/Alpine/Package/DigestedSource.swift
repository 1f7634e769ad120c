// SPDX-License-Identifier: Apache-2.0
import PlinthCore

/// Passes bytes on and, at their end, says whether they were the promised ones.
final class DigestedSource: ByteSource {
    private let source: any ByteSource
    private let digest: Digest
    private let place: String
    private var stream = DigestStream()
    private var isChecked = false

    init(_ source: any ByteSource, digest: Digest, place: String) {
        self.source = source
        self.digest = digest
        self.place = place
    }

    /// - Throws: `Problem` with code `apk.dataDigest` at the end; what the source throws.
    func read(into buffer: inout MutableSpan<UInt8>) throws -> Int {
        let count = try source.read(into: &buffer)
        if count > 0 {
            stream.update(buffer.span.extracting(..<count))
        } else if buffer.count > 0, !isChecked {
            isChecked = true
            let found = stream.finish()
            guard found == digest else {
                throw Problem(
                    "apk.dataDigest", "The data of a package is not what was packed", at: place,
                    why: "its SHA-256 is \(found.hex), .PKGINFO says \(digest.hex)")
            }
        }
        return count
    }
}
