// SPDX-License-Identifier: Apache-2.0
package import SystemPackage

/// One release of a distribution and what we know of it without asking anybody.
package struct Distribution: Hashable, Sendable {
    /// Whose archive layout, signing keys and settings apply.
    package enum Family: String, Hashable, Sendable, CaseIterable {
        case debian, ubuntu, alpine, wolfi
    }

    /// A part of the archive with its own signed list of indexes.
    package struct Suite: Hashable, Sendable {
        /// Such as `trixie-security`: the folder below `dists`.
        package var name: String
        package var isSecurity: Bool

        package init(name: String, isSecurity: Bool) {
            self.name = name
            self.isSecurity = isSecurity
        }
    }

    /// The one spelling, such as `debian:trixie` or `ubuntu:24.04`.
    package let name: String
    package let family: Family
    /// The number of the release, such as `13`; nil where it never gets one.
    package let version: String?
    package let codename: String
    /// The main suite first, then updates, then security.
    package let suites: [Suite]
    /// The components that are used when nobody names others.
    package let components: [String]
    /// Debian names, sorted.
    package let architectures: [String]
    /// Whether packages ship `/bin`, `/sbin`, `/lib` and `/lib64` as links themselves.
    package let isUsrMergedInPackages: Bool
    /// The day, such as `2028-06-30`, after which the archive brings no free security updates any more.
    package let supportEnds: String?
    package let osRelease: OSRelease
    /// The content of `etc/debian_version` without its newline, as exact as is known without the archive.
    package let debianVersion: String

    /// `ID` of os-release.
    package var id: String { osRelease.id }
    /// `VERSION_ID` of os-release; nil for a release that has none yet.
    package var versionID: String? { osRelease.versionID }
    package var prettyName: String { osRelease.prettyName }

    /// Where the family's signing keys usually are; the first that exists counts.
    package var keyringCandidates: [FilePath] { family.keyringCandidates }
}

extension Distribution.Family {
    package var keyringCandidates: [FilePath] {
        if isApk { return [FilePath("/etc/apk/keys"), FilePath("/usr/share/apk/keys")] }
        let stem = "/usr/share/keyrings/\(rawValue)-archive-keyring"
        return [FilePath(stem + ".gpg"), FilePath(stem + ".pgp")]
    }

    /// The package that brings the signing keys.
    package var keyringPackage: String {
        switch self {
        case .debian: "debian-archive-keyring"
        case .ubuntu: "ubuntu-keyring"
        case .alpine: "alpine-keys"
        case .wolfi: "wolfi-keys"
        }
    }

    /// As a person writes it.
    package var title: String {
        switch self {
        case .debian: "Debian"
        case .ubuntu: "Ubuntu"
        case .alpine: "Alpine"
        case .wolfi: "Wolfi"
        }
    }
}
