// SPDX-License-Identifier: Apache-2.0

/// Reads a script by recursive descent; nesting deeper than 60 is refused.
struct ShellParser {
    var input: ShellInput

    static func parse(_ bytes: [UInt8]) throws(ShellFault) -> ShellScript {
        try parse(ShellInput(bytes))
    }

    static func parse(_ input: ShellInput) throws(ShellFault) -> ShellScript {
        var parser = ShellParser(input: input)
        let body = try parser.list(until: [])
        guard parser.input.isAtEnd else { throw parser.input.fault("something that does not belong there") }
        return ShellScript(body: body, documents: parser.input.documents)
    }

    /// Commands up to a word that ends the construct around them, `)`, `;;` or the end.
    mutating func list(until ends: Set<String>) throws(ShellFault) -> ShellNode {
        try input.enter()
        defer { input.leave() }
        var nodes: [ShellNode] = []
        while true {
            try input.skipNewlines()
            if input.isAtEnd || input.isNext(")") || input.isNext(";;") { break }
            if let word = input.peekedWord, ends.contains(word) { break }
            nodes.append(try andOr())
            try input.skipBlanks()
            if input.isNext(";;") { break }
            if !input.take(";"), !input.take("&"), !input.isNewline { break }
        }
        return .list(nodes)
    }

    private mutating func andOr() throws(ShellFault) -> ShellNode {
        var node = try pipeline()
        while true {
            try input.skipBlanks()
            if input.take("&&") {
                try input.skipNewlines()
                node = .and(node, try pipeline())
            } else if input.take("||") {
                try input.skipNewlines()
                node = .or(node, try pipeline())
            } else {
                return node
            }
        }
    }

    private mutating func pipeline() throws(ShellFault) -> ShellNode {
        try input.skipBlanks()
        if input.peekedWord == "!" {
            try input.expectWord("!")
            try input.enter()
            defer { input.leave() }
            return .not(try pipeline())
        }
        var parts = [try command()]
        while true {
            try input.skipBlanks()
            guard !input.isNext("||"), input.take("|") else { break }
            try input.skipNewlines()
            parts.append(try command())
        }
        return parts.count == 1 ? parts[0] : .pipeline(parts)
    }

    private mutating func command() throws(ShellFault) -> ShellNode {
        try input.skipBlanks()
        let node: ShellNode
        switch input.peekedWord {
        case "if": node = try choice()
        case "for": node = try each()
        case "while", "until": node = try loop()
        case "case": node = try match()
        case "{":
            try input.expectWord("{")
            node = try list(until: ["}"])
            try input.expectWord("}")
        case let word?:
            if let name = functionName(word) {
                input = name
                try input.skipNewlines()
                try input.enter()
                defer { input.leave() }
                return .function(name: word, body: try command())
            }
            return .command(try simple())
        case nil:
            guard input.take("(") else { return .command(try simple()) }
            node = .subshell(try list(until: []))
            guard input.take(")") else { throw input.fault("a missing )") }
        }
        var redirections: [ShellRedirection] = []
        while let redirection = try input.redirection() { redirections.append(redirection) }
        return redirections.isEmpty ? node : .redirected(node, redirections)
    }

    /// The input behind `name ()`, if that is what comes.
    private func functionName(_ word: String) -> ShellInput? {
        var ahead = input
        guard (try? ahead.expectWord(word)) != nil, (try? ahead.skipBlanks()) != nil, ahead.take("("),
            (try? ahead.skipBlanks()) != nil, ahead.take(")")
        else { return nil }
        return ahead
    }

    private mutating func simple() throws(ShellFault) -> ShellCommand {
        var command = ShellCommand(line: input.line)
        while true {
            try input.skipBlanks()
            if let redirection = try input.redirection() {
                command.redirections.append(redirection)
                continue
            }
            guard let word = try input.word() else { break }
            if command.words.isEmpty, let assignment = Self.assignment(word) {
                command.assignments.append(assignment)
            } else {
                command.words.append(word)
            }
        }
        if command.words.isEmpty, command.assignments.isEmpty, command.redirections.isEmpty {
            throw input.fault("a missing command")
        }
        return command
    }

    private static func assignment(_ word: ShellWord) -> (name: String, value: ShellWord)? {
        guard case .literal(let text, false)? = word.parts.first, let equals = text.firstIndex(of: "=") else {
            return nil
        }
        let name = String(text[..<equals])
        guard ShellInput.isName(name) else { return nil }
        let rest = String(text[text.index(after: equals)...])
        var value = ShellWord(parts: Array(word.parts.dropFirst()))
        if !rest.isEmpty { value.parts.insert(.literal(rest, isQuoted: false), at: 0) }
        return (name, value)
    }
}

// MARK: - Compound commands

extension ShellParser {
    private mutating func choice() throws(ShellFault) -> ShellNode {
        var branches: [(condition: ShellNode, body: ShellNode)] = []
        try input.expectWord("if")
        while true {
            let condition = try list(until: ["then"])
            try input.expectWord("then")
            branches.append((condition, try list(until: ["elif", "else", "fi"])))
            guard input.peekedWord == "elif" else { break }
            try input.expectWord("elif")
        }
        var otherwise: ShellNode?
        if input.peekedWord == "else" {
            try input.expectWord("else")
            otherwise = try list(until: ["fi"])
        }
        try input.expectWord("fi")
        return .choice(branches, otherwise: otherwise)
    }

    private mutating func loop() throws(ShellFault) -> ShellNode {
        let word = input.peekedWord ?? "while"
        try input.expectWord(word)
        let condition = try list(until: ["do"])
        let body = try doneBody()
        return .loop(condition: word == "while" ? condition : .not(condition), body: body)
    }

    private mutating func each() throws(ShellFault) -> ShellNode {
        try input.expectWord("for")
        try input.skipBlanks()
        guard let name = try input.word()?.plain else { throw input.fault("a loop without a variable") }
        try input.skipNewlines()
        var words: [ShellWord]?
        if input.peekedWord == "in" {
            try input.expectWord("in")
            var found: [ShellWord] = []
            try input.skipBlanks()
            while let word = try input.word() {
                found.append(word)
                try input.skipBlanks()
            }
            words = found
        }
        try input.skipBlanks()
        _ = input.take(";")
        return .each(name: name, words: words, body: try doneBody())
    }

    private mutating func doneBody() throws(ShellFault) -> ShellNode {
        try input.skipNewlines()
        try input.expectWord("do")
        let body = try list(until: ["done"])
        try input.expectWord("done")
        return body
    }

    private mutating func match() throws(ShellFault) -> ShellNode {
        try input.expectWord("case")
        try input.skipBlanks()
        guard let subject = try input.word() else { throw input.fault("a case without a word") }
        try input.skipNewlines()
        try input.expectWord("in")
        var branches: [(patterns: [ShellWord], body: ShellNode)] = []
        while true {
            try input.skipNewlines()
            if input.peekedWord == "esac" { break }
            branches.append(try branch())
        }
        try input.expectWord("esac")
        return .match(subject, branches)
    }

    private mutating func branch() throws(ShellFault) -> (patterns: [ShellWord], body: ShellNode) {
        _ = input.take("(")
        var patterns: [ShellWord] = []
        repeat {
            try input.skipBlanks()
            guard let pattern = try input.word() else { throw input.fault("a case without a pattern") }
            patterns.append(pattern)
            try input.skipBlanks()
        } while input.take("|")
        guard input.take(")") else { throw input.fault("a missing ) after a pattern") }
        let body = try list(until: ["esac"])
        try input.skipNewlines()
        _ = input.take(";;")
        return (patterns, body)
    }
}
