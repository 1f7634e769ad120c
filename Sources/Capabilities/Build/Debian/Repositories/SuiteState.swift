// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import Synchronization

/// What is remembered of one suite of one archive, so that the next run need not ask.
struct SuiteState: Codable, Sendable {
    /// One index file as the signed Release names it.
    struct Index: Codable, Sendable {
        /// Relative to the suite, such as `main/binary-amd64/Packages.xz`.
        var path: String
        var sum: IndexSum
        var size: Int64
        /// Of the decompressed text.
        var plainSum: IndexSum
        var plainSize: Int64
    }

    static let schema = 3

    var schema = Self.schema
    /// When the archive was last asked, seconds since 1970.
    var asked: Int64
    /// The signed text, in the store.
    var release: Digest
    var releaseSize: Int64
    /// The date inside, which must not go back.
    var date: Int64
    var validUntil: Int64?
    var codename: String
    var byHash: Bool
    /// Keyed by `component/architecture`: all that the Release lists, whoever asked.
    var indexes: [String: Index]
    /// The lists of the architectures leave out packages for all of them, which have lists of their own.
    var needsAll: Bool
    var fingerprints: [String]
}

/// The suites of one run.
final class SuiteMemory: Sendable {
    private let states = Mutex<[String: SuiteState]>([:])

    subscript(key: String) -> SuiteState? {
        get { states.withLock { $0[key] } }
        set { states.withLock { $0[key] = newValue } }
    }
}
