// SPDX-License-Identifier: Apache-2.0
import PlinthCore
package import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Gives a new directory that is removed when the body ends.
///
/// Its path is short: programs put sockets into it.
package func withScratchDirectory<Result>(_ body: (FilePath) throws -> Result) throws -> Result {
    let path = try makeScratchDirectory()
    defer { removeTree(path) }
    return try body(path)
}

/// Gives a new directory that is removed when the body ends.
package func withAsyncScratchDirectory<Result>(_ body: (FilePath) async throws -> Result) async throws -> Result {
    let path = try makeScratchDirectory()
    defer { removeTree(path) }
    return try await body(path)
}

private func makeScratchDirectory() throws -> FilePath {
    let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array("\(parent)/plinth-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw Errno(rawValue: errno) }
    return FilePath(String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self))
}

/// Removes a directory and all that is in it; what cannot be removed stays.
package func removeTree(_ path: FilePath) {
    guard let directory = opendir(path.string) else {
        unlink(path.string)
        return
    }
    var names: [String] = []
    while let entry = readdir(directory) {
        names.append(
            withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
    }
    closedir(directory)
    for name in names where name != "." && name != ".." {
        let child = path.appending(name)
        var facts = stat()
        let isDirectory = lstat(child.string, &facts) == 0 && facts.st_mode & S_IFMT == S_IFDIR
        if isDirectory { removeTree(child) } else { unlink(child.string) }
    }
    rmdir(path.string)
}

/// Writes a file and the directories above it.
package func writeFile(_ path: FilePath, _ bytes: [UInt8], mode: UInt16 = 0o644) throws {
    try makeDirectories(path.removingLastComponent())
    let file = try FileDescriptor.open(
        path, .writeOnly, options: [.create, .truncate], permissions: FilePermissions(rawValue: CModeT(mode)))
    try file.closeAfter { _ = try file.writeAll(bytes) }
    guard chmod(path.string, mode_t(mode)) == 0 else { throw Errno(rawValue: errno) }
}

package func writeFile(_ path: FilePath, _ text: String) throws { try writeFile(path, Array(text.utf8)) }

package func readFile(_ path: FilePath) throws -> [UInt8] {
    try FileSource(path).readAll(limit: 1 << 30)
}

package func makeDirectories(_ path: FilePath) throws {
    if path.string.isEmpty || access(path.string, F_OK) == 0 { return }
    try makeDirectories(path.removingLastComponent())
    guard mkdir(path.string, 0o755) == 0 || errno == EEXIST else { throw Errno(rawValue: errno) }
}

/// The names in a directory, sorted; empty when there is no such directory.
package func namesInDirectory(_ path: FilePath) -> [String] {
    guard let directory = opendir(path.string) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
        let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
}

/// Numbers that look random and are the same in every run (SplitMix64).
package struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ value >> 30) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ value >> 27) &* 0x94d0_49bb_1331_11eb
        return value ^ value >> 31
    }
}

/// Damages bytes in one of the ways in which files get damaged: flips, cuts, insertions, repeated stretches.
package func mutated(_ bytes: [UInt8], by generator: inout SeededGenerator) -> [UInt8] {
    var result = bytes
    for _ in 0..<Int.random(in: 1...4, using: &generator) where !result.isEmpty {
        let place = Int.random(in: 0..<result.count, using: &generator)
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: result[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        case 1: result[place] = UInt8.random(in: 0...255, using: &generator)
        case 2: result.removeSubrange(place..<min(result.count, place + Int.random(in: 1...64, using: &generator)))
        case 3: result.insert(contentsOf: [0, 10, 10, 32, 58, 255].shuffled(using: &generator), at: place)
        case 4: result.insert(contentsOf: Array(result[place..<min(result.count, place + 50)]), at: place)
        default: result.removeLast(result.count - place)
        }
    }
    return result
}
