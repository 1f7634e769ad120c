// SPDX-License-Identifier: Apache-2.0
import PlinthArchive
import PlinthCore
import SystemPackage
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Random numbers that are the same in every run (SplitMix64).
struct Seeded: RandomNumberGenerator {
    private var state: UInt64
    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    /// Bytes that compress somewhat: words of a small vocabulary and some noise.
    mutating func bytes(_ count: Int) -> [UInt8] {
        var result: [UInt8] = []
        while result.count < count {
            let word = UInt8(truncatingIfNeeded: next() % 7)
            result.append(contentsOf: repeatElement(0x61 + word, count: Int(next() % 12) + 1))
            result.append(UInt8(truncatingIfNeeded: next()))
        }
        return Array(result.prefix(count))
    }
}

/// A source that gives its bytes in small pieces of changing size.
final class DribblingSource: ByteSource {
    private var rest: ArraySlice<UInt8>
    private var step = 0
    init(_ bytes: [UInt8]) { rest = bytes[...] }

    func read(into buffer: inout MutableSpan<UInt8>) -> Int {
        step = step % 13 + 1
        let count = min(step, buffer.count, rest.count)
        for index in 0..<count { buffer[index] = rest[rest.startIndex + index] }
        rest = rest.dropFirst(count)
        return count
    }
}

/// An entry and its content.
struct Unpacked: Equatable {
    var entry: TarEntry
    var content: [UInt8] = []
}

func unpack(_ bytes: [UInt8], sparse: Int64 = 0) throws -> [Unpacked] {
    try unpack(MemorySource(bytes), sparse: sparse)
}

/// - Parameter sparse: how large sparse files may be.
func unpack(_ source: any ByteSource, sparse: Int64 = 0) throws -> [Unpacked] {
    let reader = TarReader(source, place: "test.tar", sparse: sparse)
    var result: [Unpacked] = []
    var chunk = [UInt8](repeating: 0, count: 5000)
    while let entry = try reader.next() {
        var content: [UInt8] = []
        while true {
            var span = chunk.mutableSpan
            let count = try reader.read(into: &span)
            if count == 0 { break }
            content += chunk[..<count]
        }
        result.append(Unpacked(entry: entry, content: content))
    }
    return result
}

func pack(_ files: [Unpacked], end: [UInt8] = TarHeader.endOfArchive) -> [UInt8] {
    files.flatMap { file in
        let padding = [UInt8](repeating: 0, count: TarHeader.padding(after: Int64(file.content.count)))
        return TarHeader.encode(file.entry) + file.content + padding
    } + end
}

/// The code of the problem that `body` throws; nil when it throws none.
func code(_ body: () throws -> Void) -> String? {
    do {
        try body()
        return nil
    } catch {
        return (error as? Problem)?.code ?? "not a problem: \(error)"
    }
}

func decode(_ bytes: [UInt8], _ compression: Compression, limit: Int64 = 1 << 26) throws -> [UInt8] {
    try Decompressor(MemorySource(bytes), compression, limit: limit).readAll(limit: .max)
}

func contents(of path: FilePath) throws -> [UInt8] { try FileSource(path).readAll(limit: 1 << 28) }

func write(_ bytes: [UInt8], to path: FilePath) throws {
    let file = try FileDescriptor.open(
        path, .writeOnly, options: [.create, .truncate], permissions: .ownerReadWrite)
    try file.closeAfter { _ = try file.writeAll(bytes) }
}

/// Makes a directory for `body`, which goes afterwards.
func withScratch<Result>(_ body: (FilePath) throws -> Result) throws -> Result {
    var template = Array("/tmp/archive-tests-XXXXXX".utf8CString)
    let made = try #require(mkdtemp(&template))
    let path = FilePath(String(cString: made))
    defer { _ = shell("chmod -R u+rwx . && rm -rf \(path)", in: path) }
    return try body(path)
}

/// Runs a shell line and says whether it went well.
func shell(_ line: String, in directory: FilePath) -> Bool {
    system("cd '\(directory)' && { \(line) ; } >>.log 2>&1") == 0
}

func hasTool(_ name: String) -> Bool { system("command -v \(name) >/dev/null 2>&1") == 0 }
