// SPDX-License-Identifier: Apache-2.0

/// Works out what a script would do, without running anything.
///
/// Values and conditions are known or unknown. Both branches of an unknown condition are looked at, and what is in
/// them counts as possible; afterwards variables that they set are unknown. At most 20,000 commands are looked at.
struct ShellEvaluator<Host: ShellHost> {
    enum Flow { case onward, leaves, returns, breaks, continues }

    var host: Host
    /// A variable that is not here is empty; nil is unknown.
    var variables: [String: String?]
    var positional: [String?]
    var functions: [String: ShellNode] = [:]
    var documents: [ShellWord] = []
    var flow = Flow.onward
    var isCertain = true
    private var budget = 20_000
    private var depth = 0

    init(host: Host, variables: [String: String], arguments: [String]) {
        self.host = host
        self.variables = variables.mapValues { $0 }
        positional = arguments
    }

    /// Counts work beyond that of a plain command: long texts, many words.
    mutating func spend(_ amount: Int) { budget -= amount }

    /// Looks through a whole script.
    mutating func run(_ script: ShellScript) {
        documents = script.documents
        _ = evaluate(script.body)
    }

    /// Another script's commands, its documents numbered behind those known so far; nil when it cannot be read.
    mutating func body(of bytes: [UInt8]) -> ShellNode? {
        spend(bytes.count / 256)
        guard let script = try? ShellParser.parse(ShellInput(bytes, firstDocument: documents.count)) else { return nil }
        documents += script.documents
        return script.body
    }

    /// The status of a construct: true for success, nil for unknown.
    mutating func evaluate(_ node: ShellNode) -> ShellOutcome {
        budget -= 1
        depth += 1
        defer { depth -= 1 }
        guard budget > 0, depth < 120, flow == .onward else { return .unknown }
        switch node {
        case .command(let command): return run(command)
        case .pipeline(let parts): return pipeline(parts)
        case .not(let inner): return ShellOutcome(status: evaluate(inner).status.map { !$0 }, output: "")
        case .and(let left, let right): return sequence(left, right, goesOnAfter: true)
        case .or(let left, let right): return sequence(left, right, goesOnAfter: false)
        case .list(let nodes): return list(nodes)
        case .subshell(let inner): return subshell(inner)
        case .choice(let branches, let otherwise): return choice(branches[...], otherwise)
        case .loop(let condition, let body): return loop(condition, body)
        case .each(let name, let words, let body): return each(name, words, body)
        case .match(let word, let branches): return match(word, branches)
        case .function(let name, let body):
            functions[name] = body
            return .done
        case .redirected(let inner, let redirections): return redirected(inner, redirections)
        }
    }

    private mutating func list(_ nodes: [ShellNode]) -> ShellOutcome {
        var last = ShellOutcome.done
        var output: String? = ""
        for node in nodes where flow == .onward {
            last = evaluate(node)
            output = output.flatMap { text in last.output.map { text + $0 } }
        }
        return ShellOutcome(status: last.status, output: output)
    }

    /// `&&` and `||`.
    private mutating func sequence(_ left: ShellNode, _ right: ShellNode, goesOnAfter wanted: Bool) -> ShellOutcome {
        let first = evaluate(left)
        guard flow == .onward else { return first }
        guard let status = first.status else {
            let second = perhaps { $0.evaluate(right) }
            // `unknown || true` succeeds; what else depends on both is unknown.
            return ShellOutcome(status: second.status == !wanted ? !wanted : nil, output: nil)
        }
        guard status == wanted else { return first }
        let second = evaluate(right)
        let output = first.output.flatMap { text in second.output.map { text + $0 } }
        return ShellOutcome(status: second.status, output: output)
    }

    private mutating func choice(
        _ branches: ArraySlice<(condition: ShellNode, body: ShellNode)>, _ otherwise: ShellNode?
    ) -> ShellOutcome {
        guard let branch = branches.first else { return otherwise.map { evaluate($0) } ?? .done }
        let condition = evaluate(branch.condition).status
        guard flow == .onward else { return .unknown }
        switch condition {
        case true?: return evaluate(branch.body)
        case false?: return choice(branches.dropFirst(), otherwise)
        case nil:
            _ = perhaps { $0.evaluate(branch.body) }
            return perhaps { $0.choice(branches.dropFirst(), otherwise) }
        }
    }

    private mutating func loop(_ condition: ShellNode, _ body: ShellNode) -> ShellOutcome {
        while budget > 0 {
            let status = evaluate(condition).status
            guard flow == .onward, let status else { return perhaps { $0.evaluate(body) } }
            guard status else { break }
            _ = evaluate(body)
            if flow == .continues { flow = .onward }
            guard flow == .onward else { break }
        }
        if flow == .breaks { flow = .onward }
        return .done
    }

    private mutating func each(_ name: String, _ words: [ShellWord]?, _ body: ShellNode) -> ShellOutcome {
        let values = words.map { words in words.flatMap { fields($0) } } ?? positional
        for value in values where flow == .onward || flow == .continues {
            flow = .onward
            variables[name] = .some(value)
            // An unknown word may be none or many.
            if value == nil { _ = perhaps { $0.evaluate(body) } } else { _ = evaluate(body) }
        }
        if flow == .breaks || flow == .continues { flow = .onward }
        return flow == .onward ? .done : .unknown
    }

    private mutating func match(
        _ word: ShellWord, _ branches: [(patterns: [ShellWord], body: ShellNode)]
    ) -> ShellOutcome {
        let subject = text(word)
        for branch in branches {
            var isPossible = false
            for pattern in branch.patterns {
                guard let subject, let pattern = self.pattern(pattern) else {
                    isPossible = true
                    continue
                }
                if ShellPattern.matches(pattern, subject) { return evaluate(branch.body) }
            }
            if isPossible { _ = perhaps { $0.evaluate(branch.body) } }
        }
        return .done
    }

    private mutating func pipeline(_ parts: [ShellNode]) -> ShellOutcome {
        var outcome = ShellOutcome.unknown
        let (before, lines) = (variables, inputLines)
        for (index, part) in parts.enumerated() {
            if index > 0 { give(outcome.output) }
            outcome = evaluate(part)
            pipeInput = nil
        }
        (variables, inputLines) = (before, lines)
        if flow != .onward { flow = .onward }
        return outcome
    }

    /// What the command before gives to the one that comes.
    var pipeInput: String?
    /// What is left for `read`; nil when it is not known.
    var inputLines: ArraySlice<String>?

    private mutating func give(_ text: String?) {
        pipeInput = text
        let lines = text?.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        inputLines = lines.map { text?.isEmpty == true || text?.hasSuffix("\n") == true ? $0.dropLast() : $0[...] }
    }

    mutating func subshell(_ node: ShellNode) -> ShellOutcome {
        let (before, mask) = (variables, host.mask)
        let outcome = evaluate(node)
        variables = before
        host.mask = mask
        flow = .onward
        return outcome
    }

    private mutating func redirected(_ node: ShellNode, _ redirections: [ShellRedirection]) -> ShellOutcome {
        let lines = inputLines
        if let number = redirections.last(where: { $0.kind == .document })?.document, documents.indices.contains(number)
        {
            give(text(documents[number]))
        } else if let source = redirections.last(where: { $0.kind == .read }) {
            let path = text(source.target)
            give(path.flatMap { host.script($0) }.map { String(decoding: $0, as: UTF8.self) })
        }
        var outcome = evaluate(node)
        (inputLines, pipeInput) = (lines, nil)
        for redirection in redirections {
            send(outcome.output, to: redirection)
            if redirection.kind == .write || redirection.kind == .append { outcome.output = "" }
        }
        return outcome
    }

    /// Looks at something that may or may not come to pass.
    mutating func perhaps(_ body: (inout ShellEvaluator) -> ShellOutcome) -> ShellOutcome {
        let (before, wasCertain) = (variables, isCertain)
        isCertain = false
        let outcome = body(&self)
        isCertain = wasCertain
        for name in Set(before.keys).union(variables.keys) where before[name] != variables[name] {
            variables[name] = .some(nil)
        }
        // An end that may come does not hide what would follow.
        flow = .onward
        return ShellOutcome(status: outcome.status, output: nil)
    }

    /// Calls one of the script's own functions.
    mutating func call(_ body: ShellNode, _ arguments: [String?]) -> ShellOutcome {
        let before = positional
        positional = arguments
        let outcome = evaluate(body)
        positional = before
        if flow == .returns {
            flow = .onward
            return ShellOutcome(status: returned, output: outcome.output)
        }
        return outcome
    }

    /// What `return` and `exit` gave.
    var returned: Bool?
    var left: Bool?
}
