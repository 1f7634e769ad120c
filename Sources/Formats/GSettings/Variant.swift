// SPDX-License-Identifier: Apache-2.0

/// A GVariant value; its type is known beside it.
indirect enum Variant: Equatable, Sendable {
    case boolean(Bool)
    case signed(Int64)
    case unsigned(UInt64)
    case double(Double)
    case string([UInt8])
    case array([Variant])
    /// A tuple or the entry of a dictionary.
    case tuple([Variant])
    case maybe(Variant?)
    case boxed(VariantType, Variant)

    /// Of two numbers of one type.
    func isLess(than other: Variant) -> Bool {
        switch (self, other) {
        case (.signed(let left), .signed(let right)): left < right
        case (.unsigned(let left), .unsigned(let right)): left < right
        case (.double(let left), .double(let right)): left < right
        default: false
        }
    }

    /// The value's bytes, the lowest first (GVariant specification, section 2.3), as they stand at an aligned place.
    func encoded(as type: VariantType) -> [UInt8] {
        switch (self, type) {
        case (.boolean(let value), _): return [value ? 1 : 0]
        case (.signed(let value), _): return Self.bytes(UInt64(bitPattern: value), type.alignment)
        case (.unsigned(let value), _): return Self.bytes(value, type.alignment)
        case (.double(let value), _): return Self.bytes(value.bitPattern, 8)
        case (.string(let value), _): return value + [0]
        case (.boxed(let inner, let value), _): return value.encoded(as: inner) + [0] + inner.text
        case (.maybe(nil), _): return []
        case (.maybe(let value?), .maybe(let element)):
            return value.encoded(as: element) + (element.isFixed ? [] : [0])
        case (.array(let values), .array(let element)): return Self.array(values, element)
        case (.tuple(let values), .tuple(let members)): return Self.tuple(values, members, type)
        case (.tuple(let values), .entry(let key, let value)): return Self.tuple(values, [key, value], type)
        default: return []
        }
    }

    private static func bytes(_ value: UInt64, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
    }

    private static func array(_ values: [Variant], _ element: VariantType) -> [UInt8] {
        var result: [UInt8] = []
        var ends: [Int] = []
        for value in values {
            result.pad(to: element.alignment)
            result += value.encoded(as: element)
            ends.append(result.count)
        }
        return element.isFixed ? result : framed(result, ends)
    }

    private static func tuple(_ values: [Variant], _ members: [VariantType], _ type: VariantType) -> [UInt8] {
        if members.isEmpty { return [0] }
        var result: [UInt8] = []
        var ends: [Int] = []
        for (index, (value, member)) in zip(values, members).enumerated() {
            result.pad(to: member.alignment)
            result += value.encoded(as: member)
            if !member.isFixed, index + 1 < members.count { ends.append(result.count) }
        }
        if type.isFixed {
            result.pad(to: type.alignment)
            return result
        }
        return framed(result, ends.reversed())
    }

    /// With the ends of members behind them, each as wide as the whole needs it.
    private static func framed(_ body: [UInt8], _ ends: [Int]) -> [UInt8] {
        let width = [1, 2, 4].first { body.count + ends.count * $0 < 1 << (8 * $0) } ?? 8
        return body + ends.flatMap { bytes(UInt64($0), width) }
    }
}

extension [UInt8] {
    mutating func pad(to alignment: Int) {
        while !count.isMultiple(of: alignment) { append(0) }
    }
}
