// SPDX-License-Identifier: Apache-2.0
package import PlinthCore

/// What the store holds, or what went: schema `plinth.cache/v1`.
package struct CacheReport: Codable, Sendable {
    package struct Shelf: Codable, Sendable {
        package var name: String
        package var files: Int
        package var size: ByteCount

        package init(name: String, files: Int, size: ByteCount) {
            self.name = name
            self.files = files
            self.size = size
        }
    }

    package var schema = "plinth.cache/v1"
    package var home: String
    /// `status`, `prune` or `verify`.
    package var action: String
    package var shelves: [Shelf]
    /// Damaged files, for `verify`.
    package var faults: [String]

    package init(home: String, action: String, shelves: [Shelf], faults: [String] = []) {
        self.home = home
        self.action = action
        self.shelves = shelves
        self.faults = faults
    }
}
