// SPDX-License-Identifier: Apache-2.0

/// What the headers before an entry said about it, and the entry made of it all.
struct TarExtras {
    private var records: PaxRecords
    private var hasRecords = false
    private var longName: [UInt8]?
    private var longLink: [UInt8]?

    init(_ globals: PaxRecords) { records = globals }

    /// Nothing was said about the next entry alone.
    var isEmpty: Bool { !hasRecords && longName == nil && longLink == nil }

    mutating func setLongName(_ content: [UInt8]) throws(TarFault) {
        guard longName == nil else { throw .corrupt("an entry has two long names") }
        longName = Array(content.prefix { $0 != 0 })
    }

    mutating func setLongLink(_ content: [UInt8]) throws(TarFault) {
        guard longLink == nil else { throw .corrupt("an entry has two long link targets") }
        longLink = Array(content.prefix { $0 != 0 })
    }

    mutating func setRecords(_ content: [UInt8]) throws(TarFault) {
        guard !hasRecords else { throw .corrupt("an entry has two pax headers") }
        hasRecords = true
        try records.apply(content)
    }

    func entry(_ block: TarBlock) throws(TarFault) -> TarEntry {
        let given = try Self.one(records.path, longName) ?? block.name
        // The one that is given then is made up, for readers that do not know sparse files.
        let name = records.sparse.name ?? given
        guard !name.isEmpty else { throw .corrupt("an entry has no name") }
        let kind = try self.kind(block, name)
        var entry = TarEntry(name: name, kind: kind, mode: UInt16(truncatingIfNeeded: block.mode & 0o7777))
        entry.user = try Self.id(records.user ?? block.user, "user")
        entry.group = try Self.id(records.group ?? block.group, "group")
        entry.userName = records.userName ?? block.userName
        entry.groupName = records.groupName ?? block.groupName
        entry.modified = records.modified ?? block.modified
        entry.attributes = records.attributes.values
        entry.apkRecords = records.apkRecords
        if kind == .file { entry.size = try size(block) }
        if kind.isLink {
            entry.linkTarget = try Self.one(records.linkTarget, longLink) ?? block.linkTarget
            guard !entry.linkTarget.isEmpty else { throw .corrupt("a link has no target") }
        }
        if kind.isDevice {
            entry.deviceMajor = try Self.id(records.deviceMajor ?? block.deviceMajor, "device")
            entry.deviceMinor = try Self.id(records.deviceMinor ?? block.deviceMinor, "device")
        }
        return entry
    }

    /// What was said of a sparse file; nil for any other.
    func paxSparse(_ entry: TarEntry) throws(TarFault) -> PaxSparse? {
        if records.sparse.isEmpty { return nil }
        guard entry.kind == .file else { throw .corrupt("something that is no file is sparse") }
        try records.sparse.verify()
        return records.sparse
    }

    /// The bytes behind a directory: GNU's incremental archives keep a list of names there.
    func dumpSize(_ block: TarBlock) -> Int64 {
        block.type == UInt8(ascii: "D") ? max(0, records.size ?? block.size) : 0
    }

    private func kind(_ block: TarBlock, _ name: [UInt8]) throws(TarFault) -> TarEntry.Kind {
        switch block.type {
        case 0, UInt8(ascii: "0"), UInt8(ascii: "7"):
            // Before there was a type for directories, they were files that end in a slash.
            guard name.last == UInt8(ascii: "/") else { return .file }
            guard try size(block) == 0 else { throw .corrupt("a directory has content") }
            return .directory
        case UInt8(ascii: "1"): return .hardLink
        case UInt8(ascii: "2"): return .symlink
        case UInt8(ascii: "3"): return .characterDevice
        case UInt8(ascii: "4"): return .blockDevice
        case UInt8(ascii: "5"): return .directory
        case UInt8(ascii: "D"):
            _ = try size(block)
            return .directory
        case UInt8(ascii: "6"): return .fifo
        case UInt8(ascii: "S"):
            guard block.sparse != nil, records.sparse.isEmpty else { throw .sparse() }
            return .file
        case let other: throw .unsupported("an entry of type \(Self.shown(other))")
        }
    }

    private func size(_ block: TarBlock) throws(TarFault) -> Int64 {
        let size = records.size ?? block.size
        guard size >= 0 else { throw .corrupt("its size is negative") }
        return size
    }

    /// Readers differ about which of two names counts, so there may be only one.
    private static func one(_ record: [UInt8]?, _ long: [UInt8]?) throws(TarFault) -> [UInt8]? {
        guard record == nil || long == nil else { throw .corrupt("an entry has a GNU and a pax name") }
        return record ?? long
    }

    private static func id(_ number: Int64, _ what: String) throws(TarFault) -> UInt32 {
        guard let id = UInt32(exactly: number) else { throw .corrupt("its \(what) \(number) does not fit 32 bits") }
        return id
    }

    private static func shown(_ type: UInt8) -> String {
        (0x21..<0x7f).contains(type) ? "'\(Character(UnicodeScalar(type)))'" : "\(type)"
    }
}
