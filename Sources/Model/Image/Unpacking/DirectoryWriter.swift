// SPDX-License-Identifier: Apache-2.0
import PlinthArchive
import PlinthCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Puts the entries of a tree into an empty directory that nobody else may enter.
///
/// Every name is made anew in a directory that was opened component by component without following a link, so nothing
/// is written outside. Directories get their modes and times at the end, when nothing more goes into them. Memory: the
/// directories' entries and a buffer.
struct DirectoryWriter: RootfsWriter {
    private let root: OpenDirectory
    /// Owners and devices, which take root's rights.
    private let hasRights: Bool
    private(set) var entries = 0
    private(set) var losses = UnpackLosses()
    private var directories: [TarEntry] = []
    private var leftOut: Set<[UInt8]> = []
    /// Where the last entry went: the next mostly goes there too.
    private var last: (path: ArraySlice<UInt8>, directory: OpenDirectory)?
    private var buffer = [UInt8](repeating: 0, count: 1 << 18)

    init(into root: OpenDirectory, hasRights: Bool) {
        self.root = root
        self.hasRights = hasRights
    }

    mutating func put(_ entry: TarEntry) throws {
        try Task.checkCancellation()
        let path = Self.path(entry)
        switch entry.kind {
        case .directory:
            directories.append(entry)
            if !path.isRoot { try make(path) { mkdirat($0, $1, 0o700) } }
        case .symlink:
            let target = entry.linkTarget
            try make(path) { parent, name in HostEntry.with(target) { symlinkat($0, parent, name) } }
            try dress(path, entry)
        case .fifo:
            try make(path) { mkfifoat($0, $1, 0o600) }
            try dress(path, entry)
        case .characterDevice, .blockDevice: try putDevice(path, entry)
        case .hardLink: try putHardLink(path, entry)
        case .file: break
        }
        entries += 1
    }

    mutating func putFile(_ entry: TarEntry, _ read: (inout MutableSpan<UInt8>) throws -> Int) throws {
        let path = Self.path(entry)
        let parent = try directory(above: path)
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        let number = HostEntry.with(path.name) { openat(parent.number, $0, flags, 0o600) }
        guard number >= 0 else { throw writing(path, errno) }
        defer { close(number) }
        try copy(entry.size, to: number, path, read)
        try dress(open: number, path, entry)
        entries += 1
    }

    /// Gives the directories what is theirs, the deepest first.
    mutating func finish() throws {
        for entry in directories.reversed() {
            let path = Self.path(entry)
            let opened = path.isRoot ? root : HostEntry.directory(path.name, in: try directory(above: path))
            guard let opened else { throw writing(path, errno) }
            try dress(open: opened.number, path, entry)
        }
        // An image need not say anything about its root.
        guard directories.first.map({ Self.path($0).isRoot }) != true else { return }
        if fchmod(root.number, 0o755) != 0 { throw writing(.root, errno) }
    }

    private static func path(_ entry: TarEntry) -> TreePath {
        let name = entry.name
        if entry.kind != .directory { return TreePath(unchecked: name) }
        return TreePath(unchecked: name == Array("./".utf8) ? [] : Array(name.dropLast()))
    }
}

// MARK: - Making

extension DirectoryWriter {
    /// The directory that an entry goes into, opened one component after another from the last one.
    ///
    /// Nobody moves directories here but us, so the way up is safe.
    private mutating func directory(above path: TreePath) throws -> OpenDirectory {
        let above = path.bytes[..<max(0, path.bytes.count - path.name.count - 1)]
        if let last, last.path == above { return last.directory }
        let (up, down) = Self.way(from: last?.path ?? [], to: above)
        var directory = up == nil ? root : last?.directory ?? root
        let ways = [ArraySlice<UInt8>](repeating: Array("..".utf8)[...], count: up ?? 0)
        for name in ways + down.split(separator: UInt8(ascii: "/")) {
            guard let next = HostEntry.directory(name, in: directory) else { throw writing(path, errno) }
            directory = next
        }
        last = (above, directory)
        return directory
    }

    /// How many directories up, and what lies below there; nil to begin at the root, where that is nearer.
    private static func way(
        from old: ArraySlice<UInt8>, to new: ArraySlice<UInt8>
    ) -> (up: Int?, down: ArraySlice<UInt8>) {
        let slash = UInt8(ascii: "/")
        var same = zip(old, new).prefix { $0 == $1 }.count
        let isBoundary = [old, new].allSatisfy { $0.count == same || $0[$0.startIndex + same] == slash }
        // Of a/bc and a/bd only the first component is common.
        if !isBoundary { same = new.prefix(same).lastIndex(of: slash).map { $0 - new.startIndex } ?? 0 }
        let up = old.dropFirst(same).split(separator: slash).count
        return same == 0 || up > 20 ? (nil, new) : (up, new.dropFirst(same))
    }

    private mutating func make(_ path: TreePath, _ call: (Int32, UnsafePointer<CChar>) -> Int32) throws {
        let parent = try directory(above: path)
        guard HostEntry.with(path.name, { call(parent.number, $0) }) == 0 else { throw writing(path, errno) }
    }

    private mutating func putDevice(_ path: TreePath, _ entry: TarEntry) throws {
        let parent = try directory(above: path)
        let type = entry.kind == .characterDevice ? S_IFCHR : S_IFBLK
        let number = HostFile.deviceNumber(entry.deviceMajor, entry.deviceMinor)
        let made = hasRights ? HostEntry.with(path.name) { mknodat(parent.number, $0, type | 0o600, number) } : -1
        if made == 0 { return try dress(path, entry) }
        // Also root may not, in a container.
        if hasRights, errno != EPERM { throw writing(path, errno) }
        losses.addDevice(path)
        leftOut.insert(path.bytes)
    }

    private mutating func putHardLink(_ path: TreePath, _ entry: TarEntry) throws {
        let target = TreePath(unchecked: entry.linkTarget)
        if leftOut.contains(target.bytes) { return losses.addDevice(path) }
        let (from, to) = (try directory(above: target), try directory(above: path))
        let result = HostEntry.with(target.name) { old in
            HostEntry.with(path.name) { linkat(from.number, old, to.number, $0, 0) }
        }
        if result != 0 { throw writing(path, errno) }
    }

    private mutating func copy(
        _ size: Int64, to file: Int32, _ path: TreePath, _ read: (inout MutableSpan<UInt8>) throws -> Int
    ) throws {
        var left = size
        while left > 0 {
            let room = Int(min(Int64(buffer.count), left))
            var span = buffer.mutableSpan
            var part = span._mutatingExtracting(..<room)
            let count = try read(&part)
            guard count > 0 else {
                throw Problem(
                    "layer.changed", "A file became shorter while it was read", why: "\(left) bytes are missing")
            }
            left -= Int64(count)
            try append(count, to: file, path)
        }
    }

    private func append(_ count: Int, to file: Int32, _ path: TreePath) throws {
        var start = 0
        while start < count {
            let written = buffer.withUnsafeBytes { write(file, $0.baseAddress! + start, count - start) }
            if written > 0 { start += written } else if errno != EINTR { throw writing(path, errno) }
        }
    }

    func writing(_ path: TreePath, _ number: Int32) -> Problem {
        let why = "/\(shown(path.bytes)): \(String(cString: strerror(number)))"
        return Problem("file.write", "Cannot write a file", why: why)
    }
}

// MARK: - Owners, modes, times and attributes

extension DirectoryWriter {
    /// What can be opened. The owner comes first, since a change of owner takes rights away; the times come last.
    private mutating func dress(open file: Int32, _ path: TreePath, _ entry: TarEntry) throws {
        try own(path, entry, hasRights ? fchown(file, entry.user, entry.group) : -1)
        for (name, value) in entry.attributes.sorted(by: { $0.key < $1.key })
        where HostAttributes.set(name, value, on: file) != 0 {
            losses.addAttribute(name, path)
        }
        guard fchmod(file, mode_t(entry.mode)) == 0, futimens(file, HostEntry.times(entry.modified)) == 0 else {
            throw writing(path, errno)
        }
    }

    /// Links, devices and fifos. A link has no mode.
    private mutating func dress(_ path: TreePath, _ entry: TarEntry) throws {
        let parent = try directory(above: path)
        let name = path.name
        try own(
            path, entry,
            hasRights
                ? HostEntry.with(name) { fchownat(parent.number, $0, entry.user, entry.group, AT_SYMLINK_NOFOLLOW) }
                : -1)
        for name in entry.attributes.keys.sorted() { losses.addAttribute(name, path) }
        let isLink = entry.kind == .symlink
        guard isLink || HostEntry.with(name, { fchmodat(parent.number, $0, mode_t(entry.mode), 0) }) == 0,
            HostEntry.with(
                name,
                {
                    utimensat(parent.number, $0, HostEntry.times(entry.modified), AT_SYMLINK_NOFOLLOW)
                }) == 0
        else { throw writing(path, errno) }
    }

    /// - Parameter result: of the call; -1 without one.
    private mutating func own(_ path: TreePath, _ entry: TarEntry, _ result: Int32) throws {
        if result == 0 { return }
        // Also root may not give everything to everybody, in a container.
        if hasRights, errno != EPERM, errno != EINVAL { throw writing(path, errno) }
        if entry.user != geteuid() || entry.group != getegid() { losses.owners += 1 }
    }
}
