// SPDX-License-Identifier: Apache-2.0

/// What `lock` changed: schema `plinth.lockReport/v1`.
package struct LockReport: Codable, Sendable {
    package var schema = "plinth.lockReport/v1"
    package var lock: String
    package var changed: Bool
    package var packages: Int
    /// Lines such as `~ libc6 2.36-9 → 2.36-10`.
    package var differences: [String]
    /// What a person should know.
    package var notes: [String]
    /// The locks of the recipe's variants.
    package var variants: [LockReport] = []

    package init(lock: String, changed: Bool, packages: Int, differences: [String], notes: [String] = []) {
        self.notes = notes
        self.lock = lock
        self.changed = changed
        self.packages = packages
        self.differences = differences
    }
}
