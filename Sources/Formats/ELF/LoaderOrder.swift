// SPDX-License-Identifier: Apache-2.0

/// The order of names that the run-time linker's binary search relies on.
package enum LoaderOrder {
    /// Runs of digits compare as numbers, a digit is greater than any other byte, else bytes compare.
    ///
    /// Negative, zero or positive, as `left` is smaller, equal or greater (glibc's `_dl_cache_libcmp`).
    package static func compare(_ left: borrowing Span<UInt8>, _ right: borrowing Span<UInt8>) -> Int {
        var first = 0
        var second = 0
        while first < left.count {
            let isDigit = Self.isDigit(left[first])
            guard second < right.count else { return isDigit ? 1 : Int(left[first]) }
            guard isDigit == Self.isDigit(right[second]) else { return isDigit ? 1 : -1 }
            guard isDigit else {
                if left[first] != right[second] { return Int(left[first]) - Int(right[second]) }
                first += 1
                second += 1
                continue
            }
            let order = compareNumbers(left, &first, right, &second)
            if order != 0 { return order }
        }
        return second < right.count ? (isDigit(right[second]) ? -1 : -Int(right[second])) : 0
    }

    package static func compare(_ left: [UInt8], _ right: [UInt8]) -> Int { compare(left.span, right.span) }

    /// Compares two runs of digits of any length and moves behind them.
    private static func compareNumbers(
        _ left: borrowing Span<UInt8>, _ first: inout Int, _ right: borrowing Span<UInt8>, _ second: inout Int
    ) -> Int {
        while first < left.count, left[first] == zero { first += 1 }
        while second < right.count, right[second] == zero { second += 1 }
        var order = 0
        while true {
            let more = first < left.count && isDigit(left[first])
            let moreRight = second < right.count && isDigit(right[second])
            guard more, moreRight else { return more ? 1 : moreRight ? -1 : order }
            if order == 0 { order = Int(left[first]) - Int(right[second]) }
            first += 1
            second += 1
        }
    }

    private static let zero = UInt8(ascii: "0")
    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

    /// Greatest first; of one name the greater flags first, then those of `glibc-hwcaps` by their directory.
    static func sorted(_ libraries: [LoaderCache.Library]) -> [LoaderCache.Library] {
        libraries.enumerated().sorted { left, right in
            let order = compare(left.element.name, right.element.name)
            if order != 0 { return order > 0 }
            if left.element.flags != right.element.flags { return left.element.flags > right.element.flags }
            switch (left.element.capability, right.element.capability) {
            case (let one?, let other?) where one != other: return one.lexicographicallyPrecedes(other)
            case (_?, nil): return true
            case (nil, _?): return false
            default: return left.offset < right.offset
            }
        }.map(\.element)
    }
}

/// A table of NUL-terminated strings in which one that ends another shares its bytes.
struct LoaderStrings {
    private(set) var bytes: [UInt8] = []
    private var offsets: [[UInt8]: Int] = [:]
    private var start = 0

    init(_ strings: [[UInt8]]) {
        var previous: [UInt8] = []
        for string in Set(strings).sorted(by: Self.precedes) {
            if bytes.isEmpty || !previous.suffix(string.count).elementsEqual(string) {
                offsets[string] = bytes.count
                bytes += string
                bytes.append(0)
                previous = string
            } else {
                offsets[string] = bytes.count - 1 - string.count
            }
        }
    }

    /// Read backwards, descending; of two that end alike the longer first.
    private static func precedes(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        let common = min(left.count, right.count)
        for index in 0..<common {
            let (one, other) = (left[left.count - 1 - index], right[right.count - 1 - index])
            if one != other { return one > other }
        }
        return left.count > right.count
    }

    mutating func place(at start: Int) { self.start = start }

    var end: Int { start + bytes.count }

    /// Where a string begins, from the start of the file. Every string asked for was given at first.
    subscript(string: [UInt8]) -> Int { start + (offsets[string] ?? 0) }
}
