// SPDX-License-Identifier: Apache-2.0

/// What `lock` changed: schema `plinth.lockReport/v1`.
package struct LockReport: Codable, Sendable {
    package var schema = "plinth.lockReport/v1"
    package var lock: String
    package var changed: Bool
    package var packages: Int
    /// Lines such as `~ libc6 2.36-9 → 2.36-10`.
    package var differences: [String]

    package init(lock: String, changed: Bool, packages: Int, differences: [String]) {
        self.lock = lock
        self.changed = changed
        self.packages = packages
        self.differences = differences
    }
}
