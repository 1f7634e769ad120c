// SPDX-License-Identifier: Apache-2.0
import PlinthAlpine
import PlinthArchive
import PlinthCore

extension FuzzTarget {
    /// The parsers of apk's files.
    func parseAlpine(_ bytes: [UInt8]) throws {
        switch self {
        case .apk: try Self.alpinePackage(bytes)
        case .apkIndex: try Self.alpineIndex(bytes)
        case .apkInfo:
            _ = try ApkControl(
                files: [".PKGINFO": bytes], checksum: .of([]), digest: Digest.of([]), fileSize: ByteCount(0),
                place: "fuzz")
        case .apkInstalled: try Self.alpineDatabase(bytes)
        case .apkScripts:
            let scripts = try ScriptArchive.parse(bytes, place: "fuzz")
            _ = ScriptArchive.file(scripts)
        default: _ = try ApkRepository.parse(bytes, place: "fuzz")
        }
    }

    /// A whole package: the members, the signatures, the control data and the tree.
    private static func alpinePackage(_ bytes: [UInt8]) throws {
        guard bytes.starts(with: [0x1f, 0x8b]) else { return try alpineData(bytes) }
        let file = try ApkFile(bytes, place: "fuzz")
        func read(_ offset: Int64, _ count: Int) -> [UInt8] { Array(bytes[Int(offset)...].prefix(count)) }
        _ = try? file.verify(by: ApkKeyring(), place: "fuzz", read: read)
        let control = try file.control(place: "fuzz", read: read)
        let data = read(file.data.offset, Int(file.data.size))
        let reader = try ApkDataReader(
            MemorySource(data), length: file.data.size, digest: control.dataDigest, place: "fuzz")
        var entries: [ApkEntry] = []
        while let entry = try reader.next() { entries.append(entry) }
        _ = ApkInstalled.file([ApkInstalled(control, entries: entries)])
    }

    /// Tar as if it were the data of a package: no mutation would get past the digests.
    private static func alpineData(_ tar: [UInt8]) throws {
        let data = GzipMember.encode(tar.span, level: 1)
        let reader = try ApkDataReader(
            MemorySource(data), length: Int64(data.count), digest: Digest.of(data), place: "fuzz")
        while try reader.next() != nil {}
    }

    /// An index in its archive or as text.
    private static func alpineIndex(_ bytes: [UInt8]) throws {
        let text = (try? ApkIndexArchive(bytes, place: "fuzz"))?.index ?? bytes
        _ = try ApkCandidate.parse(text, place: "fuzz")
    }

    /// What was read and written once is read and written the same again.
    private static func alpineDatabase(_ bytes: [UInt8]) throws {
        _ = try? ApkPackage.parse(installed: bytes, place: "fuzz")
        let written = ApkInstalled.file(try ApkInstalled.parse(bytes, place: "fuzz"))
        guard let again = try? ApkInstalled.parse(written, place: "fuzz"), ApkInstalled.file(again) == written else {
            preconditionFailure("what was written cannot be read again")
        }
    }
}
