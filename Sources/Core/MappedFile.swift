// SPDX-License-Identifier: Apache-2.0
package import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A whole file mapped into memory for reading; unmapped when the last reference goes.
///
/// The file must not shrink while it is mapped: ours are written beside and renamed, and never changed.
@safe package final class MappedFile: Sendable {
    private nonisolated let base: UInt
    package let count: Int

    /// - Throws: `Problem` with code `file.open` or `file.map`.
    package init(_ path: FilePath) throws {
        let file: FileDescriptor
        do {
            file = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec])
        } catch {
            throw Problem("file.open", "Cannot open a file", at: path.string, why: "\(error)", cause: error)
        }
        defer { try? file.close() }
        count = Int(try file.seek(offset: 0, from: .end))
        guard count > 0 else {
            base = 0
            return
        }
        let address = unsafe mmap(nil, count, PROT_READ, MAP_PRIVATE, file.rawValue, 0)
        guard let address = unsafe address, unsafe address != MAP_FAILED else {
            throw Problem("file.map", "Cannot map a file into memory", at: path.string, why: "errno \(errno)")
        }
        base = UInt(bitPattern: address)
    }

    deinit {
        // Unmapping what init mapped.
        if count > 0 { unsafe munmap(UnsafeMutableRawPointer(bitPattern: base), count) }
    }

    /// Lends the bytes for the length of the call.
    package func withBytes<Result>(_ body: (borrowing Span<UInt8>) throws -> Result) rethrows -> Result {
        // The mapping lives as long as self, which outlives the call.
        let pointer = unsafe UnsafeRawPointer(bitPattern: base)
        let buffer = unsafe UnsafeBufferPointer(
            start: pointer?.assumingMemoryBound(to: UInt8.self), count: count)
        return try unsafe body(buffer.span)
    }
}
