// SPDX-License-Identifier: Apache-2.0
package import PlinthAlpine
import PlinthArchive
import PlinthCore
import PlinthTestSupport
package import SystemPackage

/// Makes a repository of apk in a folder: signed packages and a signed index, as `apk` itself accepts them.
///
/// `ApkForge(key: key, directory: folder).write([ForgedPackage("hello")])` gives `folder/x86_64/APKINDEX.tar.gz`,
/// the packages beside it, and `folder/keys/NAME`.
package struct ApkForge: Sendable {
    package let key: ForgeKey
    package let directory: FilePath
    package var algorithm = ApkSignature.Algorithm.rsa
    package var architecture = "x86_64"

    package init(key: ForgeKey, directory: FilePath) {
        self.key = key
        self.directory = directory
    }

    /// The folder that `--keys-dir` takes.
    package var keys: FilePath { directory.appending("keys") }

    /// Writes packages, index and key.
    /// - Returns: the records of the index.
    @discardableResult
    package func write(_ packages: [ForgedPackage]) throws -> [ApkRecord] {
        var records: [ApkRecord] = []
        let folder = directory.appending(architecture)
        for package in packages {
            let bytes = try package.apk(keys: [key], algorithm)
            let name = package.record.fileName
            try writeFile(folder.appending(name), bytes)
            var record = try ApkForge.record(of: bytes, place: name)
            // As Alpine's indexes have it.
            if record.architecture == "noarch" { record.architecture = architecture }
            records.append(record)
        }
        try writeFile(folder.appending("APKINDEX.tar.gz"), try index(of: records))
        try writeFile(keys.appending(key.name), key.publicPEM)
        return records
    }

    /// A signed index.
    package func index(of records: [ApkRecord]) throws -> [UInt8] {
        try ApkForge.index(text: ApkForge.text(of: records), keys: [key], algorithm)
    }

    /// What an index says about a package.
    package static func record(of bytes: [UInt8], place: String) throws -> ApkRecord {
        let file = try ApkFile(bytes, place: place)
        return try file.control(place: place) { offset, count in Array(bytes[Int(offset)...].prefix(count)) }.record
    }

    /// The content of `APKINDEX`.
    package static func text(of records: [ApkRecord]) -> [UInt8] {
        records.flatMap { $0.lines + [UInt8(ascii: "\n")] }
    }

    /// - Parameter keys: none for an index that nobody signed.
    package static func index(
        text: [UInt8], keys: [ForgeKey], _ algorithm: ApkSignature.Algorithm = .rsa
    ) throws -> [UInt8] {
        let description = Array("forged".utf8)
        let tar =
            ForgeTar.entry(TarEntry(name: Array("DESCRIPTION".utf8), kind: .file), description)
            + ForgeTar.entry(TarEntry(name: Array("APKINDEX".utf8), kind: .file), text) + TarHeader.endOfArchive
        let member = gzipped(tar)
        return try signatures(keys, algorithm, over: member) + member
    }
}
