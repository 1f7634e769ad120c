// SPDX-License-Identifier: Apache-2.0

/// A relation of apk, cut into its parts and no more: `[!]name[@tag][op version]`.
package struct ApkAtom: Hashable, Sendable {
    /// With the `@tag`, if there is one. Of an opaque relation the whole text.
    package let name: String
    package let isConflict: Bool
    /// Something that is not a relation; apk installs no package that depends on such a thing.
    package let isOpaque: Bool
    /// Any of `<`, `>`, `=`, `~`, in this order; empty for any version.
    package let comparison: String
    package let version: String

    package init(name: String, isConflict: Bool, isOpaque: Bool, comparison: String, version: String) {
        self.name = name
        self.isConflict = isConflict
        self.isOpaque = isOpaque
        self.comparison = comparison
        self.version = version
    }
}

extension ApkAtom: CustomStringConvertible {
    /// As apk writes it.
    package var description: String { (isConflict ? "!" : "") + name + ApkOperator.written(comparison) + version }
}

/// Where the parts of a relation lie, and its operator as the compiled index holds it.
struct ApkAtomParts {
    let name: Range<Int>
    let isConflict: Bool
    let isOpaque: Bool
    let comparison: UInt32
    let version: Range<Int>

    init(_ word: Range<Int>, in bytes: borrowing Span<UInt8>) {
        let isConflict = !word.isEmpty && bytes[word.lowerBound] == UInt8(ascii: "!")
        let start = word.lowerBound + (isConflict ? 1 : 0)
        var cut = start
        while cut < word.upperBound, ApkOperator.bit(bytes[cut]) == 0 { cut += 1 }
        var end = cut
        var comparison: UInt32 = 0
        while end < word.upperBound, ApkOperator.bit(bytes[end]) != 0 {
            comparison |= ApkOperator.bit(bytes[end])
            end += 1
        }
        isOpaque = cut == start || (comparison != 0) != (end < word.upperBound)
        self.isConflict = isConflict && !isOpaque
        self.comparison = isOpaque ? 0 : comparison
        name = isOpaque ? word : start..<cut
        version = isOpaque ? word.upperBound..<word.upperBound : end..<word.upperBound
    }
}

/// The operators of apk as bits.
enum ApkOperator {
    static func bit(_ byte: UInt8) -> UInt32 {
        switch byte {
        case UInt8(ascii: "<"): 1
        case UInt8(ascii: ">"): 2
        case UInt8(ascii: "="): 4
        case UInt8(ascii: "~"): 8
        default: 0
        }
    }

    private static let texts = (0..<16).map { bits in
        String(zip("<>=~", 0...).compactMap { bits >> $0.1 & 1 == 1 ? $0.0 : nil })
    }

    static func text(_ bits: UInt32) -> String { texts[Int(bits & 15)] }

    /// apk leaves out the `=` of a `~`, and writes the checksum's operator backwards.
    static func written(_ comparison: String) -> String {
        switch comparison {
        case "<>": "><"
        case "=~": "~"
        case "<=~": "<~"
        case ">=~": ">~"
        default: comparison
        }
    }
}
