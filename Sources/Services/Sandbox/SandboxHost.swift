// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// What a sandbox has to know of this machine.
enum SandboxHost {
    enum Kind: Equatable {
        case missing, folder, file, other
        case link(String)
    }

    static var isRoot: Bool { geteuid() == 0 }

    /// What is at a path itself: a link is not followed.
    static func kind(_ path: FilePath) -> Kind {
        var facts = stat()
        guard lstat(path.string, &facts) == 0 else { return .missing }
        switch facts.st_mode & S_IFMT {
        case S_IFDIR: return .folder
        case S_IFREG: return .file
        case S_IFLNK: return target(path).map { .link($0) } ?? .other
        default: return .other
        }
    }

    private static func target(_ path: FilePath) -> String? {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = buffer.withUnsafeMutableBytes { bytes in
            bytes.withMemoryRebound(to: CChar.self) { text in
                text.baseAddress.map { readlink(path.string, $0, text.count) } ?? -1
            }
        }
        guard count > 0, count < buffer.count else { return nil }
        return String(validating: buffer[..<count], as: UTF8.self)
    }

    /// The names in a folder, sorted. Those that are no UTF-8 are left out: no image has such a name at its top.
    /// - Throws: `Problem` with code `sandbox.failed`.
    static func names(in path: FilePath) throws -> [String] {
        guard let folder = opendir(path.string) else {
            let reason = Errno(rawValue: errno)
            throw Problem("sandbox.failed", "The tree cannot be read", at: path.string, why: "\(reason)")
        }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(validatingCString: $0) }
            }
            if let name, name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// An open file without a name that holds the bytes, read from its beginning.
    ///
    /// A pipe would do for most, but writing to a program that has ended would end this one too.
    /// - Throws: `Errno`.
    static func file(of bytes: [UInt8]) throws -> FileDescriptor {
        guard !bytes.isEmpty else { return try FileDescriptor.open("/dev/null", .readOnly, options: .closeOnExec) }
        var template = Array("/tmp/plinth-input-XXXXXX".utf8CString)
        let number = mkstemp(&template)
        guard number >= 0 else { throw Errno(rawValue: errno) }
        let file = FileDescriptor(rawValue: number)
        unlink(template)
        return try file.closeAfterFailing {
            _ = fcntl(number, F_SETFD, FD_CLOEXEC)
            try file.writeAll(bytes)
            try file.seek(offset: 0, from: .start)
        }
    }
}

extension FileDescriptor {
    fileprivate func closeAfterFailing(_ body: () throws -> some Any) throws -> FileDescriptor {
        do {
            _ = try body()
            return self
        } catch {
            try? close()
            throw error
        }
    }
}
