// SPDX-License-Identifier: Apache-2.0
import PlinthCore
package import SystemPackage

/// A small file of the host, such as a lock or a document beside an image.
package enum PlainFile {
    /// Replaces the file in one step; a file that already has the bytes stays as it is.
    /// - Returns: whether it changed.
    /// - Throws: `Problem`s `file.*`.
    package static func replace(_ path: FilePath, with bytes: [UInt8]) throws -> Bool {
        if HostFile.size(path) == Int64(bytes.count), try HostFile.contents(path, limit: bytes.count) == bytes {
            return false
        }
        try PartialFile.write(bytes, to: path)
        return true
    }
}
