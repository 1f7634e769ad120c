// SPDX-License-Identifier: Apache-2.0
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The few calls on files that SystemPackage lacks.
enum HostFiles {
    /// Replaces a file as a whole; only its owner may read and write it afterwards.
    static func replace(_ path: FilePath, with bytes: [UInt8]) throws(Errno) {
        let target = resolved(path)
        try makeDirectories(target.removingLastComponent())
        let beside = FilePath(target.string + ".plinth-\(getpid())")
        do {
            let file = try FileDescriptor.open(
                beside, .writeOnly, options: [.create, .truncate, .closeOnExec, .noFollow],
                permissions: [.ownerReadWrite])
            try file.closeAfter {
                try check(fchmod(file.rawValue, 0o600))
                _ = try file.writeAll(bytes)
                try check(fsync(file.rawValue))
            }
            let result = beside.withPlatformString { from in target.withPlatformString { rename(from, $0) } }
            try check(result)
        } catch {
            remove(beside)
            throw error as? Errno ?? .ioError
        }
    }

    static func remove(_ path: FilePath) { _ = path.withPlatformString { unlink($0) } }

    /// Makes a directory and those above it, for its owner alone.
    static func makeDirectories(_ path: FilePath) throws(Errno) {
        if path.isEmpty || (try? path.stat())?.type == .directory { return }
        let parent = path.removingLastComponent()
        if parent != path { try makeDirectories(parent) }
        if path.withPlatformString({ mkdir($0, 0o700) }) != 0, errno != EEXIST { throw Errno(rawValue: errno) }
    }

    /// The names in a directory, sorted bytewise; none when it is not there or cannot be read.
    static func names(in directory: FilePath) -> [String] {
        guard let stream = directory.withPlatformString({ opendir($0) }) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            names.append(
                withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Where symbolic links lead; the path itself when nothing is there yet.
    private static func resolved(_ path: FilePath) -> FilePath {
        guard let found = path.withPlatformString({ realpath($0, nil) }) else { return path }
        defer { free(found) }
        return FilePath(platformString: found)
    }

    private static func check(_ result: CInt) throws(Errno) {
        if result != 0 { throw Errno(rawValue: errno) }
    }
}
