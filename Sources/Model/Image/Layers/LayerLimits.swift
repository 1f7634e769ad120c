// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import Synchronization

/// How much of an image is read before it is taken for an attack.
package struct LayerLimits: Hashable, Sendable {
    /// Uncompressed bytes of one layer.
    package var unpacked: Int64 = 64 << 30
    /// What the sparse files of one layer may be together with their zeros; four times that much fits all sums.
    package var sparse: Int64 = 64 << 40
    /// A layer may unpack to this many times its size; zeros reach 1,032 in gzip and far more in zstd.
    package var ratio: Int64 = 300
    /// What a layer may always unpack to.
    package var small: Int64 = 1 << 30
    /// Entries of all layers together.
    package var entries = 6_000_000
    /// Bytes of names, link targets and attributes of all layers together.
    package var names = 512 << 20
    /// Bytes of one file that is kept.
    package var content: Int64 = 64 << 20
    /// Bytes of all files that are kept.
    package var contents: Int64 = 512 << 20

    package init() {}

    /// How much sparse files may be when their contents are read.
    var sparseContent: Int64 { min(sparse, unpacked) }

    /// The most that a layer of this size may unpack to.
    func unpacked(from packed: Int64) -> Int64 {
        let (product, overflow) = packed.multipliedReportingOverflow(by: ratio)
        return overflow ? unpacked : min(unpacked, max(small, product))
    }
}

/// What the layers of one image may use up together while they are read side by side.
final class LayerBudget: Sendable {
    private let limits: LayerLimits
    private let used = Mutex((entries: 0, names: 0, contents: Int64(0)))

    init(_ limits: LayerLimits) { self.limits = limits }

    /// - Throws: `layer.tooLarge`.
    func charge(entries: Int, names: Int, at place: String) throws {
        let sum = used.withLock { used in
            used.entries += entries
            used.names += names
            return used
        }
        if sum.entries > limits.entries {
            throw Self.tooLarge("An image has too many files", at: place, why: "more than \(limits.entries)")
        }
        if sum.names > limits.names {
            let why = "they take more than \(ByteCount(limits.names))"
            throw Self.tooLarge("The names and attributes of an image are too large", at: place, why: why)
        }
    }

    /// - Throws: `layer.tooLarge`.
    func charge(content size: Int64, of name: some Sequence<UInt8>, at place: String) throws {
        let what = "A file of the image is too large to be looked into"
        guard size <= limits.content else {
            throw Self.tooLarge(what, at: place, why: "/\(shown(name)) has \(ByteCount(size))")
        }
        let sum = used.withLock { used in
            used.contents += size
            return used.contents
        }
        guard sum <= limits.contents else {
            throw Self.tooLarge(what, at: place, why: "with /\(shown(name)) they have \(ByteCount(sum))")
        }
    }

    private static func tooLarge(_ what: String, at place: String, why: String) -> Problem {
        Problem("layer.tooLarge", what, at: place, why: why)
    }
}
