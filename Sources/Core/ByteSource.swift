// SPDX-License-Identifier: Apache-2.0

/// Bytes that are read from front to back.
package protocol ByteSource: AnyObject {
    /// Fills the buffer from its start; 0 means the end.
    /// - Throws: what the source throws when its bytes cannot be had or are damaged.
    func read(into buffer: inout MutableSpan<UInt8>) throws -> Int
}

extension ByteSource {
    /// Reads until the buffer is full or the source ends, and gives the number of bytes read.
    package func readFully(into buffer: inout MutableSpan<UInt8>) throws -> Int {
        var filled = 0
        while filled < buffer.count {
            var rest = buffer._mutatingExtracting(filled...)
            let count = try read(into: &rest)
            if count == 0 { break }
            filled += count
        }
        return filled
    }

    /// Everything to the end, refusing more than `limit` bytes.
    /// - Throws: `Problem` with code `bytes.tooMany` past the limit.
    package func readAll(limit: Int) throws -> [UInt8] {
        var result: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            var span = chunk.mutableSpan
            let count = try read(into: &span)
            if count == 0 { return result }
            guard result.count + count <= limit else {
                throw Problem("bytes.tooMany", "More than \(ByteCount(limit)) where less was expected")
            }
            result.append(contentsOf: chunk[..<count])
        }
    }
}

/// Bytes in memory, read from front to back.
package final class MemorySource: ByteSource {
    private let bytes: [UInt8]
    private var position: Int

    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
        position = 0
    }

    package func read(into buffer: inout MutableSpan<UInt8>) -> Int {
        let count = min(buffer.count, bytes.count - position)
        if count == 0 { return 0 }
        // Both ranges hold `count` bytes, and an array never overlaps somebody else's buffer.
        unsafe buffer.withUnsafeMutableBufferPointer { target in
            unsafe bytes.withUnsafeBufferPointer { source in
                let rest = unsafe UnsafeRawBufferPointer(
                    rebasing: UnsafeRawBufferPointer(source)[position...].prefix(count))
                unsafe UnsafeMutableRawBufferPointer(target).copyMemory(from: rest)
            }
        }
        position += count
        return count
    }
}
