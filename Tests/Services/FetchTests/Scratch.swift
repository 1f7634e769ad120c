// SPDX-License-Identifier: Apache-2.0
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A directory of a test's own, removed with everything in it.
func withScratch<Result>(_ body: (FilePath) async throws -> Result) async throws -> Result {
    let path = try scratchDirectory()
    defer { discard(path) }
    return try await body(path)
}

func scratchDirectory() throws -> FilePath {
    var template = Array("/tmp/plinth-test-XXXXXX".utf8CString)
    guard let name = mkdtemp(&template) else { throw Errno(rawValue: errno) }
    return FilePath(String(cString: name))
}

func discard(_ path: FilePath) {
    if (try? path.stat(followTargetSymlink: false))?.type == .directory {
        for name in entries(path) { discard(path.appending(name)) }
    }
    _ = path.withPlatformString { remove($0) }
}

private func entries(_ directory: FilePath) -> [String] {
    guard let stream = directory.withPlatformString({ opendir($0) }) else { return [] }
    defer { closedir(stream) }
    var result: [String] = []
    while let entry = readdir(stream) {
        result.append(
            withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
    }
    return result.filter { $0 != "." && $0 != ".." }.sorted()
}

func writeFile(_ path: FilePath, _ bytes: some Sequence<UInt8>) throws {
    let file = try FileDescriptor.open(path, .writeOnly, options: [.create, .truncate], permissions: [.ownerReadWrite])
    try file.closeAfter { _ = try file.writeAll(Array(bytes)) }
}

func readFile(_ path: FilePath) throws -> [UInt8] {
    let file = try FileDescriptor.open(path, .readOnly)
    return try file.closeAfter {
        let size = Int(try file.seek(offset: 0, from: .end))
        return try [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            count = try file.read(fromAbsoluteOffset: 0, into: UnsafeMutableRawBufferPointer(buffer))
        }
    }
}

/// Every file below a directory, by its path from there; without the notes of writers.
func tree(_ directory: FilePath, _ prefix: String = "") -> [String] {
    entries(directory).filter { $0 != "unflushed" }.flatMap { name in
        let path = directory.appending(name)
        let isDirectory = (try? path.stat(followTargetSymlink: false))?.type == .directory
        return isDirectory ? tree(path, prefix + name + "/") : [prefix + name]
    }
}

/// Pseudo-random bytes that are the same in every run.
func noise(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
    var state = seed &* 0x9e37_79b9_7f4a_7c15 | 1
    return (0..<count).map { _ in
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return UInt8(truncatingIfNeeded: state >> 32)
    }
}
