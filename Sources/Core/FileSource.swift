// SPDX-License-Identifier: Apache-2.0
package import SystemPackage

/// A stretch of a file, read from front to back.
package final class FileSource: ByteSource {
    private let file: FileDescriptor
    private let path: FilePath
    private var offset: Int64
    private var remaining: Int64

    /// - Throws: `Problem` with code `file.open`.
    package init(_ path: FilePath, from offset: Int64 = 0, length: Int64 = .max) throws {
        do {
            file = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec])
        } catch {
            throw Problem("file.open", "Cannot open a file", at: path.string, why: "\(error)", cause: error)
        }
        self.path = path
        self.offset = offset
        remaining = length
    }

    deinit { try? file.close() }

    /// - Throws: `Problem` with code `file.read`.
    package func read(into buffer: inout MutableSpan<UInt8>) throws -> Int {
        let wanted = Int(min(Int64(buffer.count), remaining))
        if wanted == 0 { return 0 }
        var slice = buffer._mutatingExtracting(..<wanted)
        do {
            // The descriptor writes into the buffer only during the call.
            let count = try unsafe slice.withUnsafeMutableBufferPointer {
                try unsafe file.read(fromAbsoluteOffset: offset, into: UnsafeMutableRawBufferPointer($0))
            }
            offset += Int64(count)
            remaining -= Int64(count)
            return count
        } catch {
            throw Problem("file.read", "Cannot read a file", at: path.string, why: "\(error)", cause: error)
        }
    }
}
