// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthELF
import PlinthImage

/// What is known of a normalised package: its entries, where their bytes lie, and its control data.
struct SegmentTable: Sendable {
    /// One entry of the package.
    struct Entry: Sendable {
        var path: TreePath
        var node: FileNode
        /// Where the content begins in the raw stretch; for regular files.
        var offset: Int64
        /// The package itself has the path outside `/usr`.
        var wasMoved: Bool
    }

    /// Where a gzip member begins, in both stretches.
    struct Member: Sendable, Equatable {
        var rawOffset: Int64
        var packedOffset: Int64
    }

    var package: String
    var version: String
    var architecture: String
    /// Files and links in the order of the stretch; directories too, which the stretch leaves out.
    var entries: [Entry]
    var rawSize: Int64
    var packedSize: Int64
    /// CRC-32 of both stretches: tells a damaged piece when a layer is put together.
    var rawSum: UInt32
    var packedSum: UInt32
    var members: [Member]
    /// The newest modification time, before clamping.
    var newest: Int64
    /// The files of the control data: `control`, `md5sums`, `.PKGINFO`, maintainer scripts …
    var control: [String: [UInt8]]
    /// Sums that the family's database wants, by path as packed: of configuration files or of all.
    var sums: [String: String]
    /// Paths left out by the policy.
    var dropped: [TreePath]
}

// MARK: - Bytes

extension SegmentTable {
    private static let magic: [UInt8] = Array("plinth segment 1\n".utf8)

    func encoded() -> [UInt8] {
        var writer = TableWriter()
        writer.blob(Self.magic)
        for text in [package, version, architecture] { writer.text(text) }
        for number in [rawSize, packedSize, newest] { writer.number(number) }
        for sum in [rawSum, packedSum] { writer.number(sum) }
        writer.list(members) {
            $0.number($1.rawOffset)
            $0.number($1.packedOffset)
        }
        writer.list(control.sorted { $0.key < $1.key }) {
            $0.text($1.key)
            $0.blob($1.value)
        }
        writer.list(sums.sorted { $0.key < $1.key }) {
            $0.text($1.key)
            $0.text($1.value)
        }
        writer.list(dropped) { $0.blob($1.bytes) }
        writer.list(entries) { $0.entry($1) }
        return writer.bytes
    }

    init(decoding bytes: [UInt8]) throws {
        var reader = TableReader(bytes)
        guard try reader.blob() == Self.magic else { throw TableReader.damaged }
        let name = try reader.text()
        package = name
        version = try reader.text()
        architecture = try reader.text()
        rawSize = try reader.signed()
        packedSize = try reader.signed()
        newest = try reader.signed()
        rawSum = try reader.integer()
        packedSum = try reader.integer()
        members = try reader.list { Member(rawOffset: try $0.signed(), packedOffset: try $0.signed()) }
        control = Dictionary(
            try reader.list { (try $0.text(), try $0.blob()) }, uniquingKeysWith: { first, _ in first })
        sums = Dictionary(
            try reader.list { (try $0.text(), try $0.text()) }, uniquingKeysWith: { first, _ in first })
        dropped = try reader.list { TreePath(unchecked: try $0.blob()) }
        entries = try reader.list { try $0.entry(of: name) }
        guard reader.isAtEnd else { throw TableReader.damaged }
    }
}

extension TableWriter {
    fileprivate mutating func entry(_ entry: SegmentTable.Entry) {
        blob(entry.path.bytes)
        kind(entry.node.kind)
        number(entry.node.mode)
        number(entry.node.user)
        number(entry.node.group)
        number(entry.node.modified)
        number(entry.offset)
        number(entry.wasMoved ? 1 : 0)
        list(entry.node.digest.map { [$0] } ?? []) { $0.digest($1) }
        list(entry.node.elf.map { [$0] } ?? []) { $0.elf($1) }
        list(entry.node.attributes.sorted { $0.key < $1.key }) {
            $0.text($1.key)
            $0.blob($1.value)
        }
    }

    private mutating func kind(_ kind: FileNode.Kind) {
        switch kind {
        case .directory: number(0)
        case .file(let size): pair(1, UInt64(size))
        case .symlink(let target):
            number(2)
            blob(target)
        case .hardLink(let target):
            number(3)
            blob(target.bytes)
        case .characterDevice(let major, let minor):
            pair(4, UInt64(major))
            number(minor)
        case .blockDevice(let major, let minor):
            pair(5, UInt64(major))
            number(minor)
        case .fifo: number(6)
        }
    }

    private mutating func pair(_ tag: UInt64, _ value: UInt64) {
        number(tag)
        number(value)
    }

    private mutating func elf(_ elf: ELFSummary) {
        number(UInt64(elf.kind.rawValue))
        number(UInt64(elf.bits))
        number(elf.isLittleEndian ? 1 : 0)
        number(elf.machine)
        number(elf.flags)
        list(elf.soname.map { [$0] } ?? []) { $0.text($1) }
        list(elf.needed) { $0.text($1) }
        list(elf.interpreter.map { [$0] } ?? []) { $0.text($1) }
    }
}

extension TableReader {
    fileprivate mutating func entry(of package: String) throws -> SegmentTable.Entry {
        let path = TreePath(unchecked: try blob())
        let kind = try kind()
        var node = FileNode(
            kind, mode: try integer(), user: try integer(), group: try integer(), modified: try signed(),
            origin: .package(package))
        let offset = try signed()
        let wasMoved = try byte() == 1
        node.digest = try list { try $0.digest() }.first
        node.elf = try list { try $0.elf() }.first
        for (name, value) in try list({ (try $0.text(), try $0.blob()) }) { node.attributes[name] = value }
        return SegmentTable.Entry(path: path, node: node, offset: offset, wasMoved: wasMoved)
    }

    private mutating func kind() throws -> FileNode.Kind {
        switch try byte() {
        case 0: .directory
        case 1: .file(size: try signed())
        case 2: .symlink(try blob())
        case 3: .hardLink(TreePath(unchecked: try blob()))
        case 4: .characterDevice(major: try integer(), minor: try integer())
        case 5: .blockDevice(major: try integer(), minor: try integer())
        case 6: .fifo
        default: throw Self.damaged
        }
    }

    private mutating func elf() throws -> ELFSummary {
        guard let kind = ELFSummary.Kind(rawValue: try byte()) else { throw Self.damaged }
        return ELFSummary(
            kind: kind, bits: try integer(), isLittleEndian: try byte() == 1, machine: try integer(),
            flags: try integer(), soname: try list { try $0.text() }.first, needed: try list { try $0.text() },
            interpreter: try list { try $0.text() }.first)
    }
}
