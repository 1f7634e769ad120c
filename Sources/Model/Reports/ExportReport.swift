// SPDX-License-Identifier: Apache-2.0
package import PlinthCore

/// What `export` wrote: schema `plinth.export/v1`.
package struct ExportReport: Codable, Sendable {
    package var schema = "plinth.export/v1"
    package var source: String
    package var platform: String
    package var entries: Int
    /// Of the archive.
    package var size: ByteCount

    package init(source: String, platform: String, entries: Int, size: ByteCount) {
        self.source = source
        self.platform = platform
        self.entries = entries
        self.size = size
    }
}
