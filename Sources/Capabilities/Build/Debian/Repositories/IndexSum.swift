// SPDX-License-Identifier: Apache-2.0
import Crypto
import PlinthCore

/// What a Release file says an index must be: SHA-256, or SHA-512 where an archive lists nothing else.
struct IndexSum: Hashable, Codable, Sendable, CustomStringConvertible {
    /// In lower case: 64 digits or 128.
    let hex: String

    /// As `Acquire-By-Hash` names its folders.
    var algorithm: String { digest == nil ? "SHA512" : "SHA256" }
    /// The name of a blob in the store, which knows nothing of SHA-512.
    var digest: PlinthCore.Digest? { PlinthCore.Digest(hex: hex) }
    var description: String { "\(algorithm.lowercased()):\(hex)" }
}

/// Computes a sum of the same kind as another.
struct IndexSumStream {
    private var short: DigestStream?
    private var long: SHA512?
    private(set) var count: Int64 = 0

    init(like sum: IndexSum) {
        if sum.digest == nil { long = SHA512() } else { short = DigestStream() }
    }

    mutating func update(_ bytes: borrowing Span<UInt8>) {
        count += Int64(bytes.count)
        short?.update(bytes)
        bytes.withUnsafeBufferPointer { long?.update(bufferPointer: UnsafeRawBufferPointer($0)) }
    }

    func finish() -> IndexSum {
        IndexSum(hex: short?.finish().hex ?? hexString(long.map { Array($0.finalize()) } ?? []))
    }
}
