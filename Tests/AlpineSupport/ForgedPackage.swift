// SPDX-License-Identifier: Apache-2.0
package import PlinthAlpine
package import PlinthArchive
import PlinthCore

/// A package of apk made for a test: what `.PKGINFO` says, scripts, files.
package struct ForgedPackage: Sendable {
    package struct File: Sendable {
        package var header: TarEntry
        package var content: [UInt8]
        /// Put into the pax header; nil for none.
        package var checksum: ApkChecksum?

        package init(_ header: TarEntry, _ content: [UInt8] = [], checksum: ApkChecksum?) {
            self.header = header
            self.content = content
            self.checksum = checksum
        }
    }

    /// Name, version, architecture and all that an index says; checksum and size are computed.
    package var record: ApkRecord
    /// Further lines of `.PKGINFO`, such as `replaces`.
    package var fields: [(key: String, value: String)] = []
    package var scripts: [ApkScript: [UInt8]] = [:]
    package var files: [File] = []
    /// How many gzip members hold the data.
    package var dataMembers = 1
    /// Whether `.PKGINFO` says the digest of the data.
    package var hasDataDigest = true

    package init(_ record: ApkRecord, files: [File] = []) {
        self.record = record
        self.files = files
    }

    /// A small package with everything, for tests of readers.
    package init(_ name: String, _ version: String = "1.0-r0", files: [File] = []) {
        self.init(
            ApkRecord(
                name: name, version: version, architecture: "x86_64", installedSize: ByteCount(4096),
                summary: "package \(name) of a test", url: "https://example.org/\(name)", license: "MIT",
                origin: name, maintainer: "Nobody <nobody@example.org>", buildTime: 1_700_000_000),
            files: files)
    }
}

extension ForgedPackage.File {
    package static func file(_ path: String, _ text: String, mode: UInt16 = 0o644) -> ForgedPackage.File {
        let content = Array(text.utf8)
        return ForgedPackage.File(
            TarEntry(name: Array(path.utf8), kind: .file, mode: mode), content, checksum: .of(content))
    }

    package static func directory(_ path: String, mode: UInt16 = 0o755) -> ForgedPackage.File {
        ForgedPackage.File(TarEntry(name: Array("\(path)/".utf8), kind: .directory, mode: mode), checksum: nil)
    }

    package static func symlink(_ path: String, to target: String) -> ForgedPackage.File {
        let header = TarEntry(
            name: Array(path.utf8), kind: .symlink, mode: 0o777, linkTarget: Array(target.utf8))
        return ForgedPackage.File(header, checksum: .of(Array(target.utf8)))
    }

    package static func hardLink(_ path: String, to target: String) -> ForgedPackage.File {
        ForgedPackage.File(
            TarEntry(name: Array(path.utf8), kind: .hardLink, linkTarget: Array(target.utf8)), checksum: nil)
    }
}

extension ForgedPackage {
    /// The data member or members.
    package func data() -> [UInt8] {
        let tar =
            files.flatMap { ForgeTar.entry($0.header, $0.content, checksum: $0.checksum) } + TarHeader.endOfArchive
        let piece = (tar.count + dataMembers - 1) / dataMembers
        return stride(from: 0, to: tar.count, by: piece).flatMap { start in
            gzipped(Array(tar[start..<min(start + piece, tar.count)]))
        }
    }

    /// The control member.
    package func control(for data: [UInt8]) -> [UInt8] {
        var tar = ForgeTar.entry(
            TarEntry(name: Array(".PKGINFO".utf8), kind: .file, modified: record.buildTime), packageInfo(for: data))
        for (kind, content) in scripts.sorted(by: { $0.key < $1.key }) {
            let name = Array(".\(kind.rawValue)".utf8)
            tar += ForgeTar.entry(
                TarEntry(name: name, kind: .file, mode: 0o755, modified: record.buildTime), content)
        }
        return gzipped(tar)
    }

    /// The package as a file.
    /// - Parameter keys: each signs with the algorithm; none for an unsigned package.
    package func apk(keys: [ForgeKey] = [], _ algorithm: ApkSignature.Algorithm = .rsa) throws -> [UInt8] {
        let data = data()
        let control = control(for: data)
        return try signatures(keys, algorithm, over: control) + control + data
    }

    private func packageInfo(for data: [UInt8]) -> [UInt8] {
        var lines = ["# made for a test", "pkgname = \(record.name)", "pkgver = \(record.version)"]
        func add(_ key: String, _ value: String) { if !value.isEmpty { lines.append("\(key) = \(value)") } }
        add("pkgdesc", record.summary)
        add("url", record.url)
        add("builddate", record.buildTime == 0 ? "" : "\(record.buildTime)")
        add("size", "\(record.installedSize.bytes)")
        add("arch", record.architecture)
        add("origin", record.origin)
        add("commit", record.commit)
        add("maintainer", record.maintainer)
        add("license", record.license)
        add("provider_priority", record.providerPriority == 0 ? "" : "\(record.providerPriority)")
        for depend in record.depends { add("depend", depend) }
        for name in record.provides { add("provides", name) }
        add("install_if", record.installIf.joined(separator: " "))
        for field in fields { add(field.key, field.value) }
        if hasDataDigest { add("datahash", Digest.of(data).hex) }
        return Array(lines.map { $0 + "\n" }.joined().utf8)
    }
}

/// A member of signatures; nothing without a key.
package func signatures(
    _ keys: [ForgeKey], _ algorithm: ApkSignature.Algorithm, over bytes: [UInt8]
) throws -> [UInt8] {
    if keys.isEmpty { return [] }
    let tar = try keys.flatMap { key in
        let name = Array(".SIGN.\(algorithm.rawValue).\(key.name)".utf8)
        return ForgeTar.entry(TarEntry(name: name, kind: .file), try key.signature(algorithm, over: bytes))
    }
    return gzipped(tar)
}

package func gzipped(_ bytes: [UInt8]) -> [UInt8] { GzipMember.encode(bytes.span, level: 6) }
