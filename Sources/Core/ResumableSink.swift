// SPDX-License-Identifier: Apache-2.0

/// Where bytes are written that may come in several attempts.
package protocol ResumableSink: AnyObject {
    /// Bytes written so far.
    var count: Int64 { get }
    /// The digest of the bytes written so far.
    var digest: Digest { get }
    /// - Throws: what the sink throws when it cannot keep the bytes.
    func write(_ bytes: borrowing Span<UInt8>) throws
    /// Throws away what was written and begins again.
    func restart() throws
}
