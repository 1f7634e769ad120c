// SPDX-License-Identifier: Apache-2.0
#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

let newline = UInt8(ascii: "\n")
let carriageReturn = UInt8(ascii: "\r")
let space = UInt8(ascii: " ")
let tab = UInt8(ascii: "\t")
let colon = UInt8(ascii: ":")

@inline(__always) func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }
@inline(__always) func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }
/// Space, tab, newline, vertical tab, form feed or carriage return.
@inline(__always) func isBlank(_ byte: UInt8) -> Bool { byte == space || byte &- 9 < 5 }

/// The position of the first `byte` at or after `start`; the count when there is none.
func position(of byte: UInt8, in bytes: borrowing Span<UInt8>, from start: Int) -> Int {
    guard start < bytes.count else { return bytes.count }
    // memchr looks at count - start bytes from start: all of them inside the span.
    return unsafe bytes.withUnsafeBufferPointer { buffer in
        guard let base = buffer.baseAddress, let hit = unsafe memchr(base + start, Int32(byte), buffer.count - start)
        else { return buffer.count }
        return unsafe UnsafeRawPointer(hit) - UnsafeRawPointer(base)
    }
}

/// The range without blanks at its ends.
func trimmed(_ range: Range<Int>, in bytes: borrowing Span<UInt8>) -> Range<Int> {
    var (start, end) = (range.lowerBound, range.upperBound)
    while start < end, isBlank(bytes[start]) { start += 1 }
    while end > start, isBlank(bytes[end - 1]) { end -= 1 }
    return start..<end
}

func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let head = bytes.drop(while: isBlank)
    guard let last = head.lastIndex(where: { !isBlank($0) }) else { return head }
    return head[...last]
}

/// The bytes of a range as text; what is not UTF-8 becomes U+FFFD.
func text(_ range: Range<Int>, in bytes: borrowing Span<UInt8>) -> String {
    // The buffer is only read during the call.
    unsafe bytes.extracting(range).withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
}

/// A decimal number without sign; nil when it is empty, is something else or does not fit.
func decimal(_ range: Range<Int>, in bytes: borrowing Span<UInt8>) -> UInt64? {
    guard !range.isEmpty else { return nil }
    var value: UInt64 = 0
    for index in range {
        guard isDigit(bytes[index]) else { return nil }
        let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
        let (sum, carry) = tens.addingReportingOverflow(UInt64(bytes[index] &- 0x30))
        if overflow || carry { return nil }
        value = sum
    }
    return value
}

/// A decimal number in an array of digits, as above.
func decimal(_ digits: [UInt8]) -> UInt64? { decimal(0..<digits.count, in: digits.span) }
