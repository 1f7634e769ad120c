// SPDX-License-Identifier: Apache-2.0
import PlinthCore

/// What one step of a decoder did.
struct DecoderStep {
    var consumed: Int
    var produced: Int
    /// The gzip member, xz file, zstd frame or bzip2 stream is complete.
    var ended: Bool
}

/// One of the C libraries, seen as a machine that takes some bytes and gives some.
///
/// A step reads only from `input` and writes only to `output`, and keeps neither.
protocol StreamDecoder: AnyObject {
    /// Whether zero bytes may follow the last stream.
    var allowsPadding: Bool { get }

    /// - Parameter last: nothing comes after `input`.
    /// - Throws: `archive.corrupt`, `archive.memory`.
    func step(_ input: UnsafeBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>, last: Bool) throws
        -> DecoderStep

    /// Makes ready for a further stream behind the one that ended.
    func restart() throws
}

func corrupt(_ why: String) -> Problem {
    Problem("archive.corrupt", "Compressed data is damaged", why: why)
}

func truncated() -> Problem {
    Problem("archive.truncated", "Compressed data is cut short", why: "it ends in the middle of a stream")
}

func tooMuchMemory(_ why: String) -> Problem {
    Problem("archive.memory", "Compressed data would need too much memory to unpack", why: why)
}

func bomb(_ limit: Int64) -> Problem {
    Problem(
        "archive.bomb", "Compressed data unpacks to more than it may", why: "the limit is \(ByteCount(limit))")
}
