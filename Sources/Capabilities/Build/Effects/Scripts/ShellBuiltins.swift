// SPDX-License-Identifier: Apache-2.0

/// Simple commands: assignments, functions, what the shell does itself, and calls of programs.
extension ShellEvaluator {
    mutating func run(_ command: ShellCommand) -> ShellOutcome {
        let arguments = command.words.flatMap { fields($0) }
        spend(arguments.count / 8)
        guard arguments.count <= 4096 else { return .unknown }
        guard let first = arguments.first else {
            var outcome = ShellOutcome.done
            for assignment in command.assignments {
                variables[assignment.name] = .some(text(assignment.value))
                if case .substitution? = assignment.value.parts.first { outcome.status = nil }
            }
            for redirection in command.redirections { send("", to: redirection) }
            return outcome
        }
        guard let name = first else {
            return host.run(call("", arguments, command))
        }
        let input = pipeInput
        pipeInput = nil
        let rest = Array(arguments.dropFirst())
        if let body = functions[name] {
            let outcome = call(body, rest)
            return send(outcome, command)
        }
        if let outcome = builtin(name, rest, command, input) { return send(outcome, command) }
        var call = call(name, rest, command)
        call.input = document(of: command) ?? input
        if !host.knows(name), let bytes = host.program(name), let outcome = runScript(bytes, rest) {
            return send(outcome, command)
        }
        return send(host.run(call), command)
    }

    private mutating func call(_ name: String, _ arguments: [String?], _ command: ShellCommand) -> ShellCall {
        let writes = command.redirections.filter { $0.kind == .write || $0.kind == .append }.map { text($0.target) }
        return ShellCall(
            name: name, arguments: arguments, input: nil, isCertain: isCertain,
            writes: writes.filter { $0 != "/dev/null" }, words: command.words)
    }

    /// The text of a document given to a command.
    private mutating func document(of command: ShellCommand) -> String? {
        guard let number = command.redirections.last(where: { $0.kind == .document })?.document,
            documents.indices.contains(number)
        else { return nil }
        return text(documents[number])
    }

    private mutating func send(_ outcome: ShellOutcome, _ command: ShellCommand) -> ShellOutcome {
        var outcome = outcome
        for redirection in command.redirections {
            send(outcome.output, to: redirection)
            if redirection.descriptor ?? 1 == 1, redirection.kind == .write || redirection.kind == .append {
                outcome.output = ""
            }
        }
        return outcome
    }

    mutating func send(_ output: String?, to redirection: ShellRedirection) {
        guard redirection.kind == .write || redirection.kind == .append, let path = text(redirection.target),
            !path.hasPrefix("/dev/")
        else { return }
        let content = redirection.descriptor ?? 1 == 1 ? output : ""
        host.write(path, content, appends: redirection.kind == .append, isCertain: isCertain)
    }

    // MARK: What the shell does itself

    private mutating func builtin(
        _ name: String, _ arguments: [String?], _ command: ShellCommand, _ input: String?
    ) -> ShellOutcome? {
        switch name {
        case ":", "true", "trap", "cd", "wait", "ulimit", "exec", "hash", "times": return .done
        case "false": return .failed
        case "[": return ShellOutcome(status: condition(arguments.dropLast()), output: "")
        case "test": return ShellOutcome(status: condition(arguments[...]), output: "")
        case "echo", "printf": return print(name, arguments)
        case "export", "readonly", "local", "declare", "typeset": return declare(arguments)
        case "unset":
            for case let name? in arguments { variables[name] = nil }
            return .done
        case "set", "shift": return setPositional(name, arguments)
        case "exit", "return", "break", "continue": return leave(name, arguments)
        case "read": return read(arguments, command)
        case ".", "source": return include(arguments)
        case "umask":
            let mask = arguments.first.flatMap { $0 }.flatMap { UInt16($0, radix: 8) }
            if isCertain, let mask { host.mask = mask & 0o777 }
            return ShellOutcome(status: true, output: nil)
        case "db_get":
            let answer = arguments.first.flatMap { $0 }.flatMap { host.answer($0) }
            variables["RET"] = .some(answer)
            return ShellOutcome(status: answer == nil ? nil : true, output: "")
        case "db_fget", "db_metaget", "db_getlang":
            variables["RET"] = .some(nil)
            return nil
        case "su", "runuser": return substitute(arguments)
        case "eval": return evaluateText(arguments)
        case "command": return runNamed(arguments, command)
        case "cat" where arguments.isEmpty:
            return ShellOutcome(status: true, output: document(of: command) ?? input)
        default: return nil
        }
    }

    private func print(_ name: String, _ arguments: [String?]) -> ShellOutcome {
        var words = arguments
        let known = words.compactMap { $0 }
        guard known.count == words.count else { return ShellOutcome(status: true, output: nil) }
        if name == "echo" {
            let isOpen = words.first == "-n"
            if isOpen { words.removeFirst() }
            let text = words.compactMap { $0 }.joined(separator: " ")
            return ShellOutcome(status: true, output: isOpen ? text : text + "\n")
        }
        guard let form = known.first else { return .failed }
        switch (form, known.count) {
        case ("%s\\n", 2): return ShellOutcome(status: true, output: known[1] + "\n")
        case ("%s", 2): return ShellOutcome(status: true, output: known[1])
        case _ where !form.contains("%") && !form.contains("\\"): return ShellOutcome(status: true, output: form)
        default: return ShellOutcome(status: true, output: nil)
        }
    }

    private mutating func declare(_ arguments: [String?]) -> ShellOutcome {
        for case let word? in arguments {
            guard let equals = word.firstIndex(of: "=") else { continue }
            variables[String(word[..<equals])] = .some(String(word[word.index(after: equals)...]))
        }
        return .done
    }

    private mutating func setPositional(_ name: String, _ arguments: [String?]) -> ShellOutcome {
        if name == "shift" {
            let count = arguments.first.flatMap { $0 }.flatMap { Int($0) } ?? 1
            positional = Array(positional.dropFirst(max(0, count)))
        } else if let mark = arguments.firstIndex(of: "--") {
            positional = Array(arguments[(mark + 1)...])
        }
        return .done
    }

    private mutating func leave(_ name: String, _ arguments: [String?]) -> ShellOutcome {
        let code = arguments.first.flatMap { $0 }
        switch name {
        case "exit":
            flow = .leaves
            left = arguments.isEmpty ? nil : code.map { $0 == "0" }
        case "return":
            flow = .returns
            returned = code == nil && arguments.isEmpty ? true : code.map { $0 == "0" }
        case "break": flow = .breaks
        default: flow = .continues
        }
        return ShellOutcome(status: true, output: "")
    }

    private mutating func evaluateText(_ arguments: [String?]) -> ShellOutcome {
        let known = arguments.compactMap { $0 }
        guard known.count == arguments.count,
            let body = body(of: Array(known.joined(separator: " ").utf8))
        else { return .unknown }
        return evaluate(body)
    }

    private mutating func read(_ arguments: [String?], _ command: ShellCommand) -> ShellOutcome {
        let names = arguments.compactMap { $0 }.filter { !$0.hasPrefix("-") }
        guard inputLines != nil else {
            for name in names { variables[name] = .some(nil) }
            return .unknown
        }
        let line = inputLines?.popFirst()
        let isWhole = command.assignments.contains { $0.name == "IFS" && $0.value.parts.isEmpty }
        let separators: Set<Character> = isWhole ? [] : [" ", "\t"]
        var words = (line ?? "").split { separators.contains($0) }.map(String.init)
        for (index, name) in names.enumerated() {
            let isLast = index == names.count - 1
            variables[name] = .some(isLast ? words.joined(separator: " ") : words.first ?? "")
            words = Array(words.dropFirst())
        }
        return line == nil ? .failed : .done
    }

    /// Reads another script in, unless it talks to debconf.
    private mutating func include(_ arguments: [String?]) -> ShellOutcome {
        guard let path = arguments.first.flatMap({ $0 }), !path.hasSuffix("confmodule"),
            let bytes = host.script(path), let body = body(of: bytes)
        else { return .done }
        return evaluate(body)
    }

    /// Follows a program that is itself a shell script of the image.
    private mutating func runScript(_ bytes: [UInt8], _ arguments: [String?]) -> ShellOutcome? {
        guard let body = body(of: bytes) else { return nil }
        let (variables, functions) = (variables, functions)
        self.functions = [:]
        var outcome = call(body, arguments)
        if flow == .leaves {
            flow = .onward
            outcome = ShellOutcome(status: left, output: outcome.output)
        }
        (self.variables, self.functions) = (variables, functions)
        return outcome
    }

    /// `su USER -c COMMAND`: the command is looked at as that user's.
    private mutating func substitute(_ arguments: [String?]) -> ShellOutcome {
        var rest = arguments.compactMap { $0 }
        guard rest.count == arguments.count else { return .unknown }
        var text: String?
        var names: [String] = []
        while let word = rest.first {
            rest.removeFirst()
            switch word {
            case "-c", "--command": text = rest.isEmpty ? nil : rest.removeFirst()
            case "-s", "--shell", "-g", "-u": if !rest.isEmpty { rest.removeFirst() }
            case "-", "-l", "--login", "-p", "-m", "--": break
            default: names.append(word)
            }
        }
        guard let text, let body = body(of: Array(text.utf8)) else { return .unknown }
        let before = host.actor
        guard host.become(names.first ?? "root") else { return .unknown }
        let outcome = subshell(body)
        host.actor = before
        return outcome
    }

    private mutating func runNamed(_ arguments: [String?], _ command: ShellCommand) -> ShellOutcome {
        guard let name = arguments.first.flatMap({ $0 }) else { return .unknown }
        if name.hasPrefix("-") {
            guard let wanted = arguments.last.flatMap({ $0 }), functions[wanted] == nil else { return .done }
            return host.run(call("command -v", [wanted], command))
        }
        return host.run(call(name, Array(arguments.dropFirst()), command))
    }
}
