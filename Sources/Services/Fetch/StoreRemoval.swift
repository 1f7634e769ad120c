// SPDX-License-Identifier: Apache-2.0
package import PlinthCore
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension Store {
    /// Keeps bytes under their own digest.
    /// - Throws: `store.*`.
    @discardableResult
    package func writeBlob(_ bytes: [UInt8]) throws -> Digest {
        let digest = Digest.of(bytes)
        if try blob(digest, size: ByteCount(bytes.count)) != nil { return digest }
        let writer = try writer()
        try writer.write(bytes)
        return try writer.commitBlob()
    }

    /// Removes a file of a shelf; one that is not there is fine.
    /// - Throws: `Problem` with code `store.remove`.
    package func remove(_ shelf: Shelf, _ key: String, _ suffix: String = "") throws {
        let path = path(shelf, key, suffix)
        guard unlink(path.string) != 0, errno != ENOENT else { return }
        throw Problem("store.remove", "Cannot remove a file of the store", at: path.string, why: "errno \(errno)")
    }
}
