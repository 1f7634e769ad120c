// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A file written beside its place and renamed into it when it is whole; gone when it is not.
///
/// Its name is always the same (`.NAME.part`), so what a killed run leaves is written over by the next. A lock
/// keeps two runs apart.
struct PartialFile: ~Copyable {
    private let file: FileDescriptor
    private let path: FilePath
    private let place: FilePath
    private var isWhole = false

    static let suffix = ".part"

    static func isPartial(_ name: String) -> Bool { name.hasPrefix(".") && name.hasSuffix(suffix) }

    /// - Throws: `file.write`.
    init(for place: FilePath) throws {
        let path = place.removingLastComponent().appending(".\(place.lastComponent?.string ?? "")\(Self.suffix)")
        self.place = place
        self.path = path
        file = try Self.openLocked(path)
    }

    deinit {
        if !isWhole { HostFile.remove(path) }
        try? file.close()
    }

    /// Whoever held the lock before may have renamed the file away: then it is made anew.
    private static func openLocked(_ path: FilePath) throws -> FileDescriptor {
        // Bounded for file systems that number files as they like.
        for attempt in 1...100 {
            let file: FileDescriptor
            do {
                file = try FileDescriptor.open(
                    path, .readWrite, options: [.create, .closeOnExec, .noFollow],
                    permissions: FilePermissions(rawValue: 0o666))
            } catch {
                throw Problem("file.write", "Cannot write a file", at: path.string, why: "\(error)", cause: error)
            }
            // Where locks are not supported, the rename still keeps files whole.
            while flock(file.rawValue, LOCK_EX) != 0, errno == EINTR {}
            if attempt == 100 || isSame(file, path) {
                guard ftruncate(file.rawValue, 0) == 0 else { throw HostFile.writing(path, errno) }
                return file
            }
            try? file.close()
        }
        throw HostFile.writing(path, EBUSY)
    }

    private static func isSame(_ file: FileDescriptor, _ path: FilePath) -> Bool {
        guard let opened = try? file.stat(), let named = try? path.stat() else { return false }
        return opened.inode == named.inode && opened.deviceID == named.deviceID
    }

    /// - Throws: `file.write`.
    func append(_ bytes: UnsafeRawBufferPointer) throws {
        do {
            try file.writeAll(bytes)
        } catch {
            throw Problem("file.write", "Cannot write a file", at: path.string, why: "\(error)", cause: error)
        }
    }

    func append(_ bytes: [UInt8]) throws { try bytes.withUnsafeBytes { try append($0) } }

    /// Puts the file in its place.
    /// - Throws: `file.write`.
    consuming func commit() throws {
        try HostFile.rename(path, to: place)
        isWhole = true
    }

    /// Writes a small file in one go.
    static func write(_ bytes: [UInt8], to place: FilePath) throws {
        let file = try PartialFile(for: place)
        try file.append(bytes)
        try file.commit()
    }
}
