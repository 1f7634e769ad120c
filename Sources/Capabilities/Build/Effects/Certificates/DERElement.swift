// SPDX-License-Identifier: Apache-2.0

/// One element of a DER encoding: tag, content and where both lie (X.690, section 8.1 and 10.1).
struct DERElement {
    let tag: UInt8
    let content: ArraySlice<UInt8>
    /// Tag and length included.
    let whole: ArraySlice<UInt8>

    /// The first element of some bytes; nil when it is damaged or its length is not in shortest form.
    init?(_ bytes: ArraySlice<UInt8>) {
        guard bytes.count >= 2, let tag = bytes.first, tag & 0x1f != 0x1f else { return nil }
        var place = bytes.startIndex + 1
        var length = Int(bytes[place])
        place += 1
        if length >= 0x80 {
            let count = length & 0x7f
            guard (1...4).contains(count), bytes.endIndex - place >= count, bytes[place] != 0 else { return nil }
            length = bytes[place..<place + count].reduce(0) { $0 << 8 | Int($1) }
            guard length >= 0x80 else { return nil }
            place += count
        }
        guard bytes.endIndex - place >= length else { return nil }
        self.tag = tag
        content = bytes[place..<place + length]
        whole = bytes[bytes.startIndex..<place + length]
    }

    /// The elements inside, one after the other; nil when one is damaged.
    var elements: [DERElement]? {
        var found: [DERElement] = []
        var rest = content
        while !rest.isEmpty {
            guard let next = DERElement(rest) else { return nil }
            found.append(next)
            rest = rest[next.whole.endIndex...]
        }
        return found
    }

    static let sequence: UInt8 = 0x30
    static let set: UInt8 = 0x31

    /// Tag, length and content.
    static func encode(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        if content.count < 0x80 { return [tag, UInt8(content.count)] + content }
        var length: [UInt8] = []
        var rest = content.count
        while rest > 0 {
            length.insert(UInt8(rest & 0xff), at: 0)
            rest >>= 8
        }
        return [tag, 0x80 | UInt8(length.count)] + length + content
    }
}
