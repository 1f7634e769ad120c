// SPDX-License-Identifier: Apache-2.0
package import PlinthCore
package import PlinthPackages

/// A package that a dpkg database knows.
package struct InstalledPackage: Sendable, Equatable {
    package let name: String
    package let version: String
    package let architecture: String
    /// The name of the source package.
    package let source: String
    package let sourceVersion: String
    package let multiArch: MultiArch
    /// All fields, as they were.
    package let paragraph: Deb822Paragraph

    /// Files that administrators may change, and the digests of their packaged content.
    package struct Conffile: Sendable, Hashable {
        package let path: TreePath
        package let md5: String
        package let isObsolete: Bool
    }
}

extension InstalledPackage {
    /// The packages of `var/lib/dpkg/status` whose state is `installed`, in the order of the file.
    /// - Throws: `Problem` with code `dpkg.syntax`.
    package static func parse(status bytes: [UInt8], place: String) throws -> [InstalledPackage] {
        try read(bytes, place).compactMap { try isInstalled($0, place) ? try InstalledPackage($0, place) : nil }
    }

    /// The packages of a file below `var/lib/dpkg/status.d`, which has no `Status` field.
    /// - Throws: `Problem` with code `dpkg.syntax`.
    package static func parse(statusFile bytes: [UInt8], place: String) throws -> [InstalledPackage] {
        try read(bytes, place).compactMap { paragraph in
            if paragraph["Status"] != nil, !(try isInstalled(paragraph, place)) { return nil }
            return try InstalledPackage(paragraph, place)
        }
    }

    private static func read(_ bytes: [UInt8], _ place: String) throws(Problem) -> [Deb822Paragraph] {
        do {
            return try Deb822Paragraph.parse(bytes)
        } catch {
            throw broken(place, error.description)
        }
    }

    /// `want flag state`: what is wanted does not matter for what is there.
    private static func isInstalled(_ paragraph: Deb822Paragraph, _ place: String) throws(Problem) -> Bool {
        let words = (paragraph["Status"] ?? "").utf8.split(whereSeparator: isBlank)
        guard words.count == 3 else {
            throw broken(place, "package \(paragraph["Package"] ?? "?") has no proper Status")
        }
        return words[2].elementsEqual("installed".utf8)
    }

    private init(_ paragraph: Deb822Paragraph, _ place: String) throws(Problem) {
        do throws(ControlFault) {
            name = try paragraph.packageName("Package")
            architecture = try paragraph.packageName("Architecture")
        } catch {
            throw Self.broken(place, error.why)
        }
        guard let version = paragraph["Version"], !version.isEmpty else {
            throw Self.broken(place, "package \(name) has no version")
        }
        self.version = version
        (source, sourceVersion) = Self.source(paragraph["Source"], name: name, version: version)
        multiArch = [MultiArch.same, .foreign, .allowed].first { $0.description == paragraph["Multi-Arch"] } ?? .no
        self.paragraph = paragraph
    }

    /// `name` or `name (version)`; what is absent is as in the package itself.
    package static func source(_ field: String?, name: String, version: String) -> (name: String, version: String) {
        guard let field, !field.isEmpty else { return (name, version) }
        guard let open = field.utf8.firstIndex(of: UInt8(ascii: "(")) else { return (field, version) }
        let inside = field.utf8[field.utf8.index(after: open)...].prefix { $0 != UInt8(ascii: ")") }
        return (withoutBlanks(Array(field.utf8[..<open])), withoutBlanks(Array(inside)))
    }

    private static func withoutBlanks(_ bytes: [UInt8]) -> String {
        String(decoding: trimmed(bytes[...]), as: UTF8.self)
    }

    /// The files listed in `Conffiles`; lines that say nothing of use are left out.
    package var conffiles: [Conffile] {
        (paragraph["Conffiles"] ?? "").utf8.split(separator: newline).compactMap { line in
            let words = line.split(whereSeparator: isBlank).map { Array($0) }
            guard words.count >= 2, words[0].first == UInt8(ascii: "/"), let path = try? TreePath(archiveName: words[0])
            else { return nil }
            let isObsolete = words.dropFirst(2).contains { $0.elementsEqual("obsolete".utf8) }
            return Conffile(path: path, md5: String(decoding: words[1], as: UTF8.self), isObsolete: isObsolete)
        }
    }

    private static func broken(_ place: String, _ why: String) -> Problem {
        Problem("dpkg.syntax", "A package database cannot be read", at: place, why: why)
    }
}
