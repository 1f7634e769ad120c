// SPDX-License-Identifier: Apache-2.0

/// Reads the part of XML that files of schemas are written in, as GLib reads it: elements, attributes, text, CDATA,
/// the five entities and numbers of characters. Comments, declarations and what has a prefix are passed over.
struct MarkupReader {
    enum Event: Equatable {
        case start(String, [String: String])
        case end(String)
        case text([UInt8])
    }

    private let bytes: [UInt8]
    private var place = 0
    /// Open elements.
    private var open: [String] = []
    private var isDone = false
    private var pending: Event?
    private var lines = (place: 0, count: 1)

    /// - Throws: `SchemaFault` for bytes that are no UTF-8.
    init(_ bytes: [UInt8]) throws(SchemaFault) {
        guard !bytes.contains(0), String(validating: bytes, as: UTF8.self) != nil else {
            throw SchemaFault("not a text in UTF-8")
        }
        self.bytes = bytes
    }

    /// The line that was read last, from 1.
    var line: Int {
        mutating get {
            lines.count += bytes[lines.place..<place].count { $0 == 0x0a }
            lines.place = place
            return lines.count
        }
    }

    /// The next event; nil at the end. What has a prefix, and all in it, is left out.
    mutating func next() throws(SchemaFault) -> Event? {
        while let event = try step() {
            guard case .start(let name, _) = event, name.utf8.contains(UInt8(ascii: ":")) else { return event }
            let depth = open.count
            while open.count >= depth, try step() != nil {}
        }
        return nil
    }

    private mutating func step() throws(SchemaFault) -> Event? {
        if let event = pending {
            pending = nil
            if case .end = event { close() }
            return event
        }
        while place < bytes.count {
            if bytes[place] != UInt8(ascii: "<") {
                let text = try text()
                if !open.isEmpty { return .text(text) }
                guard text.allSatisfy(Self.isBlank) else { throw SchemaFault("text outside of all elements") }
            } else if try skipRemark() {
                continue
            } else if starts(with: "<![CDATA[") {
                place += 9
                let start = place
                try skip(past: "]]>")
                guard !open.isEmpty else { throw SchemaFault("text outside of all elements") }
                return .text(Array(bytes[start..<(place - 3)]))
            } else if starts(with: "</") {
                return try endTag()
            } else {
                return try startTag()
            }
        }
        guard open.isEmpty, isDone else { throw SchemaFault("the file ends inside of an element") }
        return nil
    }

    private mutating func close() {
        open.removeLast()
        isDone = open.isEmpty
    }

    // MARK: Parts

    private func starts(with text: StaticString) -> Bool {
        bytes[place...].starts(with: "\(text)".utf8)
    }

    private mutating func skip(past mark: String) throws(SchemaFault) {
        let mark = Array(mark.utf8)
        while place < bytes.count {
            if bytes[place] == mark[0], bytes[place...].starts(with: mark) {
                place += mark.count
                return
            }
            place += 1
        }
        throw SchemaFault("no \(String(decoding: mark, as: UTF8.self)) to the end of the file")
    }

    /// Comments, `<?…?>` and `<!DOCTYPE …>` with what it may hold in brackets.
    private mutating func skipRemark() throws(SchemaFault) -> Bool {
        if starts(with: "<!--") {
            place += 4
            try skip(past: "-->")
        } else if starts(with: "<?") {
            try skip(past: "?>")
        } else if starts(with: "<!") && !starts(with: "<![CDATA[") {
            var depth = 0
            repeat {
                guard place < bytes.count else { throw SchemaFault("a declaration that does not end") }
                if bytes[place] == UInt8(ascii: "<") { depth += 1 }
                if bytes[place] == UInt8(ascii: ">") { depth -= 1 }
                place += 1
            } while depth > 0
        } else {
            return false
        }
        return true
    }

    private mutating func startTag() throws(SchemaFault) -> Event {
        place += 1
        let name = try name()
        guard open.count < 32 else { throw SchemaFault("elements within elements without end") }
        var attributes: [String: String] = [:]
        while true {
            skipBlanks()
            guard place < bytes.count else { throw SchemaFault("<\(name)> does not end") }
            if bytes[place] == UInt8(ascii: ">") {
                place += 1
                break
            }
            if starts(with: "/>") {
                place += 2
                pending = .end(name)
                break
            }
            let (key, value) = try attribute()
            if key.utf8.contains(UInt8(ascii: ":")) || key == "xmlns" { continue }
            guard attributes.updateValue(value, forKey: key) == nil else {
                throw SchemaFault("<\(name)> has “\(key)” twice")
            }
        }
        open.append(name)
        return .start(name, attributes)
    }

    private mutating func endTag() throws(SchemaFault) -> Event {
        place += 2
        let name = try name()
        skipBlanks()
        guard place < bytes.count, bytes[place] == UInt8(ascii: ">") else {
            throw SchemaFault("</\(name)> does not end")
        }
        place += 1
        guard open.last == name else { throw SchemaFault("</\(name)> closes another element") }
        close()
        return .end(name)
    }

    private mutating func attribute() throws(SchemaFault) -> (String, String) {
        let key = try name()
        skipBlanks()
        guard place < bytes.count, bytes[place] == UInt8(ascii: "=") else { throw SchemaFault("“\(key)” has no value") }
        place += 1
        skipBlanks()
        guard place < bytes.count, [0x22, 0x27].contains(bytes[place]) else {
            throw SchemaFault("the value of “\(key)” has no quotes")
        }
        let quote = bytes[place]
        place += 1
        let start = place
        while place < bytes.count, bytes[place] != quote { place += 1 }
        guard place < bytes.count else { throw SchemaFault("the value of “\(key)” does not end") }
        let plain = bytes[start..<place].map { $0 == 0x0a || $0 == 0x09 || $0 == 0x0d ? 0x20 : $0 }
        place += 1
        return (key, String(decoding: try Entities.decode(plain[...]), as: UTF8.self))
    }

    private mutating func name() throws(SchemaFault) -> String {
        let start = place
        while place < bytes.count, !Self.isBlank(bytes[place]), !"<>/='\"&".utf8.contains(bytes[place]) { place += 1 }
        guard place > start, place - start <= 256 else { throw SchemaFault("a tag or attribute without a name") }
        return String(decoding: bytes[start..<place], as: UTF8.self)
    }

    private mutating func text() throws(SchemaFault) -> [UInt8] {
        let start = place
        while place < bytes.count, bytes[place] != UInt8(ascii: "<") { place += 1 }
        return try Entities.decode(bytes[start..<place])
    }

    private mutating func skipBlanks() {
        while place < bytes.count, Self.isBlank(bytes[place]) { place += 1 }
    }

    static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0d).contains(byte) }
}

/// `&lt;` and its like.
enum Entities {
    static func decode(_ text: ArraySlice<UInt8>) throws(SchemaFault) -> [UInt8] {
        guard text.contains(where: { $0 == UInt8(ascii: "&") || $0 == 0x0d }) else { return Array(text) }
        var result: [UInt8] = []
        var rest = text
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "&") {
                guard let end = rest.prefix(12).firstIndex(of: UInt8(ascii: ";")) else { throw fault }
                result += try one(String(decoding: rest[..<end], as: UTF8.self))
                rest = rest[(end + 1)...]
            } else if byte == 0x0d {
                if rest.first != 0x0a { result.append(0x0a) }
            } else {
                result.append(byte)
            }
        }
        return result
    }

    private static func one(_ name: String) throws(SchemaFault) -> [UInt8] {
        if let byte = named[name] { return [byte] }
        let digits = name.hasPrefix("#x") ? name.dropFirst(2) : name.dropFirst()
        guard name.hasPrefix("#"), let first = digits.utf8.first, first != UInt8(ascii: "+"),
            first != UInt8(ascii: "-"), let value = UInt32(digits, radix: name.hasPrefix("#x") ? 16 : 10), value != 0,
            let scalar = Unicode.Scalar(value)
        else { throw fault }
        return Array(String(Character(scalar)).utf8)
    }

    private static let fault = SchemaFault("an & that is the beginning of nothing known")
    private static let named: [String: UInt8] = ["lt": 0x3c, "gt": 0x3e, "amp": 0x26, "quot": 0x22, "apos": 0x27]
}
