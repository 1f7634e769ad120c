// SPDX-License-Identifier: Apache-2.0

/// The type of a GVariant value, as its type string tells it (GVariant specification, section 2.2).
indirect enum VariantType: Equatable, Sendable {
    /// `b y n q i u x t h d s o g v`
    case basic(UInt8)
    case maybe(VariantType)
    case array(VariantType)
    case tuple([VariantType])
    case entry(VariantType, VariantType)

    static let string = basic(UInt8(ascii: "s"))
    static let boxed = basic(UInt8(ascii: "v"))

    /// Nil for what is no type string of one type, of at most 255 letters.
    init?(_ text: [UInt8]) {
        guard text.count <= 255 else { return nil }
        var rest = text[...]
        guard let type = Self.read(&rest, depth: 0), rest.isEmpty else { return nil }
        self = type
    }

    private static func read(_ rest: inout ArraySlice<UInt8>, depth: Int) -> VariantType? {
        guard depth < 32, let letter = rest.popFirst() else { return nil }
        switch letter {
        case UInt8(ascii: "a"): return read(&rest, depth: depth + 1).map { .array($0) }
        case UInt8(ascii: "m"): return read(&rest, depth: depth + 1).map { .maybe($0) }
        case UInt8(ascii: "("):
            var members: [VariantType] = []
            while rest.first != UInt8(ascii: ")") {
                guard let member = read(&rest, depth: depth + 1) else { return nil }
                members.append(member)
            }
            rest.removeFirst()
            return .tuple(members)
        case UInt8(ascii: "{"):
            guard let key = read(&rest, depth: depth + 1), case .basic(let letter) = key,
                letter != UInt8(ascii: "v"), let value = read(&rest, depth: depth + 1),
                rest.popFirst() == UInt8(ascii: "}")
            else { return nil }
            return .entry(key, value)
        default: return "bynqiuxthdsogv".utf8.contains(letter) ? .basic(letter) : nil
        }
    }

    var text: [UInt8] {
        switch self {
        case .basic(let letter): [letter]
        case .maybe(let element): [UInt8(ascii: "m")] + element.text
        case .array(let element): [UInt8(ascii: "a")] + element.text
        case .tuple(let members): Array("(".utf8) + members.flatMap(\.text) + Array(")".utf8)
        case .entry(let key, let value): Array("{".utf8) + key.text + value.text + Array("}".utf8)
        }
    }

    /// In bytes.
    var alignment: Int {
        switch self {
        case .basic(let letter):
            switch letter {
            case UInt8(ascii: "n"), UInt8(ascii: "q"): 2
            case UInt8(ascii: "i"), UInt8(ascii: "u"), UInt8(ascii: "h"): 4
            case UInt8(ascii: "x"), UInt8(ascii: "t"), UInt8(ascii: "d"), UInt8(ascii: "v"): 8
            default: 1
            }
        case .maybe(let element), .array(let element): element.alignment
        case .tuple(let members): members.map(\.alignment).max() ?? 1
        case .entry(let key, let value): max(key.alignment, value.alignment)
        }
    }

    /// Whether all values have one size.
    var isFixed: Bool {
        switch self {
        case .basic(let letter): !"sogv".utf8.contains(letter)
        case .maybe, .array: false
        case .tuple(let members): members.allSatisfy(\.isFixed)
        case .entry(let key, let value): key.isFixed && value.isFixed
        }
    }
}
