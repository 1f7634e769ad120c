// SPDX-License-Identifier: Apache-2.0

/// Where the package databases of each family lie.
enum ApkDatabase {
    static let places = ["lib/apk/db/installed", "usr/lib/apk/db/installed"]
}

enum RPMDatabase {
    /// Newer systems have SQLite, then NDB, then Berkeley DB.
    static let places = ["var/lib/rpm", "usr/lib/sysimage/rpm"].flatMap { directory in
        ["rpmdb.sqlite", "Packages.db", "Packages"].map { "\(directory)/\($0)" }
    }
}
