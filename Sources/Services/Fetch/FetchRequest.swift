// SPDX-License-Identifier: Apache-2.0
package import PlinthCore
package import SystemPackage

/// A file to have in the store.
package struct FetchRequest: Sendable {
    /// What a person calls it, such as `redis-server 5:7.0.15-1`.
    package var name: String
    /// Where it may be had, tried in order: `http`, `https` and `file` addresses, and absolute paths.
    package var addresses: [String]
    /// The exact size, when it is known.
    package var size: ByteCount?
    /// Without one, the caller must have another proof of what it gets.
    package var digest: Digest?
    /// The most that is read when the size is not known.
    package var limit: ByteCount

    package init(
        name: String, addresses: [String], size: ByteCount? = nil, digest: Digest? = nil,
        limit: ByteCount = ByteCount(4 << 30)
    ) {
        self.name = name
        self.addresses = addresses
        self.size = size
        self.digest = digest
        self.limit = limit
    }
}

/// A file that is in `blobs` now.
package struct FetchedBlob: Sendable {
    package let digest: Digest
    package let size: ByteCount
    package let path: FilePath
    /// Where it came from, without credentials; nil when the store had it.
    package let address: String?
}

/// A small file that may change at its address.
package struct FetchedDocument: Sendable {
    package let bytes: [UInt8]
    /// Where it came from, without credentials.
    package let address: String
    /// It was in the store, and the server said that it had not changed, or nobody was asked.
    package let isFromStore: Bool
}
