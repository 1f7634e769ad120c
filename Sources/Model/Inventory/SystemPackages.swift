// SPDX-License-Identifier: Apache-2.0
package import PlinthImage
package import PlinthReports

/// The packages of a merged tree by its databases, without the rest of its facts.
///
/// The tree must have been read with the contents that `SystemFiles` selects.
package struct SystemPackages: Sendable {
    package let report: PackagesReport

    /// - Throws: `dpkg.syntax`, `apk.syntax`.
    package init(_ tree: LayeredTree) throws {
        report = try InstalledPackages(SystemView(tree: tree)).report
    }
}
