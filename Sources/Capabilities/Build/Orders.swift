// SPDX-License-Identifier: Apache-2.0

/// How fresh an index has to be, and where it may come from.
package struct Freshness: Sendable {
    /// Seconds after which the archive is asked again.
    static let hour: Int64 = 3600

    var refresh: Bool
    var offline: Bool
    var ignoreValidUntil: Bool

    package init(refresh: Bool, offline: Bool, ignoreValidUntil: Bool) {
        self.refresh = refresh
        self.offline = offline
        self.ignoreValidUntil = ignoreValidUntil
    }
}

/// Where an image goes and how.
package struct TargetOrder: Sendable {
    var destination: String?
    /// Empty means the recipe's, else this machine's.
    var architectures: [String]
    var compression: String?
    var isDryRun: Bool
    /// What the names of documents beside the image end with.
    var suffix = ""

    package init(destination: String?, architectures: [String], compression: String?, isDryRun: Bool) {
        self.destination = destination
        self.architectures = architectures
        self.compression = compression
        self.isDryRun = isDryRun
    }
}

/// Which packages `lock` takes new versions of.
package enum LockUpdate: Sendable {
    case nothing, everything
    case packages([String])
}
