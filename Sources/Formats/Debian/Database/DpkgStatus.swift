// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthPackages

/// Writes the paragraphs of dpkg's database.
package enum DpkgStatus {
    /// The order in which dpkg writes the fields it knows; the others follow in the order of the control file.
    private static let order = [
        "Package", "Essential", "Protected", "Status", "Priority", "Section", "Installed-Size", "Origin", "Maintainer",
        "Bugs", "Architecture", "Multi-Arch", "Source", "Version", "Config-Version", "Replaces", "Provides", "Depends",
        "Pre-Depends", "Recommends", "Suggests", "Breaks", "Conflicts", "Enhances", "Conffiles", "Description",
    ]
    private static let relations = [
        "Replaces", "Provides", "Depends", "Pre-Depends", "Recommends", "Suggests", "Breaks", "Conflicts", "Enhances",
    ]

    /// The paragraph of `var/lib/dpkg/status` for a package, as dpkg would have written it.
    /// - Parameters:
    ///   - status: want, flag and state.
    ///   - conffiles: those that are there, with the digests of their content. Those that the package wants removed
    ///     come from its control data.
    /// - Throws: `Problem` with code `deb.control` when a relation cannot be read.
    package static func paragraph(
        _ control: DebControl, status: String = "install ok installed", conffiles: [DebControl.Checksum] = []
    ) throws -> Deb822Paragraph {
        var paragraph = control.paragraph
        paragraph["Status"] = status
        let lines = list(conffiles, control.conffiles)
        if !lines.isEmpty { paragraph["Conffiles"] = lines }
        for field in relations {
            guard let value = paragraph[field] else { continue }
            paragraph[field] = try normalised(value, field, control.name)
        }
        return ordered(paragraph)
    }

    /// The content of `status`: paragraphs with an empty line after each.
    package static func file(_ paragraphs: [Deb822Paragraph]) -> [UInt8] {
        var result: [UInt8] = []
        for paragraph in paragraphs {
            result.append(contentsOf: paragraph.bytes)
            result.append(newline)
        }
        return result
    }

    /// The file below `var/lib/dpkg/status.d` for a package: its own control file, which has no `Status`.
    /// Scanners read it; dpkg does not.
    package static func statusFile(_ control: DebControl) -> (name: String, content: [UInt8]) {
        (control.name, control.paragraph.bytes)
    }

    private static func ordered(_ paragraph: Deb822Paragraph) -> Deb822Paragraph {
        let fields = paragraph.fields.filter { !$0.value.isEmpty }
        var result: [Deb822Paragraph.Field] = []
        for name in order {
            guard let field = fields.first(where: { isSameFieldName($0.name, name) }) else { continue }
            result.append(Deb822Paragraph.Field(name: name, value: field.value))
        }
        result += fields.filter { field in !order.contains { isSameFieldName($0, field.name) } }
        return Deb822Paragraph(fields: result)
    }

    private static func list(_ present: [DebControl.Checksum], _ named: [DebControl.Conffile]) -> String {
        let removed = named.filter(\.isRemovedOnUpgrade).map { ($0.path, "newconffile remove-on-upgrade") }
        return (present.map { ($0.path, $0.md5) } + removed).sorted { $0.0 < $1.0 }
            .map { "\n /\($0) \($1)" }.joined()
    }

    private static func normalised(_ value: String, _ field: String, _ package: String) throws -> String {
        do {
            return try RelationParser.parse(value).map(\.description).joined(separator: ", ")
        } catch {
            throw Problem(
                "deb.control", "The control data of a Debian package cannot be used", at: package,
                why: "the field \(field) cannot be read: \(error)")
        }
    }
}
