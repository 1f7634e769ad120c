// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Contents on their way from the archive to the stretch: in memory up to a bound, then in a scratch file.
///
/// Memory: at most `bound` bytes.
final class Spool {
    private let bound: Int
    private let scratch: FilePath
    private var memory: [UInt8] = []
    private var file: FileDescriptor?
    private(set) var count: Int64 = 0

    /// - Parameter scratch: a path that nobody else uses; the file is unlinked as soon as it is open.
    init(bound: Int, scratch: FilePath) {
        self.bound = bound
        self.scratch = scratch
    }

    deinit { try? file?.close() }

    func append(_ bytes: borrowing Span<UInt8>) throws {
        count += Int64(bytes.count)
        if file == nil, memory.count + bytes.count <= bound {
            bytes.withUnsafeBufferPointer { memory.append(contentsOf: $0) }
            return
        }
        let file = try openFile()
        try bytes.withUnsafeBufferPointer { buffer in
            _ = try scratchProblems { try file.writeAll(UnsafeRawBufferPointer(buffer)) }
        }
    }

    /// Lends a stretch of the spool in pieces: what lies in memory at once, the rest 256 KiB at a time.
    func read(_ offset: Int64, _ length: Int64, _ body: (borrowing Span<UInt8>) throws -> Void) throws {
        let inMemory = Int64(memory.count)
        let end = offset + length
        if offset < inMemory {
            // A span cannot be lent from a class's property, a buffer can.
            try memory.withUnsafeBufferPointer { all in
                try body(UnsafeBufferPointer(rebasing: all[Int(offset)..<Int(min(end, inMemory))]).span)
            }
        }
        if end > inMemory { try readFile(max(offset - inMemory, 0), until: end - inMemory, body) }
    }

    private func readFile(
        _ start: Int64, until end: Int64, _ body: (borrowing Span<UInt8>) throws -> Void
    ) throws {
        guard let file else { throw Problem("spool.range", "A read outside the scratch space", kind: .bug) }
        var buffer = [UInt8](repeating: 0, count: 262_144)
        var position = start
        while position < end {
            let wanted = Int(min(Int64(buffer.count), end - position))
            let count = try scratchProblems {
                try buffer.withUnsafeMutableBytes {
                    try file.read(fromAbsoluteOffset: position, into: .init(rebasing: $0[..<wanted]))
                }
            }
            guard count > 0 else { throw Problem("spool.short", "The scratch file ended early", at: scratch.string) }
            try body(buffer.span.extracting(..<count))
            position += Int64(count)
        }
    }

    private func scratchProblems<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as Errno {
            throw Problem(
                "spool.file", "Cannot use a scratch file", at: scratch.string, why: "\(error)",
                hints: ["the disk of the store may be full"], cause: error)
        }
    }

    /// A whole stretch at once. Memory: its length.
    func bytes(_ offset: Int64, _ length: Int64) throws -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(Int(length))
        try read(offset, length) { span in span.withUnsafeBufferPointer { result.append(contentsOf: $0) } }
        return result
    }

    private func openFile() throws -> FileDescriptor {
        if let file { return file }
        do {
            let opened = try FileDescriptor.open(
                scratch, .readWrite, options: [.create, .exclusiveCreate, .closeOnExec], permissions: .ownerReadWrite)
            // Gone when it is closed, whatever becomes of us.
            _ = unlink(scratch.string)
            file = opened
            return opened
        } catch {
            throw Problem("spool.open", "Cannot make a scratch file", at: scratch.string, why: "\(error)", cause: error)
        }
    }
}
