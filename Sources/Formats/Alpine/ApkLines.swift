// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// What is wrong in a file of apk's, and in which line (counted from 1).
struct ApkFault: Error {
    let line: Int
    let why: String

    init(line: Int, _ why: String) {
        self.line = line
        self.why = why
    }
}

/// Walks over stanzas of lines `X:value`, which indexes and the database of apk consist of; copies nothing.
///
/// The bytes are handed to every call, and must be the same each time. An empty line ends a stanza.
struct ApkLineCursor {
    enum Item {
        case field(letter: UInt8, value: Range<Int>, line: Int)
        /// With the last line of the stanza.
        case endOfStanza(line: Int)
    }

    private var offset: Int
    private var line = 0
    private var isInside = false

    /// - Parameter offset: where the first line begins.
    init(from offset: Int = 0) { self.offset = offset }

    /// The next line that says something; nil at the end of the bytes.
    mutating func next(in bytes: borrowing Span<UInt8>) throws(ApkFault) -> Item? {
        while offset < bytes.count {
            line += 1
            let start = offset
            let end = position(of: newline, in: bytes, from: start)
            offset = end + 1
            if end == start {
                guard isInside else { continue }
                isInside = false
                return .endOfStanza(line: line - 1)
            }
            guard bytes[end - 1] != UInt8(ascii: "\r") else {
                throw ApkFault(line: line, "the line ends in CR LF; apk ends lines in LF alone")
            }
            guard end - start >= 2, bytes[start + 1] == colon else {
                throw ApkFault(line: line, "the line is not a letter, a colon and a value")
            }
            isInside = true
            return .field(letter: bytes[start], value: (start + 2)..<end, line: line)
        }
        guard isInside else { return nil }
        isInside = false
        return .endOfStanza(line: line)
    }
}

private let newline = UInt8(ascii: "\n")
private let colon = UInt8(ascii: ":")

/// The position of the first `byte` at or after `start`; the count when there is none.
private func position(of byte: UInt8, in bytes: borrowing Span<UInt8>, from start: Int) -> Int {
    // memchr looks at count - start bytes from start: all of them inside the span.
    unsafe bytes.withUnsafeBufferPointer { buffer in
        guard let base = buffer.baseAddress, let hit = unsafe memchr(base + start, Int32(byte), buffer.count - start)
        else { return buffer.count }
        return unsafe UnsafeRawPointer(hit) - UnsafeRawPointer(base)
    }
}

/// Values in the files of apk.
enum ApkValue {
    /// The bytes of a range as text; what is not UTF-8 becomes U+FFFD.
    static func text(_ range: Range<Int>, in bytes: borrowing Span<UInt8>) -> String {
        // The buffer is only read during the call.
        unsafe bytes.extracting(range).withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
    }

    /// A copy of a range.
    static func bytes(_ range: Range<Int>, in bytes: borrowing Span<UInt8>) -> [UInt8] {
        // The buffer is only read during the call.
        unsafe bytes.extracting(range).withUnsafeBufferPointer { unsafe Array($0) }
    }

    /// A number without sign that fits 63 bits; nil when it is empty or something else.
    static func number(_ digits: some Collection<UInt8>, radix: Int64 = 10) -> Int64? {
        if digits.isEmpty { return nil }
        var value: Int64 = 0
        for digit in digits {
            let figure = Int64(digit) - 0x30
            guard (0..<radix).contains(figure) else { return nil }
            let (scaled, tooLarge) = value.multipliedReportingOverflow(by: radix)
            let (sum, overflow) = scaled.addingReportingOverflow(figure)
            if tooLarge || overflow { return nil }
            value = sum
        }
        return value
    }

    /// Words between blanks.
    static func words(_ text: some Collection<UInt8>) -> [String] {
        text.split { $0 == 0x20 || $0 == 0x09 || $0 == 0x0a }.map { String(decoding: $0, as: UTF8.self) }
    }

    /// Whether the text may be the name, version or architecture of a package: it becomes part of file names, and so
    /// is of ASCII's letters and signs, without a slash, and does not begin with a dot.
    static func isWord(_ range: Range<Int>, in bytes: borrowing Span<UInt8>) -> Bool {
        guard !range.isEmpty, range.count <= 255, bytes[range.lowerBound] != UInt8(ascii: ".") else { return false }
        for index in range {
            guard (0x21...0x7e).contains(bytes[index]), bytes[index] != UInt8(ascii: "/") else { return false }
        }
        return true
    }

    static func isWord(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        return isWord(0..<bytes.count, in: bytes.span)
    }
}
