// SPDX-License-Identifier: Apache-2.0
package import PlinthCore

/// A file that a layer carries and nobody can see any more: its bytes are moved about for nothing.
///
/// A file with several names is gone with the last of them.
package struct Superseded: Hashable, Sendable {
    package enum Cause: String, Hashable, Sendable, CaseIterable, Codable {
        /// Other content stands there now, or something that is no file.
        case overwritten
        /// A whiteout took it away, or what took the place of a directory above it.
        case deleted
        /// The same content again, with another owner, mode or time. Only found when digests are computed.
        case metadataOnly
        /// The same layer has the path twice.
        case duplicate
    }

    package let path: TreePath
    /// Bytes, uncompressed.
    package let size: Int64
    /// The number of the layer that carries it.
    package let layer: Int
    /// The number of the layer that made it so.
    package let by: Int
    package let cause: Cause
}
