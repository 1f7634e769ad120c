// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Reads a root file system that lies unpacked on this machine as if it were a layer.
///
/// Symbolic links are never followed; other file systems mounted below are read as they are.
struct DirectoryScan {
    private let root: FilePath
    private let reading: LayerReading
    private let budget: LayerBudget

    init(_ root: FilePath, _ reading: LayerReading, _ budget: LayerBudget) {
        self.root = root
        self.reading = reading
        self.budget = budget
    }

    /// - Throws: `file.*`, `layer.tooLarge`.
    func table() throws -> LayerTable {
        var walk = Walk(root: root, reading: reading, budget: budget)
        try walk.enter(root, [])
        return walk.table
    }

    private struct Walk {
        let root: FilePath
        let budget: LayerBudget
        var table: LayerTable
        var content: ContentReader
        let reading: LayerReading
        /// Bytes that the files claim to have.
        var sizes: Int64 = 0
        /// The first name of each file that has several.
        var inodes: [Inode: Int] = [:]

        struct Inode: Hashable {
            var device: UInt64
            var number: UInt64
        }

        init(root: FilePath, reading: LayerReading, budget: LayerBudget) {
            self.root = root
            self.budget = budget
            self.reading = reading
            table = LayerTable(place: root.string)
            content = ContentReader(reading, budget, place: root.string)
        }

        mutating func enter(_ directory: FilePath, _ path: [UInt8]) throws {
            try Task.checkCancellation()
            var facts = stat()
            if path.isEmpty {
                guard lstatFile(directory, &facts) == 0 else { throw HostFile.reading(directory, errno) }
                try setAttributes(add(facts, path, .directory), directory)
            }
            for name in try HostFile.nameBytes(in: directory) {
                let child = path.isEmpty ? name : path + [UInt8(ascii: "/")] + name
                try take(HostFile.appending(name, to: directory), child)
            }
        }

        mutating func take(_ file: FilePath, _ path: [UInt8]) throws {
            var facts = stat()
            guard lstatFile(file, &facts) == 0 else { throw HostFile.reading(file, errno) }
            try budget.charge(entries: 1, names: path.count, at: root.string)
            try add(Int64(facts.st_size))
            guard let kind = HostFile.kind(facts) else { return }
            let index = add(facts, path, kind)
            if kind != .directory, facts.st_nlink > 1, isLinked(index, to: facts) { return }
            try setAttributes(index, file)
            switch kind {
            case .directory: try enter(file, path)
            case .symlink: try setTarget(index, HostFile.target(of: file))
            case .file: try read(index, file)
            default: break
            }
        }

        private mutating func setAttributes(_ index: Int, _ file: FilePath) throws {
            let attributes = HostAttributes.read(file)
            if attributes.isEmpty { return }
            let bytes = attributes.reduce(0) { $0 + $1.key.utf8.count + $1.value.count + 64 }
            try budget.charge(entries: 0, names: bytes, at: root.string)
            table.records[index].attributes = Int32(table.attributes.count)
            table.attributes.append(attributes)
        }

        /// Whether the file was seen under another name, of which this is then a hard link.
        private mutating func isLinked(_ index: Int, to facts: stat) -> Bool {
            let inode = Inode(device: UInt64(facts.st_dev), number: UInt64(facts.st_ino))
            guard let first = inodes[inode] else {
                inodes[inode] = index
                return false
            }
            table.records[index].kind = .hardLink
            table.records[index].targetStart = table.records[first].pathStart
            table.records[index].targetLength = table.records[first].pathLength
            return true
        }

        /// Holes are free: a file may claim to be as large as it likes.
        private mutating func add(_ size: Int64) throws {
            sizes += min(size, 1 << 60)
            guard sizes <= 1 << 60 else {
                throw Problem("layer.tooLarge", "The files of a directory claim to be too large", at: root.string)
            }
        }

        mutating func add(_ facts: stat, _ path: [UInt8], _ kind: LayerRecord.Kind) -> Int {
            var record = LayerRecord(kind: kind)
            record.pathStart = UInt32(table.names.count)
            record.pathLength = UInt16(clamping: path.count)
            table.names += path
            record.mode = UInt16(truncatingIfNeeded: facts.st_mode & 0o7777)
            record.user = facts.st_uid
            record.group = facts.st_gid
            record.modified = HostFile.modified(facts)
            record.size = kind == .file ? Int64(facts.st_size) : HostFile.device(facts, kind)
            table.records.append(record)
            return table.records.count - 1
        }

        mutating func setTarget(_ index: Int, _ target: [UInt8]) {
            table.records[index].targetStart = UInt32(table.names.count)
            table.records[index].targetLength = UInt16(clamping: target.count)
            table.names += target
        }

        mutating func read(_ index: Int, _ file: FilePath) throws {
            let record = table.records[index]
            guard reading.digests || reading.keeps?(table.name(record), record.size) == true else { return }
            let source = try FileSource(file, length: record.size)
            try content.take(index, of: &table) { try source.read(into: &$0) }
        }
    }
}

/// The C function, whose name is also that of a structure.
private func lstatFile(_ path: FilePath, _ facts: inout stat) -> Int32 {
    path.withPlatformString { lstat($0, &facts) }
}
