// SPDX-License-Identifier: Apache-2.0

/// The packages that a root file system has by its databases.
package struct PackagesReport: Codable, Hashable, Sendable {
    package struct Package: Codable, Hashable, Sendable {
        package var name: String
        package var version: String
        package var architecture: String

        package init(name: String, version: String, architecture: String) {
            self.name = name
            self.version = version
            self.architecture = architecture
        }
    }

    package struct Database: Codable, Hashable, Sendable {
        /// `dpkg`, `apk` or `rpm`.
        package var kind: String
        /// Begins with `/`.
        package var path: String
        /// Whether its packages are in the list: those of RPM are not yet.
        package var isRead: Bool

        package init(kind: String, path: String, isRead: Bool) {
            self.kind = kind
            self.path = path
            self.isRead = isRead
        }
    }

    package var databases: [Database] = []
    /// By name.
    package var list: [Package] = []

    package init() {}
}
