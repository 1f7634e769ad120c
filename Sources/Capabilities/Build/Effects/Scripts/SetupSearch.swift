// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage

/// `find`, and `xargs` with what it finds.
extension SetupHost {
    mutating func search(_ call: ShellCall) -> ShellOutcome? {
        guard call.name == "find" || call.name == "xargs" else { return nil }
        let words = call.arguments.compactMap { $0 }
        if words.count == call.arguments.count,
            let outcome = call.name == "find" ? find(words, isCertain: call.isCertain) : forEach(words, call)
        {
            return outcome
        }
        // What only looks leaves nothing; what changes the files it finds is told.
        let changesFiles = words.contains { $0 == "-delete" || Self.changes.contains($0) }
        if changesFiles, script != "preinst" || call.isCertain { leave(call) }
        return .unknown
    }

    /// One walk with the tests that scripts use; nil for an expression that says more.
    private mutating func find(_ words: [String], isCertain: Bool) -> ShellOutcome? {
        var rest = words[...]
        var roots: [String] = []
        while let word = rest.first, !word.hasPrefix("-"), word != "!", word != "(" {
            roots.append(word)
            rest = rest.dropFirst()
        }
        var found = roots.flatMap { entries(below: $0) }
        var separator = "\n"
        var isNegated = false
        while let word = rest.popFirst() {
            switch word {
            case "!", "-not": isNegated.toggle()
            case "-print", "-follow", "-xdev", "-mount": break
            case "-print0": separator = "\0"
            case "-empty":
                found = found.filter { isEmpty($0) != isNegated }
                isNegated = false
            case "-delete":
                guard isCertain, rest.isEmpty else { return nil }
                for path in found.reversed() {
                    let program = test("-d", path) == true ? "rmdir" : "rm"
                    _ = run(ShellCall(name: program, arguments: [path], isCertain: true, writes: []))
                }
                return .done
            case "-exec":
                let command = Array(rest.prefix { $0 != ";" && $0 != "+" })
                guard command.filter({ $0 == "{}" }).count == 1, let name = command.first, name != "{}" else {
                    return nil
                }
                for path in found {
                    let arguments = command.dropFirst().map { $0 == "{}" ? path : $0 }
                    _ = run(ShellCall(name: name, arguments: arguments, isCertain: isCertain, writes: []))
                }
                return .done
            default:
                guard let value = rest.popFirst(), let test = test(word, value, roots) else { return nil }
                found = found.filter { test($0) != isNegated }
                isNegated = false
            }
        }
        guard found.count <= 10_000 else { return nil }
        return ShellOutcome(status: true, output: found.map { $0 + separator }.joined())
    }

    private mutating func entries(below root: String) -> [String] {
        guard mayWalk(), let path = place(root), let real = tree.resolve(path) else { return [] }
        return [root]
            + tree.descendants(of: real).map { root + "/" + $0.description.dropFirst(real.description.count + 1) }
    }

    private func isEmpty(_ path: String) -> Bool {
        guard let place = TreePath(text: path).map({ tree.placeOfEntry($0) }), let node = tree[place] else {
            return false
        }
        return node.isDirectory ? tree.children(of: place).isEmpty : node.kind == .file(size: 0)
    }

    /// One test of `find`; nil when it is not known.
    private mutating func test(_ name: String, _ value: String, _ roots: [String]) -> ((String) -> Bool)? {
        let tree = tree
        func node(_ path: String) -> FileNode? { TreePath(text: path).flatMap { tree[tree.placeOfEntry($0)] } }
        switch name {
        case "-type":
            return { path in
                switch node(path)?.kind {
                case .directory: value == "d"
                case .file, .hardLink: value == "f"
                case .symlink: value == "l"
                default: false
                }
            }
        case "-name": return { ShellPattern.matches(value, $0.split(separator: "/").last.map(String.init) ?? "") }
        case "-user", "-uid":
            guard let number = owner(value) else { return nil }
            return { node($0)?.user == number }
        case "-group", "-gid":
            guard let number = groupNumber(value) else { return nil }
            return { node($0)?.group == number }
        case "-maxdepth", "-mindepth":
            guard let limit = Int(value) else { return nil }
            return { path in
                let depth = roots.filter { path.hasPrefix($0) }.map {
                    path.split(separator: "/").count - $0.split(separator: "/").count
                }
                return name == "-maxdepth" ? (depth.max() ?? 0) <= limit : (depth.max() ?? 0) >= limit
            }
        default: return nil
        }
    }

    private mutating func forEach(_ words: [String], _ call: ShellCall) -> ShellOutcome? {
        guard let input = call.input else { return nil }
        var rest = words[...]
        var separator: (Character) -> Bool = { $0 == "\n" || $0 == " " || $0 == "\t" }
        while let word = rest.first, word.hasPrefix("-") {
            rest = rest.dropFirst()
            if word == "-0" || word == "--null" || word == "-0r" || word == "-r0" { separator = { $0 == "\0" } }
            guard ["-0", "-r", "-0r", "-r0", "--null", "--no-run-if-empty"].contains(word) else { return nil }
        }
        guard let name = rest.popFirst(), Self.changes.contains(name) else { return nil }
        let found = input.split(whereSeparator: separator).map(String.init)
        if found.isEmpty { return .done }
        return run(ShellCall(name: name, arguments: rest + found, isCertain: call.isCertain, writes: []))
    }
}
