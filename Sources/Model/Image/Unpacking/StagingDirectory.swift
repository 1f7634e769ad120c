// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A directory that is filled beside its place and renamed into it when it is whole; gone when it is not.
///
/// Nobody else may enter it before. Its name is always the same (`.NAME.part`), so what a killed run leaves is removed
/// by the next. A lock keeps two runs apart.
struct StagingDirectory: ~Copyable {
    let directory: OpenDirectory
    let path: FilePath
    private let place: FilePath
    private var isWhole = false

    /// - Throws: `file.write`, `file.notEmpty`, `file.notDirectory`, `file.destination`.
    init(for named: FilePath) throws {
        let place = try Self.checked(named)
        let parent = place.removingLastComponent()
        try HostFile.makeDirectories(parent)
        let path = parent.appending(".\(place.lastComponent?.string ?? "")\(PartialFile.suffix)")
        let directory = try Self.openLocked(path)
        HostEntry.empty(directory)
        // Whoever held the lock before may have filled the place.
        do { try Self.checked(named) } catch {
            Self.remove(directory, path)
            throw error
        }
        (self.directory, self.path, self.place) = (directory, path, place)
    }

    deinit { if !isWhole { Self.remove(directory, path) } }

    /// Says early that a directory could not be put there.
    /// - Returns: the place without links, if there is something.
    /// - Throws: `file.notEmpty`, `file.notDirectory`, `file.destination`: mistakes in use.
    @discardableResult
    static func checked(_ place: FilePath) throws -> FilePath {
        guard let last = place.lastComponent, last.kind == .regular else {
            throw Problem(
                "file.destination", "A new directory needs a name", at: place.string,
                hints: ["name one that does not exist yet, such as dir:root"], kind: .usage)
        }
        guard let type = HostFile.type(place) else { return place }
        guard type == .directory else {
            throw Problem("file.notDirectory", "The destination is not a directory", at: place.string, kind: .usage)
        }
        let names = try HostFile.nameBytes(in: place)
        guard names.isEmpty else {
            throw Problem(
                "file.notEmpty", "The directory is not empty, and it is not written over", at: place.string,
                why: "it holds \(shown(names[0]))", hints: ["name a directory that does not exist yet"], kind: .usage)
        }
        return place.withPlatformString { start in
            guard let real = realpath(start, nil) else { return place }
            defer { free(real) }
            return FilePath(platformString: real)
        }
    }

    /// Puts the directory in its place, that of an empty one too.
    /// - Throws: `file.write`.
    consuming func commit() throws {
        try HostFile.rename(path, to: place)
        isWhole = true
    }

    /// Whoever held the lock before may have renamed the directory away: then it is made anew.
    private static func openLocked(_ path: FilePath) throws -> OpenDirectory {
        for _ in 1...100 {
            if path.withPlatformString({ mkdir($0, 0o700) }) != 0, errno != EEXIST {
                throw HostFile.writing(path, errno)
            }
            let number = path.withPlatformString { open($0, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) }
            guard number >= 0 else {
                // Renamed away, or a killed run left it closed to us.
                if errno == ENOENT { continue }
                throw HostFile.writing(path, errno)
            }
            let directory = OpenDirectory(taking: number)
            // Where locks are not supported, the rename still keeps directories whole.
            while flock(number, LOCK_EX) != 0, errno == EINTR {}
            guard try isOurs(directory, path) else { continue }
            guard fchmod(number, 0o700) == 0 else { throw HostFile.writing(path, errno) }
            return directory
        }
        throw HostFile.writing(path, EBUSY)
    }

    /// False when another directory has that name by now.
    /// - Throws: `file.write` when it belongs to somebody else, who could change it under our hands.
    private static func isOurs(_ directory: OpenDirectory, _ path: FilePath) throws -> Bool {
        var (opened, named) = (stat(), stat())
        guard fstat(directory.number, &opened) == 0, path.withPlatformString({ lstat($0, &named) }) == 0,
            opened.st_ino == named.st_ino, opened.st_dev == named.st_dev
        else { return false }
        guard opened.st_uid == geteuid() else { throw HostFile.writing(path, EPERM) }
        return true
    }

    private static func remove(_ directory: OpenDirectory, _ path: FilePath) {
        _ = fchmod(directory.number, 0o700)
        HostEntry.empty(directory)
        _ = path.withPlatformString { rmdir($0) }
    }
}
