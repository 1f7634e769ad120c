// SPDX-License-Identifier: Apache-2.0

/// The bytes of a script, cut into words, operators and documents.
struct ShellInput {
    let bytes: [UInt8]
    private(set) var place = 0
    private(set) var line = 1
    private(set) var documents: [ShellWord] = []
    private var announced: [(number: Int, end: String, isQuoted: Bool, stripsTabs: Bool)] = []
    private var depth: Int
    /// The number of this input's first document.
    private let firstDocument: Int

    init(_ bytes: [UInt8], depth: Int = 0, firstDocument: Int = 0) {
        self.bytes = bytes
        self.depth = depth
        self.firstDocument = firstDocument
    }

    /// Input inside this one, as deep in the nesting.
    func nested(_ bytes: [UInt8]) -> ShellInput { ShellInput(bytes, depth: depth) }

    mutating func enter() throws(ShellFault) {
        depth += 1
        guard depth <= 60 else { throw fault("nested too deeply") }
    }

    mutating func leave() { depth -= 1 }

    func fault(_ what: String) -> ShellFault { ShellFault(line: line, what: what) }

    var isAtEnd: Bool { place >= bytes.count }
    var isNewline: Bool { next == 0x0a }
    var next: UInt8? { place < bytes.count ? bytes[place] : nil }

    func byte(_ distance: Int) -> UInt8? { place + distance < bytes.count ? bytes[place + distance] : nil }

    func isNext(_ text: String) -> Bool {
        var index = place
        for byte in text.utf8 {
            guard index < bytes.count, bytes[index] == byte else { return false }
            index += 1
        }
        return true
    }

    mutating func advance(_ count: Int = 1) {
        for _ in 0..<count where place < bytes.count {
            if bytes[place] == 0x0a { line += 1 }
            place += 1
        }
    }

    /// Takes an operator; `;` does not take half of `;;`.
    mutating func take(_ text: String) -> Bool {
        guard isNext(text) else { return false }
        if text == ";", isNext(";;") { return false }
        if text == "&", isNext("&&") { return false }
        advance(text.utf8.count)
        return true
    }

    /// Blanks, continued lines and comments.
    mutating func skipBlanks() throws(ShellFault) {
        while let byte = next {
            if byte == 0x20 || byte == 0x09 || byte == 0x0d {
                advance()
            } else if byte == UInt8(ascii: "\\"), self.byte(1) == 0x0a {
                advance(2)
            } else if byte == UInt8(ascii: "#") {
                while let other = next, other != 0x0a {
                    _ = other
                    advance()
                }
            } else {
                return
            }
        }
    }

    mutating func skipNewlines() throws(ShellFault) {
        try skipBlanks()
        while isNewline {
            advance()
            try readDocuments()
            try skipBlanks()
        }
    }

    static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, !(0x30...0x39).contains(first) else { return false }
        return text.utf8.allSatisfy(isNameByte)
    }

    static func isNameByte(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "_") || (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte)
            || (0x61...0x7a).contains(byte)
    }

    // MARK: Words

    /// The next word if it is plain, without taking it.
    var peekedWord: String? {
        var end = place
        while end < bytes.count, !Self.endsWord(bytes[end]) {
            if Self.needsCare(bytes[end]) { return nil }
            end += 1
        }
        return end == place ? nil : String(decoding: bytes[place..<end], as: UTF8.self)
    }

    mutating func expectWord(_ text: String) throws(ShellFault) {
        try skipNewlinesUnless(text)
        guard let word = try word(), word.plain == text else { throw fault("a missing `\(text)`") }
    }

    private mutating func skipNewlinesUnless(_ text: String) throws(ShellFault) {
        if peekedWord != text { try skipNewlines() }
    }

    /// A word up to a blank or operator; nil when none comes.
    mutating func word() throws(ShellFault) -> ShellWord? {
        var word = ShellWord()
        var text: [UInt8] = []
        func flush(_ word: inout ShellWord, _ text: inout [UInt8]) {
            guard !text.isEmpty else { return }
            word.parts.append(.literal(String(decoding: text, as: UTF8.self), isQuoted: false))
            text = []
        }
        while let byte = next, !Self.endsWord(byte) {
            switch byte {
            case UInt8(ascii: "\\"):
                advance()
                if isNewline {
                    advance()
                } else if let escaped = next {
                    flush(&word, &text)
                    word.parts.append(.literal(String(decoding: [escaped], as: UTF8.self), isQuoted: true))
                    advance()
                }
            case UInt8(ascii: "'"):
                flush(&word, &text)
                word.parts.append(.literal(try singleQuoted(), isQuoted: true))
            case UInt8(ascii: "\""):
                flush(&word, &text)
                advance()
                word.parts += try quotedParts(until: UInt8(ascii: "\""))
                advance()
            case UInt8(ascii: "$"), UInt8(ascii: "`"):
                flush(&word, &text)
                word.parts.append(try expansion(isQuoted: false))
            default:
                text.append(byte)
                advance()
            }
        }
        flush(&word, &text)
        return word.parts.isEmpty ? nil : word
    }

    private static func endsWord(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x20, 0x09, 0x0a, 0x0d, UInt8(ascii: ";"), UInt8(ascii: "&"), UInt8(ascii: "|"), UInt8(ascii: "<"),
            UInt8(ascii: ">"), UInt8(ascii: "("), UInt8(ascii: ")"):
            true
        default: false
        }
    }

    private static func needsCare(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "\\") || byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"")
            || byte == UInt8(ascii: "$") || byte == UInt8(ascii: "`")
    }

    private mutating func singleQuoted() throws(ShellFault) -> String {
        advance()
        let start = place
        while let byte = next, byte != UInt8(ascii: "'") {
            _ = byte
            advance()
        }
        guard !isAtEnd else { throw fault("a quote without an end") }
        let text = String(decoding: bytes[start..<place], as: UTF8.self)
        advance()
        return text
    }

    /// The inside of double quotes, or a whole document when `end` is nil. An empty pair gives an empty literal.
    mutating func quotedParts(until end: UInt8?) throws(ShellFault) -> [ShellWord.Part] {
        var parts: [ShellWord.Part] = []
        var text: [UInt8] = []
        while let byte = next, byte != end {
            if byte == UInt8(ascii: "\\"), let escaped = self.byte(1), "$`\"\\\n".utf8.contains(escaped) {
                if escaped != 0x0a { text.append(escaped) }
                advance(2)
            } else if byte == UInt8(ascii: "$") || byte == UInt8(ascii: "`") {
                parts.append(.literal(String(decoding: text, as: UTF8.self), isQuoted: true))
                text = []
                parts.append(try expansion(isQuoted: true))
            } else {
                text.append(byte)
                advance()
            }
        }
        guard end == nil || next == end else { throw fault("a quote without an end") }
        parts.append(.literal(String(decoding: text, as: UTF8.self), isQuoted: true))
        return parts
    }

    // MARK: Redirections and documents

    mutating func redirection() throws(ShellFault) -> ShellRedirection? {
        try skipBlanks()
        var digits = 0
        while let byte = byte(digits), (0x30...0x39).contains(byte) { digits += 1 }
        guard digits < 3, let sign = byte(digits), sign == UInt8(ascii: "<") || sign == UInt8(ascii: ">") else {
            return nil
        }
        let number = Int(String(decoding: bytes[place..<place + digits], as: UTF8.self))
        advance(digits)
        for (text, kind) in Self.operators where take(text) {
            try skipBlanks()
            guard let target = try word() else { throw fault("a redirection without a target") }
            if kind == .document { return announce(target, stripsTabs: text == "<<-") }
            return ShellRedirection(kind: kind, descriptor: number, target: target)
        }
        throw fault("an unknown redirection")
    }

    private static let operators: [(String, ShellRedirection.Kind)] = [
        ("<<-", .document), ("<<", .document), ("<&", .other), ("<>", .other), ("<", .read), (">&", .other),
        (">>", .append), (">|", .write), (">", .write),
    ]

    private mutating func announce(_ end: ShellWord, stripsTabs: Bool) -> ShellRedirection {
        var text = ""
        var isQuoted = false
        for case .literal(let piece, let quoted) in end.parts {
            text += piece
            isQuoted = isQuoted || quoted
        }
        announced.append((documents.count, text, isQuoted, stripsTabs))
        documents.append(ShellWord())
        return ShellRedirection(kind: .document, target: end, document: firstDocument + documents.count - 1)
    }

    private mutating func readDocuments() throws(ShellFault) {
        let waiting = announced
        announced = []
        for item in waiting {
            var text: [UInt8] = []
            while !isAtEnd {
                let start = place
                while !isAtEnd, !isNewline { advance() }
                var current = bytes[start..<place]
                advance()
                if item.stripsTabs { current = current.drop { $0 == 0x09 } }
                if current.elementsEqual(item.end.utf8) { break }
                text += current + [0x0a]
            }
            if item.isQuoted {
                let literal = ShellWord.Part.literal(String(decoding: text, as: UTF8.self), isQuoted: true)
                documents[item.number] = ShellWord(parts: [literal])
            } else {
                var inner = nested(text)
                documents[item.number] = ShellWord(parts: try inner.quotedParts(until: nil))
            }
        }
    }

    /// Goes on where a parser of a part of this input stopped.
    mutating func adopt(_ other: ShellInput) { self = other }
}
