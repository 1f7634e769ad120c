// SPDX-License-Identifier: Apache-2.0

extension DebianVersion {
    /// The order of two versions as dpkg sees it: -1, 0 or 1. Takes any bytes; nothing is validated or copied.
    ///
    /// Numbers may have any length: digits are compared as text. See deb-version(7), “Sorting algorithm”.
    package static func compare(_ left: borrowing Span<UInt8>, _ right: borrowing Span<UInt8>) -> Int {
        let leftParts = VersionParts(left)
        let rightParts = VersionParts(right)
        let epoch = walk(left, leftParts.epoch, right, rightParts.epoch)
        if epoch != 0 { return epoch }
        let upstream = walk(left, leftParts.upstream, right, rightParts.upstream)
        if upstream != 0 { return upstream }
        return walk(left, leftParts.revision, right, rightParts.revision)
    }

    package static func compare(_ left: [UInt8], _ right: [UInt8]) -> Int { compare(left.span, right.span) }

    package static func compare(_ left: String, _ right: String) -> Int {
        compare(left.utf8.span, right.utf8.span)
    }

    /// Runs of non-digits and of digits in turn, until one differs.
    private static func walk(
        _ left: borrowing Span<UInt8>, _ leftRange: Range<Int>, _ right: borrowing Span<UInt8>, _ rightRange: Range<Int>
    ) -> Int {
        var (first, second) = (leftRange.lowerBound, rightRange.lowerBound)
        let (firstEnd, secondEnd) = (leftRange.upperBound, rightRange.upperBound)
        while first < firstEnd || second < secondEnd {
            while (first < firstEnd && !isDigit(left[first])) || (second < secondEnd && !isDigit(right[second])) {
                let one = first < firstEnd ? weight(left[first]) : 0
                let other = second < secondEnd ? weight(right[second]) : 0
                if one != other { return one < other ? -1 : 1 }
                first += 1
                second += 1
            }
            while first < firstEnd, left[first] == zero { first += 1 }
            while second < secondEnd, right[second] == zero { second += 1 }
            var difference = 0
            while first < firstEnd, second < secondEnd, isDigit(left[first]), isDigit(right[second]) {
                if difference == 0 { difference = Int(left[first]) - Int(right[second]) }
                first += 1
                second += 1
            }
            if first < firstEnd, isDigit(left[first]) { return 1 }
            if second < secondEnd, isDigit(right[second]) { return -1 }
            if difference != 0 { return difference.signum() }
        }
        return 0
    }

    /// `~` before the end, the end and digits, letters, everything else.
    private static func weight(_ byte: UInt8) -> Int {
        if isDigit(byte) { return 0 }
        if isLetter(byte) { return Int(byte) }
        return byte == UInt8(ascii: "~") ? -1 : Int(byte) + 256
    }
}

/// Where the three parts of a version lie.
private struct VersionParts {
    let epoch: Range<Int>
    let upstream: Range<Int>
    let revision: Range<Int>

    init(_ bytes: borrowing Span<UInt8>) {
        let whole = trimmed(0..<bytes.count, in: bytes)
        var start = whole.lowerBound
        var position = start
        while position < whole.upperBound, isDigit(bytes[position]) { position += 1 }
        let hasEpoch = position < whole.upperBound && bytes[position] == colon
        epoch = start..<(hasEpoch ? position : start)
        if hasEpoch { start = position + 1 }
        // A hyphen at the start divides nothing, as in apt.
        var hyphen = whole.upperBound - 1
        while hyphen > start, bytes[hyphen] != UInt8(ascii: "-") { hyphen -= 1 }
        upstream = start..<(hyphen > start ? hyphen : whole.upperBound)
        revision = (hyphen > start ? hyphen + 1 : whole.upperBound)..<whole.upperBound
    }
}

private let zero = UInt8(ascii: "0")
