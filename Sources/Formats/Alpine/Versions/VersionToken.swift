// SPDX-License-Identifier: Apache-2.0

/// What a stretch of an apk version is, in the order in which apk ranks them when two versions part:
/// the one that goes on with the earlier kind is the newer.
enum VersionTokenKind: UInt8, Comparable {
    case number, letter, suffix, suffixNumber, hash, revision, end, invalid

    static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// The suffixes that apk knows, in their order; a release without a suffix stands between `rc` and `cvs`.
enum VersionSuffix: UInt8 {
    case alpha, beta, pre, rc, none, cvs, svn, git, hg, p

    var isPreRelease: Bool { rawValue < VersionSuffix.none.rawValue }
}

/// One stretch of a version, and the way to the next.
///
/// The grammar is `digits{.digits}[letter][digits]{_suffix[digits]}[~hash][-rdigits]`. A letter may be followed by digits
/// (`1.9.5p1`), as apk 2.14 reads it; the hash comes from apk 3.
struct VersionToken {
    private(set) var kind: VersionTokenKind = .invalid
    /// The bytes that count: without the sign in front.
    private(set) var range = 0..<0
    private(set) var suffix = VersionSuffix.none
    /// Whether a dot stands in front: then leading zeros count.
    private(set) var isFraction = false

    /// The first number, which has to have a digit to be complete.
    init(_ text: borrowing Span<UInt8>) { take(.number, 0, digits(text, 0)) }

    /// Moves on to what follows.
    mutating func advance(_ text: borrowing Span<UInt8>) {
        let start = range.upperBound
        guard start < text.count else { return take(.end, start, start) }
        switch text[start] {
        case UInt8(ascii: "a")...UInt8(ascii: "z") where kind == .number: take(.letter, start, start + 1)
        case UInt8(ascii: ".") where kind == .number:
            take(.number, start + 1, digits(text, start + 1))
            isFraction = true
        case UInt8(ascii: "0")...UInt8(ascii: "9") where kind == .letter || kind == .suffix:
            take(kind == .letter ? .number : .suffixNumber, start, digits(text, start))
        case UInt8(ascii: "_") where kind <= .suffixNumber: takeSuffix(text, start + 1)
        case UInt8(ascii: "~") where kind < .hash: takeHash(text, start + 1)
        case UInt8(ascii: "-") where kind < .revision && start + 1 < text.count && text[start + 1] == UInt8(ascii: "r"):
            take(.revision, start + 2, digits(text, start + 2))
        default: take(.invalid, start, start)
        }
    }

    /// Whether the stretch holds what its kind needs.
    var isComplete: Bool { kind != .invalid && !(range.isEmpty && (kind == .number || kind == .revision)) }

    private mutating func take(_ kind: VersionTokenKind, _ start: Int, _ end: Int) {
        self.kind = kind
        range = start..<end
        isFraction = false
    }

    private mutating func takeSuffix(_ text: borrowing Span<UInt8>, _ start: Int) {
        var end = start
        while end < text.count, isLower(text[end]) { end += 1 }
        let known = suffixes.first { matches($0.0, text, start..<end) }
        take(known == nil ? .invalid : .suffix, start, end)
        suffix = known?.1 ?? .none
    }

    private mutating func takeHash(_ text: borrowing Span<UInt8>, _ start: Int) {
        var end = start
        while end < text.count, isHex(text[end]) { end += 1 }
        take(end > start ? .hash : .invalid, start, end)
    }

    private func digits(_ text: borrowing Span<UInt8>, _ start: Int) -> Int {
        var end = start
        while end < text.count, isDigit(text[end]) { end += 1 }
        return end
    }
}

private let suffixes: [(StaticString, VersionSuffix)] = [
    ("alpha", .alpha), ("beta", .beta), ("pre", .pre), ("rc", .rc), ("cvs", .cvs), ("svn", .svn), ("git", .git),
    ("hg", .hg), ("p", .p),
]

private func matches(_ word: StaticString, _ text: borrowing Span<UInt8>, _ range: Range<Int>) -> Bool {
    guard word.utf8CodeUnitCount == range.count else { return false }
    for place in 0..<range.count {
        // Within the literal: its length was compared above.
        let byte = unsafe word.utf8Start[place]
        if byte != text[range.lowerBound + place] { return false }
    }
    return true
}

private func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }
private func isLower(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "a") < 26 }
private func isHex(_ byte: UInt8) -> Bool { isDigit(byte) || byte &- UInt8(ascii: "a") < 6 }
