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

/// A directory for a few files, nobody else's, removed in the end.
struct ScratchDirectory: ~Copyable {
    let path: FilePath

    /// - Throws: `Problem` with code `scratch.make`.
    init(in parent: FilePath) throws {
        var template = Array(parent.appending("plinth-XXXXXX").string.utf8CString)
        guard let name = mkdtemp(&template) else {
            throw Problem(
                "scratch.make", "Cannot make a directory for temporary files", at: parent.string,
                why: "\(Errno(rawValue: errno))", hints: ["Set TMPDIR to a directory with some room"])
        }
        path = FilePath(String(cString: name))
    }

    deinit {
        // Files of ours only; a directory that cannot be removed harms nobody.
        for name in (try? names(in: path)) ?? [] { try? removeFile(path.appending(name)) }
        try? removeDirectory(path)
    }

    /// - Throws: `Problem` with code `scratch.write`.
    func write(_ name: String, _ bytes: [UInt8]) throws -> FilePath {
        let file = path.appending(name)
        do {
            let descriptor = try FileDescriptor.open(
                file, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec], permissions: [.ownerReadWrite])
            _ = try descriptor.closeAfter { try descriptor.writeAll(bytes) }
        } catch {
            throw Problem(
                "scratch.write", "Cannot write a temporary file", at: file.string, why: "\(error)", cause: error)
        }
        return file
    }
}
