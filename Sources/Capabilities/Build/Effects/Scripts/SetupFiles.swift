// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage

/// Commands that make, move, link and remove files, or change who owns them.
extension SetupHost {
    /// Nil for other commands. What only may come to pass is not done.
    mutating func change(_ call: ShellCall) -> ShellOutcome? {
        guard Self.changes.contains(call.name) else { return nil }
        let words = call.arguments.compactMap { $0 }
        if call.name == "dpkg-statoverride", words.contains("--list") {
            let isKnown = words.count == call.arguments.count || overrides.isEmpty
            return isKnown ? listOverrides(words) : .unknown
        }
        guard call.isCertain, words.count == call.arguments.count, let done = change(call.name, words) else {
            // Removing what is not known to be there is how scripts clean up after older versions; before a
            // first installation there is nothing else to change.
            let cleansUp =
                ["rm", "rmdir", "unlink", "mv"].contains(call.name) || (!call.isCertain && script == "preinst")
            if !cleansUp { leave(call) }
            return .unknown
        }
        return done ? .done : .failed
    }

    static let changes: Set<String> = [
        "mkdir", "install", "cp", "ln", "mv", "rm", "rmdir", "touch", "chmod", "chown", "chgrp", "dpkg-statoverride",
        "ucf", "unlink",
    ]

    /// True or false as the command would end; nil when it cannot be followed.
    private mutating func change(_ name: String, _ words: [String]) -> Bool? {
        let options = SetupOptions(words, name)
        switch name {
        case "mkdir": return makeDirectories(options)
        case "install": return install(options)
        case "cp", "ucf": return copy(options)
        case "ln": return makeLink(options)
        case "mv": return move(options)
        case "rm", "unlink": return remove(options)
        case "rmdir": return removeEmpty(options)
        case "touch": return touch(options)
        case "chmod": return changeMode(options)
        case "chown": return changeOwner(options)
        case "chgrp": return changeGroup(options)
        default: return override(options)
        }
    }

    /// The content of a file of the image, or of one in `/tmp`.
    private func content(_ path: String) -> [UInt8]? {
        scratch[path] ?? TreePath(text: path).flatMap { try? tree.contents($0) }
    }

    func place(_ path: String) -> TreePath? {
        guard let path = absolute(path), let place = TreePath(text: path), !place.isRoot else { return nil }
        return place
    }

    private mutating func makeDirectories(_ options: SetupOptions) -> Bool? {
        let mode = options["-m", "--mode"].map { UInt16($0, radix: 8) } ?? 0o777 & ~mask
        guard let mode else { return nil }
        for path in options.names {
            guard let place = place(path) else { return nil }
            edit.directory(tree.resolve(place) ?? place, mode: mode & 0o7777, in: &tree)
        }
        return true
    }

    private mutating func install(_ options: SetupOptions) -> Bool? {
        let isDirectory = options.has("-d", "--directory")
        let text = options["-m", "--mode"] ?? "755"
        guard let mode = UInt16(text, radix: 8), let owner = owner(options["-o", "--owner"] ?? "0"),
            let group = groupNumber(options["-g", "--group"] ?? "0")
        else { return nil }
        if isDirectory {
            for path in options.names {
                guard let place = place(path) else { return nil }
                edit.directory(place, mode: mode & 0o7777, user: owner, group: group, in: &tree)
                edit.permissions(place, mode: mode & 0o7777, user: owner, group: group, in: &tree)
            }
            return true
        }
        guard options.names.count == 2, let source = place(options.names[0]), let target = place(options.names[1]),
            let content = source.description == "dev/null" ? [] : try? tree.contents(source)
        else { return nil }
        let end = isExistingDirectory(target) ? target.appending(source.name) : target
        edit.write(end, content, mode: mode & 0o7777, user: owner, group: group, in: &tree)
        return true
    }

    private func isExistingDirectory(_ path: TreePath) -> Bool {
        tree.resolve(path).flatMap { tree[$0] }?.isDirectory == true
    }

    private mutating func copy(_ options: SetupOptions) -> Bool? {
        if options.has("--purge") { return true }
        guard options.names.count == 2, !options.has("-r", "-R", "--recursive") else { return nil }
        if options.names.contains(where: { $0.hasPrefix("/tmp/") }) {
            guard let bytes = content(options.names[0]) else { return nil }
            write(options.names[1], String(decoding: bytes, as: UTF8.self), appends: false, isCertain: true)
            return true
        }
        guard let source = place(options.names[0]), var target = place(options.names[1]) else { return nil }
        if isExistingDirectory(target) { target = target.appending(source.name) }
        if options.has("-n", "--no-clobber", "--update=none"), tree.resolve(target) != nil { return true }
        let keepsLinks = options.has("-a", "-d", "-P", "--no-dereference", "-dp")
        if keepsLinks, case .symlink(let link)? = tree[tree.placeOfEntry(source)]?.kind {
            edit.link(target, to: String(decoding: link, as: UTF8.self), in: &tree)
            return true
        }
        guard let place = tree.resolve(source), let node = tree[place], !node.isDirectory,
            let content = try? tree.contents(place)
        else { return false }
        let keeps = options.has("-p", "-a", "-pZ", "-dp", "--preserve", "-ap")
        edit.write(
            tree.resolve(target) ?? target, content, mode: keeps ? node.mode : node.mode & 0o777,
            user: keeps ? node.user : 0, group: keeps ? node.group : 0, in: &tree)
        return true
    }

    private mutating func makeLink(_ options: SetupOptions) -> Bool? {
        guard options.names.count == 2, options.has("-s", "--symbolic"), var path = place(options.names[1]) else {
            return nil
        }
        let target = options.has("-r") ? relative(options.names[0], from: path) : options.names[0]
        let present = tree[tree.placeOfEntry(path)]
        if isExistingDirectory(path), !options.has("-n", "-T", "--no-dereference", "--no-target-directory") {
            guard let name = target.split(separator: "/").last else { return nil }
            path = path.appending(String(name))
        } else if present != nil, !options.has("-f", "--force") {
            return false
        } else if present?.isDirectory == true {
            return false
        }
        if target.isEmpty { return nil }
        edit.link(path, to: target, in: &tree)
        return true
    }

    /// `ln -r`: the way from the link's directory to the target.
    private func relative(_ target: String, from link: TreePath) -> String {
        guard let path = TreePath(text: target) else { return target }
        let goal = tree.placeOfEntry(path).components
        let start = (tree.placeOfEntry(link).parent ?? .root).components
        let common = zip(goal, start).prefix { $0 == $1 }.count
        let up = [String](repeating: "..", count: start.count - common)
        return (up + goal[common...].map { String(decoding: $0, as: UTF8.self) }).joined(separator: "/")
    }

    private mutating func move(_ options: SetupOptions) -> Bool? {
        guard options.names.count == 2, let source = place(options.names[0]), var target = place(options.names[1])
        else {
            return nil
        }
        let from = tree.placeOfEntry(source)
        guard let node = tree[from] else { return false }
        if isExistingDirectory(target) { target = target.appending(source.name) }
        switch node.kind {
        case .symlink(let link): edit.link(target, to: String(decoding: link, as: UTF8.self), in: &tree)
        case .file:
            guard let content = try? tree.contents(from) else { return false }
            edit.write(target, content, mode: node.mode, user: node.user, group: node.group, in: &tree)
        default: return nil
        }
        edit.remove(from, in: &tree)
        return true
    }

    private mutating func remove(_ options: SetupOptions) -> Bool? {
        for path in options.names where !path.hasPrefix("/tmp/") {
            guard let path = place(path) else { return nil }
            let entry = tree.placeOfEntry(path)
            guard let node = tree[entry] else { continue }
            // A package's own files are not taken away again; its links may be, to be made anew.
            if case .symlink = node.kind {} else if case .effect = node.origin, !node.isDirectory {} else { return nil }
            edit.remove(entry, in: &tree)
        }
        return true
    }

    private mutating func removeEmpty(_ options: SetupOptions) -> Bool? {
        for path in options.names {
            guard let path = place(path), let place = tree.resolve(path) else { return false }
            guard tree[place]?.isDirectory == true, tree.children(of: place).isEmpty else { return false }
            edit.remove(place, in: &tree)
        }
        return true
    }

    private mutating func touch(_ options: SetupOptions) -> Bool? {
        for path in options.names where !path.hasPrefix("/tmp/") {
            guard let path = place(path) else { return nil }
            if tree.resolve(path) == nil { edit.write(path, [], mode: 0o666 & ~mask, in: &tree) }
        }
        return true
    }
}

/// The options and plain words of a file command; short flags may be joined.
struct SetupOptions {
    private var values: [String: String] = [:]
    private var flags: Set<String> = []
    private(set) var names: [String] = []

    init(_ words: [String], _ program: String) {
        let withValue: Set<String> =
            switch program {
            case "install": ["-m", "-o", "-g", "--mode", "--owner", "--group", "-t", "-S"]
            case "ucf": ["--sum-file", "--src-dir", "-s"]
            case "mkdir": ["-m", "--mode"]
            default: []
            }
        var index = 0
        var takesOptions = true
        while index < words.count {
            let word = words[index]
            index += 1
            if takesOptions, word == "--" {
                takesOptions = false
            } else if !takesOptions || !word.hasPrefix("-") || word == "-" {
                names.append(word)
            } else if let equals = word.firstIndex(of: "="), word.hasPrefix("--") {
                values[String(word[..<equals])] = String(word[word.index(after: equals)...])
            } else if withValue.contains(word), index < words.count {
                values[word] = words[index]
                index += 1
            } else if word.hasPrefix("--") {
                flags.insert(word)
            } else {
                flags.insert(word)
                index = takeLetters(word, withValue, words, index)
            }
        }
    }

    /// Joined flags such as `-dm755` and `-oroot`; gives the place of the next word.
    private mutating func takeLetters(_ word: String, _ withValue: Set<String>, _ words: [String], _ next: Int) -> Int {
        var rest = word.dropFirst()
        while let letter = rest.popFirst() {
            guard withValue.contains("-\(letter)") else {
                flags.insert("-\(letter)")
                continue
            }
            if !rest.isEmpty {
                values["-\(letter)"] = String(rest)
                return next
            }
            guard next < words.count else { return next }
            values["-\(letter)"] = words[next]
            return next + 1
        }
        return next
    }

    subscript(names: String...) -> String? { names.compactMap { values[$0] }.first }
    func has(_ names: String...) -> Bool { names.contains { flags.contains($0) } }
}
