// SPDX-License-Identifier: Apache-2.0

/// How a version must stand to the one of a constraint: any of these will do.
package struct ApkComparison: OptionSet, Hashable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package static let equal = Self(rawValue: 1)
    package static let less = Self(rawValue: 2)
    package static let greater = Self(rawValue: 4)
    /// A version that goes on behind that of the constraint counts as equal: `3.6.1` is `~3.6`.
    package static let prefix = Self(rawValue: 8)

    package static let any: Self = [.less, .equal, .greater]
    /// `><`: the version of the constraint is the identity of a package, `Q1…`.
    package static let identity: Self = [.less, .greater]

    /// The sign, in any order of its characters.
    init?(_ sign: borrowing Span<UInt8>) {
        var found: Self = []
        for place in sign.indices {
            switch sign[place] {
            case UInt8(ascii: "<"): found.insert(.less)
            case UInt8(ascii: ">"): found.insert(.greater)
            case UInt8(ascii: "="): found.insert(.equal)
            case UInt8(ascii: "~"): found.formUnion([.equal, .prefix])
            default: return nil
            }
        }
        if found.isEmpty { return nil }
        self = found
    }

    /// Whether a version that compares so, -1, 0 or 1, will do.
    package func admits(_ order: Int) -> Bool {
        contains(order < 0 ? .less : order > 0 ? .greater : .equal)
    }
}

extension ApkComparison: CustomStringConvertible {
    package var description: String {
        if isSuperset(of: .any) { return "" }
        if self == .identity { return "><" }
        let side = contains(.less) ? "<" : contains(.greater) ? ">" : ""
        return side + (contains(.prefix) ? "~" : contains(.equal) ? "=" : "")
    }
}
