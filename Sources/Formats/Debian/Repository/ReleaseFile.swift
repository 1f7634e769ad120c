// SPDX-License-Identifier: Apache-2.0
package import PlinthCore

/// What the `Release` file of a suite says: what the suite is, how fresh, and what its indexes must be.
///
/// Give it only bytes whose signature has been verified. See packages.md, section 2, and the Debian wiki's
/// “DebianRepository/Format”.
package struct ReleaseFile: Sendable, Equatable {
    /// What one index file must be.
    package struct Entry: Sendable, Hashable {
        /// Relative to the directory of the Release file.
        package let path: String
        package let size: ByteCount
        /// In lower case: 64 digits of SHA-256 or 128 of SHA-512.
        package let digest: String
    }

    package let origin: String?
    package let label: String?
    package let suite: String?
    package let codename: String?
    package let version: String?
    /// Seconds since 1970.
    package let date: Int64
    /// Seconds since 1970; nil when the file does not expire.
    package let validUntil: Int64?
    package let acquireByHash: Bool
    package let architectures: [String]
    /// As listed; the security suite lists `updates/main` but keeps its indexes under `main`.
    package let components: [String]
    /// What `No-Support-for-Architecture-all` lists: with `Packages`, the index of each architecture holds the
    /// packages for all architectures too.
    package let noSupportForAll: [String]
    private let sha256Entries: [String: Entry]
    private let sha512Entries: [String: Entry]

    /// What SHA-256 says of a path.
    package func sha256(of path: String) -> Entry? { sha256Entries[path] }
    /// What SHA-512 says of a path.
    package func sha512(of path: String) -> Entry? { sha512Entries[path] }
    /// What SHA-256 says of a path, or SHA-512 in a file that lists nothing else.
    package func entry(of path: String) -> Entry? {
        sha256Entries.isEmpty ? sha512Entries[path] : sha256Entries[path]
    }
    /// Every path that has an `entry`, sorted.
    package var paths: [String] { (sha256Entries.isEmpty ? sha512Entries : sha256Entries).keys.sorted() }

    /// Whether the list of an architecture leaves out packages for all architectures, so that `binary-all` must be
    /// read as well.
    package var needsBinaryAll: Bool { architectures.contains("all") && !noSupportForAll.contains("Packages") }
}

extension ReleaseFile {
    /// - Throws: `Problem` with code `release.syntax` naming the line, or `release.noDigests`.
    package init(_ bytes: [UInt8], place: String) throws {
        do {
            try self.init(try Deb822Paragraph.parseOne(bytes))
        } catch {
            throw Problem(
                "release.syntax", "A Release file cannot be read", at: place, why: error.description)
        }
        guard !sha256Entries.isEmpty || !sha512Entries.isEmpty else {
            throw Problem(
                "release.noDigests", "A Release file has no strong digests", at: place,
                why: "it lists neither SHA256 nor SHA512")
        }
    }

    private init(_ paragraph: Deb822Paragraph) throws(Deb822Fault) {
        origin = paragraph["Origin"]
        label = paragraph["Label"]
        suite = paragraph["Suite"]
        codename = paragraph["Codename"]
        version = paragraph["Version"]
        guard let date = try Self.date("Date", paragraph) else { throw Deb822Fault(line: 1, .missingField("Date")) }
        self.date = date
        validUntil = try Self.date("Valid-Until", paragraph)
        acquireByHash = paragraph["Acquire-By-Hash"].map { asciiLowercased($0) == "yes" } ?? false
        architectures = Self.words("Architectures", paragraph)
        components = Self.words("Components", paragraph)
        noSupportForAll = Self.words("No-Support-for-Architecture-all", paragraph)
        sha256Entries = try Self.entries("SHA256", digits: 64, paragraph)
        sha512Entries = try Self.entries("SHA512", digits: 128, paragraph)
    }

    private static func date(_ field: String, _ paragraph: Deb822Paragraph) throws(Deb822Fault) -> Int64? {
        guard let value = paragraph[field] else { return nil }
        guard let seconds = ReleaseDate.seconds(value) else {
            throw Deb822Fault(line: 1, .badValue(field: field, value: value))
        }
        return seconds
    }

    private static func words(_ field: String, _ paragraph: Deb822Paragraph) -> [String] {
        (paragraph[field] ?? "").utf8.split(whereSeparator: isBlank).map { String(decoding: $0, as: UTF8.self) }
    }

    private static func entries(
        _ field: String, digits: Int, _ paragraph: Deb822Paragraph
    ) throws(Deb822Fault) -> [String: Entry] {
        guard let value = paragraph[field] else { return [:] }
        var result: [String: Entry] = [:]
        for line in value.utf8.split(separator: newline) {
            let parts = line.split(whereSeparator: isBlank).map { Array($0) }
            if parts.isEmpty { continue }
            guard let entry = entry(parts, digits: digits),
                result.updateValue(entry, forKey: entry.path).map({ $0 == entry }) ?? true
            else {
                throw Deb822Fault(line: 1, .badValue(field: field, value: String(decoding: line, as: UTF8.self)))
            }
        }
        return result
    }

    private static func entry(_ parts: [[UInt8]], digits: Int) -> Entry? {
        guard parts.count == 3, parts[0].count == digits, parts[0].allSatisfy({ hexValue($0) != nil }),
            let size = decimal(parts[1]).flatMap(Int64.init(exactly:)),
            let path = try? TreePath(archiveName: parts[2]), path.bytes == parts[2]
        else { return nil }
        return Entry(
            path: path.description, size: ByteCount(size),
            digest: asciiLowercased(String(decoding: parts[0], as: UTF8.self)))
    }
}
