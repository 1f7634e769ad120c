// SPDX-License-Identifier: Apache-2.0

extension ShellInput {
    /// What begins with `$` or a backquote.
    mutating func expansion(isQuoted: Bool) throws(ShellFault) -> ShellWord.Part {
        try enter()
        defer { leave() }
        if next == UInt8(ascii: "`") { return try backquoted(isQuoted: isQuoted) }
        advance()
        guard let byte = next else { return .literal("$", isQuoted: isQuoted) }
        if byte == UInt8(ascii: "{") { return try braced(isQuoted: isQuoted) }
        if byte == UInt8(ascii: "(") { return try substitution(isQuoted: isQuoted) }
        if "@*#?$!-0123456789".utf8.contains(byte) {
            advance()
            return .variable(
                String(decoding: [byte], as: UTF8.self), operation: "", argument: [], isQuoted: isQuoted)
        }
        let name = takeName()
        if name.isEmpty { return .literal("$", isQuoted: isQuoted) }
        return .variable(name, operation: "", argument: [], isQuoted: isQuoted)
    }

    private mutating func takeName() -> String {
        let start = place
        while let byte = next, Self.isNameByte(byte) {
            if place == start, (0x30...0x39).contains(byte) { break }
            advance()
        }
        return String(decoding: bytes[start..<place], as: UTF8.self)
    }

    private mutating func braced(isQuoted: Bool) throws(ShellFault) -> ShellWord.Part {
        advance()
        if next == UInt8(ascii: "#"), byte(1) != UInt8(ascii: "}") {
            while let byte = next, byte != UInt8(ascii: "}") {
                _ = byte
                advance()
            }
            advance()
            return .unknown
        }
        var name = takeName()
        if name.isEmpty, let byte = next {
            name = String(decoding: [byte], as: UTF8.self)
            advance()
            while let digit = next, (0x30...0x39).contains(digit), Int(name) != nil {
                name += String(decoding: [digit], as: UTF8.self)
                advance()
            }
        }
        var operation = ""
        for text in [":-", ":+", ":=", ":?", "##", "%%", "-", "+", "=", "?", "#", "%"] where take(text) {
            operation = text
            break
        }
        let argument = operation.isEmpty ? [] : try bracedArgument(isQuoted: isQuoted)
        guard next == UInt8(ascii: "}") else { throw fault("a missing } after $\\{\(name)") }
        advance()
        return .variable(name, operation: operation, argument: argument, isQuoted: isQuoted)
    }

    private mutating func bracedArgument(isQuoted: Bool) throws(ShellFault) -> [ShellWord.Part] {
        var parts: [ShellWord.Part] = []
        var text: [UInt8] = []
        while let byte = next, byte != UInt8(ascii: "}") {
            switch byte {
            case UInt8(ascii: "\\"):
                advance()
                if let escaped = next { text.append(escaped) }
                advance()
            case UInt8(ascii: "'") where !isQuoted, UInt8(ascii: "\""):
                parts.append(.literal(String(decoding: text, as: UTF8.self), isQuoted: isQuoted))
                text = []
                advance()
                parts += try quotedParts(until: byte)
                advance()
            case UInt8(ascii: "$"), UInt8(ascii: "`"):
                parts.append(.literal(String(decoding: text, as: UTF8.self), isQuoted: isQuoted))
                text = []
                parts.append(try expansion(isQuoted: isQuoted))
            default:
                text.append(byte)
                advance()
            }
        }
        if !text.isEmpty { parts.append(.literal(String(decoding: text, as: UTF8.self), isQuoted: isQuoted)) }
        return parts
    }

    private mutating func substitution(isQuoted: Bool) throws(ShellFault) -> ShellWord.Part {
        if byte(1) == UInt8(ascii: "(") {
            try skipArithmetic()
            return .unknown
        }
        advance()
        var parser = ShellParser(input: self)
        let body = try parser.list(until: [])
        adopt(parser.input)
        guard take(")") else { throw fault("a missing ) after $(") }
        return .substitution(body, isQuoted: isQuoted)
    }

    private mutating func skipArithmetic() throws(ShellFault) {
        var open = 0
        while let byte = next {
            if byte == UInt8(ascii: "(") { open += 1 }
            if byte == UInt8(ascii: ")") { open -= 1 }
            advance()
            if open == 0 { return }
        }
        throw fault("arithmetic without an end")
    }

    private mutating func backquoted(isQuoted: Bool) throws(ShellFault) -> ShellWord.Part {
        advance()
        var inner: [UInt8] = []
        while let byte = next, byte != UInt8(ascii: "`") {
            if byte == UInt8(ascii: "\\"), let escaped = self.byte(1), "$`\\".utf8.contains(escaped) {
                inner.append(escaped)
                advance(2)
            } else {
                inner.append(byte)
                advance()
            }
        }
        guard !isAtEnd else { throw fault("a backquote without an end") }
        advance()
        let script = try ShellParser.parse(nested(inner))
        return script.documents.isEmpty ? .substitution(script.body, isQuoted: isQuoted) : .unknown
    }
}
