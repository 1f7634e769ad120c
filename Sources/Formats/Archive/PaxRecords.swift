// SPDX-License-Identifier: Apache-2.0

/// What the pax headers before an entry say about it (POSIX.1-2017, pax, "pax Extended Header").
struct PaxRecords {
    var path: [UInt8]?
    var linkTarget: [UInt8]?
    var size: Int64?
    var user: Int64?
    var group: Int64?
    var modified: Int64?
    var userName: [UInt8]?
    var groupName: [UInt8]?
    var deviceMajor: Int64?
    var deviceMinor: Int64?
    var attributes = PaxAttributes()
    /// Records of apk-tools about the file, such as `APK-TOOLS.checksum.SHA1`.
    var apkRecords: [String: [UInt8]] = [:]
    var sparse = PaxSparse()

    /// Applies the records `<length> <key>=<value>\n` of one header in their order.
    mutating func apply(_ content: [UInt8]) throws(TarFault) {
        var rest = content[...]
        while !rest.isEmpty {
            let record = try Self.cut(&rest)
            guard let equals = record.firstIndex(of: UInt8(ascii: "=")), equals > record.startIndex else {
                throw .corrupt("a pax record has no key")
            }
            try set(record[..<equals], to: record[(equals + 1)...])
        }
    }

    /// Takes one record off the front, without its length and its newline.
    private static func cut(_ rest: inout ArraySlice<UInt8>) throws(TarFault) -> ArraySlice<UInt8> {
        guard let space = rest.prefix(20).firstIndex(of: 0x20), let length = decimal(rest[..<space]),
            length <= rest.count, length >= Int64(space - rest.startIndex) + 3
        else { throw .corrupt("a pax record has a wrong length") }
        let end = rest.startIndex + Int(length)
        guard rest[end - 1] == 0x0a else { throw .corrupt("a pax record does not end where it should") }
        defer { rest = rest[end...] }
        return rest[(space + 1)..<(end - 1)]
    }

    private mutating func set(_ key: ArraySlice<UInt8>, to value: ArraySlice<UInt8>) throws(TarFault) {
        if try attributes.take(key, value) { return }
        // Keys in ASCII only, because Swift's strings hold more than that for equal.
        guard key.allSatisfy({ (0x21..<0x7f).contains($0) }) else { throw .corrupt("a pax key is not ASCII") }
        let key = String(decoding: key, as: UTF8.self)
        if key.hasPrefix("GNU.sparse.") { return try sparse.take(key.dropFirst(11), value) }
        switch key {
        case "path": path = try Self.text(value)
        case "linkpath": linkTarget = try Self.text(value)
        case "uname": userName = try Self.text(value)
        case "gname": groupName = try Self.text(value)
        case "size": size = try Self.number(value)
        case "uid": user = try Self.number(value)
        case "gid": group = try Self.number(value)
        case "SCHILY.devmajor": deviceMajor = try Self.number(value)
        case "SCHILY.devminor": deviceMinor = try Self.number(value)
        case "mtime": modified = try Self.seconds(value)
        case let other where other.hasPrefix("APK-TOOLS."): apkRecords[other] = Array(value)
        case let other: try Self.judge(other)
        }
    }

    /// Accepts keys that change nothing about the file; refuses those whose loss would.
    private static func judge(_ key: String) throws(TarFault) {
        let harmless: Set = [
            "atime", "ctime", "comment", "charset", "hdrcharset", "SCHILY.dev", "SCHILY.ino", "SCHILY.nlink",
            "SCHILY.filetype", "SCHILY.fflags", "SCHILY.archtype", "SCHILY.tarfiletype", "SCHILY.release",
            "SCHILY.offset", "GNU.volume.label", "GNU.dumpdir",
        ]
        if harmless.contains(key) || key.hasPrefix("SCHILY.volhdr.") { return }
        if key == "SCHILY.realsize" || key == "SUN.holesdata" { throw .sparse() }
        let isForeign = ["GNU.", "SCHILY."].contains { key.hasPrefix($0) }
        guard !isForeign, isVendor(key) else { throw .unsupported("the pax key \(key.prefix(64))") }
    }

    /// POSIX leaves `VENDOR.anything` to the programs that write it; every reader may ignore it.
    private static func isVendor(_ key: String) -> Bool {
        guard let dot = key.utf8.firstIndex(of: UInt8(ascii: ".")), dot > key.startIndex else { return false }
        return key.utf8[..<dot].allSatisfy { !(0x61...0x7a).contains($0) }
    }

    /// An empty value takes back what a header said before.
    private static func text(_ value: ArraySlice<UInt8>) throws(TarFault) -> [UInt8]? {
        guard !value.contains(0) else { throw .corrupt("a pax name contains NUL") }
        return value.isEmpty ? nil : Array(value)
    }

    private static func number(_ value: ArraySlice<UInt8>) throws(TarFault) -> Int64? {
        if value.isEmpty { return nil }
        guard let number = decimal(value) else { throw .corrupt("a pax number is not one") }
        return number
    }

    /// `[-]<seconds>[.<fraction>]`, rounded down.
    private static func seconds(_ value: ArraySlice<UInt8>) throws(TarFault) -> Int64? {
        if value.isEmpty { return nil }
        let isNegative = value.first == UInt8(ascii: "-")
        let parts = value.dropFirst(isNegative ? 1 : 0).split(
            separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        let fraction = parts.count > 1 ? parts[1] : []
        guard let whole = decimal(parts[0]), fraction.allSatisfy({ (0x30...0x39).contains($0) }) else {
            throw .corrupt("a pax time is not one")
        }
        return isNegative ? -whole - (fraction.contains { $0 != 0x30 } ? 1 : 0) : whole
    }
}

/// A number of decimal digits and nothing else that fits 63 bits.
func decimal(_ digits: ArraySlice<UInt8>) -> Int64? {
    if digits.isEmpty { return nil }
    var value: Int64 = 0
    for digit in digits {
        guard (0x30...0x39).contains(digit) else { return nil }
        let (scaled, tooLarge) = value.multipliedReportingOverflow(by: 10)
        let (sum, overflow) = scaled.addingReportingOverflow(Int64(digit - 0x30))
        if tooLarge || overflow { return nil }
        value = sum
    }
    return value
}
