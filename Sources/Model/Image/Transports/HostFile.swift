// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The few calls that writing and reading images takes, with problems that say which file.
enum HostFile {
    static func open(_ path: FilePath) throws -> FileDescriptor {
        do {
            return try FileDescriptor.open(path, .readOnly, options: [.closeOnExec])
        } catch {
            throw Problem("file.open", "Cannot open a file", at: path.string, why: "\(error)", cause: error)
        }
    }

    static func read(
        _ file: FileDescriptor, at offset: Int64, into buffer: UnsafeMutableRawBufferPointer, _ path: FilePath
    ) throws -> Int {
        do {
            return try file.read(fromAbsoluteOffset: offset, into: buffer)
        } catch {
            throw Problem("file.read", "Cannot read a file", at: path.string, why: "\(error)", cause: error)
        }
    }

    /// Writes into an open file, such as the standard output.
    /// - Throws: `file.write`.
    static func write(_ bytes: UnsafeRawBufferPointer, to file: FileDescriptor) throws {
        do {
            try file.writeAll(bytes)
        } catch {
            throw Problem("file.write", "Cannot write the archive", why: "\(error)", cause: error)
        }
    }

    /// A whole small file; nil when there is none.
    static func contents(_ path: FilePath, limit: Int) throws -> [UInt8]? {
        guard type(path) == .regular else { return nil }
        return try FileSource(path).readAll(limit: limit)
    }

    /// Whether anything stands at a path, symbolic links followed.
    static func type(_ path: FilePath) -> FileType? { (try? path.stat())?.type }

    /// Bytes of a regular file; nil when there is none.
    static func size(_ path: FilePath) -> Int64? {
        guard let found = try? path.stat(), found.type == .regular else { return nil }
        return found.size
    }

    /// Makes a directory and those above it.
    /// - Throws: `file.write`.
    static func makeDirectories(_ path: FilePath) throws {
        if path.isEmpty || type(path) == .directory { return }
        let parent = path.removingLastComponent()
        if parent != path { try makeDirectories(parent) }
        if path.withPlatformString({ mkdir($0, 0o777) }) != 0, errno != EEXIST { throw writing(path, errno) }
    }

    /// The names in a directory, sorted bytewise.
    static func names(in directory: FilePath) throws -> [String] {
        guard let stream = directory.withPlatformString({ opendir($0) }) else {
            throw Problem(
                "file.read", "Cannot list a directory", at: directory.string, why: "\(Errno(rawValue: errno))")
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    static func remove(_ path: FilePath) { _ = path.withPlatformString { unlink($0) } }

    static func rename(_ old: FilePath, to new: FilePath) throws {
        let result = old.withPlatformString { from in
            new.withPlatformString { renameFile(from, $0) }
        }
        if result != 0 { throw writing(new, errno) }
    }

    static func writing(_ path: FilePath, _ number: Int32) -> Problem {
        Problem("file.write", "Cannot write a file", at: path.string, why: "\(Errno(rawValue: number))")
    }
}

/// The C function, whose name the method above hides.
private func renameFile(_ old: UnsafePointer<CChar>, _ new: UnsafePointer<CChar>) -> Int32 { rename(old, new) }
