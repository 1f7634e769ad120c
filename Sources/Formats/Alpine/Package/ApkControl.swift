// SPDX-License-Identifier: Apache-2.0
import PlinthArchive
package import PlinthCore

/// What a package says about itself: the content of its control member.
package struct ApkControl: Sendable, Equatable {
    /// A line of `.PKGINFO`.
    package struct Field: Sendable, Hashable {
        package let key: String
        package let value: String
    }

    /// The lines of `.PKGINFO` in their order, comments left out; keys may occur again and again.
    package let fields: [Field]
    /// What indexes and databases say of the package; its checksum is that of this member.
    package let record: ApkRecord
    package let replaces: [String]
    package let replacesPriority: Int64
    /// The directories whose change runs the trigger.
    package let triggers: [String]
    /// The SHA-256 of the compressed data.
    package let dataDigest: Digest
    /// The SHA-256 of the compressed control member: stronger than the checksum that indexes give.
    package let digest: Digest
    package let scripts: [ApkScript: [UInt8]]
    /// Every file of the member by name, `.PKGINFO` included.
    package let files: [String: [UInt8]]
}

/// The scripts of a package, in the order of apk.
package enum ApkScript: String, CaseIterable, Sendable, Comparable {
    case preInstall = "pre-install"
    case postInstall = "post-install"
    case preDeinstall = "pre-deinstall"
    case postDeinstall = "post-deinstall"
    case preUpgrade = "pre-upgrade"
    case postUpgrade = "post-upgrade"
    case trigger

    package static func < (left: ApkScript, right: ApkScript) -> Bool { left.order < right.order }

    private var order: Int { ApkScript.allCases.firstIndex(of: self) ?? 0 }
}

extension ApkControl {
    /// Reads a control member.
    /// - Parameters:
    ///   - member: as it lies in the package, compressed.
    ///   - fileSize: of the whole package.
    /// - Throws: `Problem` with code `apk.control`, or `apk.noDataDigest` when nothing ties the data to it; what
    ///   `GzipMemberSource` and `TarReader` throw.
    package init(_ member: [UInt8], fileSize: ByteCount, place: String) throws {
        try self.init(
            files: try placed(place) { try Self.readFiles(member, place) }, checksum: .of(member),
            digest: Digest.of(member),
            fileSize: fileSize, place: place)
    }

    /// The control data from its files, as they were kept from an earlier reading.
    /// - Parameters:
    ///   - checksum: of the compressed member.
    ///   - digest: of the compressed member.
    /// - Throws: `Problem` with code `apk.control` or `apk.noDataDigest`.
    package init(
        files: [String: [UInt8]], checksum: ApkChecksum, digest: Digest, fileSize: ByteCount, place: String
    ) throws(Problem) {
        var info = PackageInfo()
        do throws(ApkFault) {
            try Self.read(files, &info)
        } catch {
            throw Self.broken(place, error.line > 0 ? ".PKGINFO, line \(error.line): \(error.why)" : error.why)
        }
        guard let dataDigest = info.dataDigest else {
            throw Problem(
                "apk.noDataDigest", "A package of apk does not say which data belongs to it", at: place,
                why: ".PKGINFO has no datahash")
        }
        fields = info.fields
        var record = info.record
        record.checksum = checksum
        record.size = fileSize
        self.record = record
        replaces = info.replaces
        replacesPriority = info.replacesPriority
        triggers = info.triggers
        self.dataDigest = dataDigest
        self.digest = digest
        var scripts: [ApkScript: [UInt8]] = [:]
        for script in ApkScript.allCases { scripts[script] = files["." + script.rawValue] }
        self.scripts = scripts
        self.files = files
    }

    private static func read(_ files: [String: [UInt8]], _ info: inout PackageInfo) throws(ApkFault) {
        guard let bytes = files[".PKGINFO"] else { throw ApkFault(line: 0, ".PKGINFO is missing") }
        if files[".INSTALL"] != nil { throw ApkFault(line: 0, "scripts in .INSTALL are of apk 1") }
        try info.read(bytes)
        guard !info.record.name.isEmpty else { throw ApkFault(line: 0, ".PKGINFO has no pkgname") }
        guard !info.record.version.isEmpty else { throw ApkFault(line: 0, ".PKGINFO has no pkgver") }
    }

    /// Whether the package is the one that an index promised: by checksum, size, name, version and architecture.
    ///
    /// Alpine's indexes give packages of `noarch` the architecture of their repository.
    /// - Throws: `Problem` with code `apk.checksum` or `apk.mismatch`.
    package func check(against promised: ApkRecord, place: String) throws(Problem) {
        guard let checksum = promised.checksum, checksum == record.checksum else {
            throw Problem(
                "apk.checksum", "A package is not the one that the index names", at: place,
                why: "the checksum of its control data is \(record.checksum.map(\.description) ?? "missing"), "
                    + "the index says \(promised.checksum.map(\.description) ?? "nothing")",
                hints: ["the repository may have changed since the index was read: update it and try again"])
        }
        let anywhere = record.architecture == "noarch" || record.architecture.isEmpty
        let says = "\(promised.name) \(promised.version) \(promised.architecture)"
        let found = "\(record.name) \(record.version) \(anywhere ? promised.architecture : record.architecture)"
        // As bytes: what is written in one way must be written in the same way here.
        guard says.utf8.elementsEqual(found.utf8) else {
            throw Self.mismatch(place, "the index says \(says), the package says \(found)")
        }
        guard promised.size.bytes == 0 || promised.size == record.size else {
            throw Self.mismatch(
                place, "the index says \(promised.size.bytes) bytes, the package has \(record.size.bytes)")
        }
    }

    private static func mismatch(_ place: String, _ why: String) -> Problem {
        Problem("apk.mismatch", "A package is not the one that the index names", at: place, why: why)
    }

    private static func readFiles(_ member: [UInt8], _ place: String) throws -> [String: [UInt8]] {
        let source = try GzipMemberSource(MemorySource(member), limit: ApkFile.controlLimit)
        let tar = TarReader(source, place: place)
        var files: [String: [UInt8]] = [:]
        while let entry = try tar.next() {
            let name = String(decoding: entry.name, as: UTF8.self)
            guard entry.kind == .file, entry.name.first == UInt8(ascii: "."), !entry.name.contains(UInt8(ascii: "/"))
            else { throw broken(place, "“\(name)” stands among the control data") }
            let content = try tar.content(of: entry)
            guard files.updateValue(content, forKey: name) == nil else {
                throw broken(place, "“\(name)” occurs twice")
            }
        }
        guard source.consumed == member.count else { throw broken(place, "something follows the control data") }
        return files
    }

    private static func broken(_ place: String, _ why: String) -> Problem {
        Problem("apk.control", "The control data of a package cannot be used", at: place, why: why)
    }
}

extension TarReader {
    /// The content of the entry that was just given, whose size the caller has bounded.
    func content(of entry: TarEntry) throws -> [UInt8] {
        var content: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: Int(min(entry.size, 1 << 16)))
        while content.count < entry.size {
            var span = chunk.mutableSpan
            let count = try read(into: &span)
            if count == 0 { break }
            content.append(contentsOf: chunk[..<count])
        }
        return content
    }
}
