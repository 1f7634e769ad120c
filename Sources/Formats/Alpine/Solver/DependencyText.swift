// SPDX-License-Identifier: Apache-2.0

/// Where the parts of a constraint stand in its text: `[!]name[@tag][sign version]`.
struct DependencyText {
    enum Fault: Error { case name, sign, version }

    let isConflict: Bool
    let name: Range<Int>
    /// Nil without `@`.
    let tag: Range<Int>?
    let comparison: ApkComparison
    /// Empty without a sign.
    let version: Range<Int>

    /// Takes the constraint that fills `range`.
    init(_ text: borrowing Span<UInt8>, _ range: Range<Int>) throws(Fault) {
        var start = range.lowerBound
        isConflict = start < range.upperBound && text[start] == UInt8(ascii: "!")
        if isConflict { start += 1 }
        var end = start
        while end < range.upperBound, !isSign(text[end]) { end += 1 }
        var at = start
        while at < end, text[at] != UInt8(ascii: "@") { at += 1 }
        name = start..<at
        tag = at < end ? at + 1..<end : nil
        guard !name.isEmpty, tag?.isEmpty != true else { throw .name }
        (comparison, version) = try Self.versionPart(text, end..<range.upperBound)
    }

    private static func versionPart(
        _ text: borrowing Span<UInt8>, _ range: Range<Int>
    ) throws(Fault) -> (ApkComparison, Range<Int>) {
        if range.isEmpty { return (.any, range) }
        var end = range.lowerBound
        while end < range.upperBound, isSign(text[end]) { end += 1 }
        guard let comparison = ApkComparison(text.extracting(range.lowerBound..<end)) else { throw .sign }
        let version = end..<range.upperBound
        // An identity is text; `<=>` with anything behind it admits everything.
        let isFree = comparison.isSuperset(of: .identity)
        guard !version.isEmpty, isFree || AlpineVersion.isValid(text.extracting(version)) else { throw .version }
        return (comparison, version)
    }
}

private func isSign(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "<") || byte == UInt8(ascii: "=") || byte == UInt8(ascii: ">") || byte == UInt8(ascii: "~")
}

/// The words of a list: constraints are divided by blanks and line ends.
func nextWord(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> Range<Int>? {
    var start = range.lowerBound
    while start < range.upperBound, isDivider(text[start]) { start += 1 }
    if start == range.upperBound { return nil }
    var end = start
    while end < range.upperBound, !isDivider(text[end]) { end += 1 }
    return start..<end
}

private func isDivider(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\n") }
