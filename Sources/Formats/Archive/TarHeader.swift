// SPDX-License-Identifier: Apache-2.0

/// Writes the headers of layer format 1: POSIX ustar, pax only where ustar cannot say it.
///
/// User and group names, access and change times are never written; the same entry gives the same bytes.
package enum TarHeader {
    /// Two blocks of zeros.
    package static let endOfArchive = [UInt8](repeating: 0, count: 2 * TarBlock.size)

    private static let largestSize: Int64 = 0o77_777_777_777
    private static let largestID: UInt32 = 0o7_777_777

    /// The header blocks before an entry's content: one, or three and more with a pax header.
    ///
    /// Directories' names must end in `/` and no others may; names and targets must be free of NUL, attributes' names
    /// of `=`, as those of `TreePath` and `TarReader` are. Content's size is not checked against anything.
    package static func encode(_ entry: TarEntry) -> [UInt8] {
        precondition(!entry.name.isEmpty && !entry.name.contains(0) && !entry.linkTarget.contains(0), "a name")
        precondition(
            (entry.kind == .directory) == (entry.name.last == UInt8(ascii: "/")), "a slash ends directories only")
        precondition(
            entry.size >= 0 && !entry.attributes.keys.contains { $0.utf8.contains(UInt8(ascii: "=")) }, "a value")
        let records = paxRecords(entry)
        if records.isEmpty { return block(entry) }
        var header = TarEntry(name: paxName(entry), kind: .file, size: Int64(records.count), modified: entry.modified)
        header.size = Int64(records.count)
        var bytes = block(header, flag: UInt8(ascii: "x"))
        bytes += records
        bytes += [UInt8](repeating: 0, count: padding(after: Int64(records.count)))
        return bytes + block(entry)
    }

    /// Zeros between content of a size and the next block.
    package static func padding(after size: Int64) -> Int { Int((512 - size % 512) % 512) }

    private static func block(_ entry: TarEntry, flag: UInt8? = nil) -> [UInt8] {
        let kind = entry.kind
        let (prefix, name) = split(entry.name) ?? ([], entry.name.prefix(100))
        var block = [UInt8](repeating: 0, count: TarBlock.size)
        block.put(name, at: 0)
        block.put(octal: Int64(kind == .symlink ? 0o777 : entry.mode & 0o7777), 7, at: 100)
        block.put(octal: Int64(entry.user <= largestID ? entry.user : 0), 7, at: 108)
        block.put(octal: Int64(entry.group <= largestID ? entry.group : 0), 7, at: 116)
        block.put(octal: kind == .file && entry.size <= largestSize ? entry.size : 0, 11, at: 124)
        block.put(octal: (0...largestSize).contains(entry.modified) ? entry.modified : 0, 11, at: 136)
        block[156] = flag ?? kind.flag
        if kind.isLink { block.put(entry.linkTarget.prefix(100), at: 157) }
        block.put(Array("ustar\u{0}00".utf8)[...], at: 257)
        if kind.isDevice {
            block.put(octal: Int64(entry.deviceMajor <= largestID ? entry.deviceMajor : 0), 7, at: 329)
            block.put(octal: Int64(entry.deviceMinor <= largestID ? entry.deviceMinor : 0), 7, at: 337)
        }
        block.put(prefix, at: 345)
        let sum = block.reduce(8 * 32) { $0 + Int64($1) }
        block.put(octal: sum, 6, at: 148)
        block[155] = UInt8(ascii: " ")
        return block
    }

    /// Prefix and name of ustar: cut at the last slash that leaves a prefix of at most 155 bytes.
    private static func split(_ path: [UInt8]) -> (prefix: ArraySlice<UInt8>, name: ArraySlice<UInt8>)? {
        if path.count <= 100 { return ([], path[...]) }
        guard let cut = path.dropLast().prefix(156).lastIndex(of: UInt8(ascii: "/")), cut > 0,
            path.count - cut - 1 <= 100
        else { return nil }
        return (path[..<cut], path[(cut + 1)...])
    }

    /// `PaxHeaders.0/` and the last component, cut to fit.
    private static func paxName(_ entry: TarEntry) -> [UInt8] {
        let base = entry.name.split(separator: UInt8(ascii: "/")).last ?? []
        return Array(("PaxHeaders.0/".utf8 + base).prefix(100))
    }

    /// What ustar cannot say, sorted by key.
    private static func paxRecords(_ entry: TarEntry) -> [UInt8] {
        var records: [(key: [UInt8], value: [UInt8])] = []
        func add(_ key: String, _ value: [UInt8], when needed: Bool) {
            if needed { records.append((Array(key.utf8), value)) }
        }
        func add(_ key: String, _ value: some BinaryInteger, when needed: Bool) {
            add(key, Array("\(value)".utf8), when: needed)
        }
        let longName = split(entry.name) == nil || !isASCII(entry.name)
        let longLink = entry.kind.isLink && (entry.linkTarget.count > 100 || !isASCII(entry.linkTarget))
        let isBinary = (longName && !isUTF8(entry.name)) || (longLink && !isUTF8(entry.linkTarget))
        add("path", entry.name, when: longName)
        add("linkpath", entry.linkTarget, when: longLink)
        add("hdrcharset", Array("BINARY".utf8), when: isBinary)
        add("size", entry.size, when: entry.kind == .file && entry.size > largestSize)
        add("uid", entry.user, when: entry.user > largestID)
        add("gid", entry.group, when: entry.group > largestID)
        add("mtime", entry.modified, when: !(0...largestSize).contains(entry.modified))
        add("SCHILY.devmajor", entry.deviceMajor, when: entry.kind.isDevice && entry.deviceMajor > largestID)
        add("SCHILY.devminor", entry.deviceMinor, when: entry.kind.isDevice && entry.deviceMinor > largestID)
        for (name, value) in entry.attributes { add("SCHILY.xattr." + name, value, when: true) }
        records.sort { $0.key.lexicographicallyPrecedes($1.key) }
        return records.flatMap { record($0.key, $0.value) }
    }

    /// `<length> <key>=<value>\n`, where the length counts itself.
    private static func record(_ key: [UInt8], _ value: [UInt8]) -> [UInt8] {
        let rest = key.count + value.count + 3
        var length = rest + "\(rest)".utf8.count
        length = rest + "\(length)".utf8.count
        return Array("\(length) ".utf8) + key + [UInt8(ascii: "=")] + value + [UInt8(ascii: "\n")]
    }

    private static func isASCII(_ bytes: [UInt8]) -> Bool { bytes.allSatisfy { $0 < 0x80 } }
    private static func isUTF8(_ bytes: [UInt8]) -> Bool { String(validating: bytes, as: UTF8.self) != nil }
}

extension [UInt8] {
    fileprivate mutating func put(_ bytes: ArraySlice<UInt8>, at offset: Int) {
        replaceSubrange(offset..<offset + bytes.count, with: bytes)
    }

    /// Zero-padded octal digits; the NUL behind them is there already.
    fileprivate mutating func put(octal value: Int64, _ digits: Int, at offset: Int) {
        for index in 0..<digits {
            self[offset + index] = 0x30 + UInt8(truncatingIfNeeded: value >> Int64(3 * (digits - 1 - index)) & 7)
        }
    }
}
