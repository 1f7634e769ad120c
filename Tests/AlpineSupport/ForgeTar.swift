// SPDX-License-Identifier: Apache-2.0
package import PlinthAlpine
package import PlinthArchive

/// Tar as abuild makes it: checksums in pax headers, names without `./`, no slash behind directories but what is given.
package enum ForgeTar {
    /// One entry with its content, padded; no end of archive.
    /// - Parameter checksum: SHA-1 of the content or of a symlink's target; nil for no pax header.
    package static func entry(_ entry: TarEntry, _ content: [UInt8] = [], checksum: ApkChecksum? = nil) -> [UInt8] {
        var header = entry
        header.size = entry.kind == .file ? Int64(content.count) : 0
        var records: [UInt8] = []
        if entry.name.count > 99 {
            records += record("path", entry.name)
            header.name = Array(entry.name.prefix(90)) + (entry.kind == .directory ? [UInt8(ascii: "/")] : [])
        }
        if entry.linkTarget.count > 99 {
            records += record("linkpath", entry.linkTarget)
            header.linkTarget = Array(entry.linkTarget.prefix(90))
        }
        for (name, value) in entry.attributes.sorted(by: { $0.key < $1.key }) {
            records += record("SCHILY.xattr.\(name)", value)
        }
        header.attributes = [:]
        if let checksum { records += record("APK-TOOLS.checksum.SHA1", Array(checksum.hex.utf8)) }
        return (records.isEmpty ? [] : paxHeader(records)) + TarHeader.encode(header) + padded(content)
    }

    /// `<length> <key>=<value>\n`, where the length counts itself.
    private static func record(_ key: String, _ value: [UInt8]) -> [UInt8] {
        let rest = key.utf8.count + value.count + 3
        var length = rest + "\(rest)".utf8.count
        length = rest + "\(length)".utf8.count
        return Array("\(length) \(key)=".utf8) + value + [UInt8(ascii: "\n")]
    }

    private static func paxHeader(_ records: [UInt8]) -> [UInt8] {
        let name = Array("PaxHeaders/forge".utf8)
        var block = TarHeader.encode(TarEntry(name: name, kind: .file, size: Int64(records.count)))
        block[156] = UInt8(ascii: "x")
        block.replaceSubrange(148..<156, with: Array("        ".utf8))
        let digits = String(block.reduce(0) { $0 + Int($1) }, radix: 8)
        let sum = String(repeating: "0", count: 6 - digits.utf8.count) + digits
        block.replaceSubrange(148..<156, with: Array(sum.utf8) + [0, 0x20])
        return block + padded(records)
    }

    private static func padded(_ content: [UInt8]) -> [UInt8] {
        content + [UInt8](repeating: 0, count: TarHeader.padding(after: Int64(content.count)))
    }
}
