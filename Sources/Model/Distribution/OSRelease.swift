// SPDX-License-Identifier: Apache-2.0

/// The facts of an os-release file, os-release(5).
package struct OSRelease: Hashable, Sendable {
    /// Such as `debian`; what scanners key on.
    package var id: String
    package var name: String
    package var prettyName: String
    /// Such as `13`; nil for a release that has none yet.
    package var versionID: String?
    /// Such as `13 (trixie)`.
    package var version: String?
    package var versionCodename: String?
    /// Such as `debian` for Ubuntu.
    package var idLike: String?
    package var homeURL: String?
    package var supportURL: String?
    package var bugReportURL: String?

    package init(
        id: String, name: String, prettyName: String, versionID: String? = nil, version: String? = nil,
        versionCodename: String? = nil, idLike: String? = nil, homeURL: String? = nil, supportURL: String? = nil,
        bugReportURL: String? = nil
    ) {
        self.id = id
        self.name = name
        self.prettyName = prettyName
        self.versionID = versionID
        self.version = version
        self.versionCodename = versionCodename
        self.idLike = idLike
        self.homeURL = homeURL
        self.supportURL = supportURL
        self.bugReportURL = bugReportURL
    }

    /// Lines in the order in which Debian's base-files writes them; those of absent facts are left out.
    package var text: String {
        var lines: [String] = []
        func add(_ key: String, _ value: String?, isQuoted: Bool = true) {
            guard let value else { return }
            lines.append("\(key)=\(isQuoted ? Self.quoted(value) : value)\n")
        }
        add("PRETTY_NAME", prettyName)
        add("NAME", name)
        add("VERSION_ID", versionID)
        add("VERSION", version)
        add("VERSION_CODENAME", versionCodename, isQuoted: false)
        add("ID", id, isQuoted: false)
        add("ID_LIKE", idLike, isQuoted: false)
        add("HOME_URL", homeURL)
        add("SUPPORT_URL", supportURL)
        add("BUG_REPORT_URL", bugReportURL)
        return lines.joined()
    }

    /// Double quotes as a shell reads them.
    private static func quoted(_ text: String) -> String {
        var result = "\""
        for letter in text {
            if "\"\\$`".contains(letter) { result.append("\\") }
            result.append(letter)
        }
        return result + "\""
    }
}
