// SPDX-License-Identifier: Apache-2.0
import PlinthCore

/// Bytes of a source, read in large pieces and handed out in small ones.
struct ReadAhead {
    private let source: any ByteSource
    private var bytes: [UInt8]
    private var start = 0
    private var end = 0
    /// The source has nothing more.
    private(set) var sourceEnded = false

    init(_ source: any ByteSource, capacity: Int) {
        self.source = source
        bytes = [UInt8](repeating: 0, count: capacity)
    }

    /// Bytes that are there and not yet used.
    var count: Int { end - start }

    subscript(offset: Int) -> UInt8 { bytes[start + offset] }

    /// One more read of the source, behind what is there.
    mutating func fill() throws {
        moveToFront()
        let (source, end) = (source, end)
        var span = bytes.mutableSpan
        var rest = span._mutatingExtracting(end...)
        let count = try source.read(into: &rest)
        self.end = end + count
        sourceEnded = count == 0
    }

    /// Reads until `wanted` bytes are there or the source ends, and says whether they are there.
    mutating func has(_ wanted: Int) throws -> Bool {
        while count < wanted, !sourceEnded { try fill() }
        return count >= wanted
    }

    mutating func drop(_ used: Int) { start += used }

    /// Copies out and drops at most `limit` bytes. Large reads go past this buffer when it is empty.
    mutating func read(into buffer: inout MutableSpan<UInt8>, limit: Int64) throws -> Int {
        let wanted = Int(min(Int64(buffer.count), limit))
        var slice = buffer._mutatingExtracting(..<wanted)
        if count == 0, !sourceEnded {
            if wanted >= bytes.count {
                let count = try source.read(into: &slice)
                sourceEnded = count == 0
                return count
            }
            try fill()
        }
        let given = min(wanted, count)
        unsafe withBytes { bytes in
            // Both buffers hold `given` bytes, and an array never overlaps somebody else's buffer.
            unsafe slice.withUnsafeMutableBufferPointer { target in
                unsafe UnsafeMutableRawBufferPointer(target).copyMemory(
                    from: UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes)[..<given]))
            }
        }
        start += given
        return given
    }

    /// Lends the unused bytes for the length of the call.
    func withBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) throws -> Result) rethrows -> Result {
        // start and end never leave the array.
        try unsafe bytes.withUnsafeBufferPointer { unsafe try body(UnsafeBufferPointer(rebasing: $0[start..<end])) }
    }

    private mutating func moveToFront() {
        if start == end {
            start = 0
            end = 0
        } else if start > 0 {
            let kept = end - start
            // The two ranges lie inside the array; memmove allows them to overlap.
            unsafe bytes.withUnsafeMutableBytes { all in
                unsafe all.copyMemory(from: UnsafeRawBufferPointer(rebasing: all[start..<end]))
            }
            start = 0
            end = kept
        }
    }
}
