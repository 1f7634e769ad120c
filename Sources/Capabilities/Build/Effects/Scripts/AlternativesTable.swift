// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage

/// The alternatives of an image, as `update-alternatives` keeps them.
struct AlternativesTable {
    struct Choice {
        var path: String
        var priority: Int
        /// Paths of slaves by their name.
        var slaves: [String: String] = [:]
    }

    struct Group {
        var link: String
        /// Links of slaves by their name.
        var slaveLinks: [String: String] = [:]
        var choices: [Choice] = []
        /// The path that a script chose; else the highest priority wins.
        var chosen: String?

        /// Of equal priorities the one that came first.
        var best: Choice? {
            if let chosen, let choice = choices.first(where: { $0.path == chosen }) { return choice }
            return choices.max { $0.priority < $1.priority }
        }
    }

    private(set) var groups: [String: Group] = [:]

    /// Follows one call; false when it cannot be followed.
    mutating func run(_ words: [String], in tree: FileTree) -> Bool {
        var rest = words[...]
        while let first = rest.first, ["--quiet", "--force", "--skip-auto", "--verbose"].contains(first) {
            rest = rest.dropFirst()
        }
        switch rest.first {
        case "--install": return install(Array(rest.dropFirst()), in: tree)
        case "--set" where rest.count == 3:
            let words = Array(rest)
            if groups[words[1]]?.choices.contains(where: { $0.path == words[2] }) == true {
                groups[words[1]]?.chosen = words[2]
            }
            return true
        case "--remove", "--remove-all", "--auto", "--query", "--list", "--display", "--get-selections": return true
        default: return false
        }
    }

    private mutating func install(_ words: [String], in tree: FileTree) -> Bool {
        guard words.count >= 4, let priority = Int(words[3]), Self.isName(words[1]), words[0].hasPrefix("/"),
            words[2].hasPrefix("/")
        else { return false }
        var choice = Choice(path: words[2], priority: priority)
        var links: [String: String] = [:]
        var rest = words.dropFirst(4)
        while rest.first == "--slave" {
            let slave = Array(rest.dropFirst().prefix(3))
            guard slave.count == 3, Self.isName(slave[1]) else { return false }
            links[slave[1]] = slave[0]
            choice.slaves[slave[1]] = slave[2]
            rest = rest.dropFirst(4)
        }
        let known: Set<String> = ["--quiet", "--force", "--skip-auto", "--verbose"]
        guard rest.allSatisfy(known.contains) else { return false }
        // The real tool refuses what is not there.
        guard let path = TreePath(text: choice.path), tree.resolve(path) != nil else { return true }
        var group = groups[words[1]] ?? Group(link: words[0])
        group.link = words[0]
        group.slaveLinks.merge(links) { $1 }
        if let index = group.choices.firstIndex(where: { $0.path == choice.path }) {
            group.choices[index] = choice
        } else {
            group.choices.append(choice)
        }
        groups[words[1]] = group
        return true
    }

    private static func isName(_ name: String) -> Bool {
        !name.isEmpty && name != "." && name != ".." && name.utf8.allSatisfy { $0 > 0x20 && $0 != 0x2f && $0 != 0x7f }
    }

    // MARK: Into the tree

    /// Makes the links; `keepsDatabase` writes what the package manager needs to change them later.
    func write(to tree: inout FileTree, _ edit: inout TreeEdit, keepsDatabase: Bool) {
        for name in groups.keys.sorted() {
            guard let group = groups[name], let best = group.best else { continue }
            Self.link(name, group.link, best.path, &edit, &tree)
            for slave in group.slaveLinks.keys.sorted() {
                guard let link = group.slaveLinks[slave], let target = best.slaves[slave],
                    let path = TreePath(text: target), tree.resolve(path) != nil
                else { continue }
                Self.link(slave, link, target, &edit, &tree)
            }
            if keepsDatabase {
                let file = TreePath("var/lib/dpkg/alternatives").appending(name)
                edit.write(file, Self.record(group), in: &tree)
            }
        }
    }

    private static func link(
        _ name: String, _ link: String, _ target: String, _ edit: inout TreeEdit, _ tree: inout FileTree
    ) {
        edit.link(TreePath("etc/alternatives").appending(name), to: target, in: &tree)
        guard let path = TreePath(text: link) else { return }
        switch tree[tree.placeOfEntry(path)]?.kind {
        case nil, .symlink: edit.link(path, to: "/etc/alternatives/" + name, in: &tree)
        default: edit.note("\(link) is a file of its own and stays, where \(name) would be a link")
        }
    }

    /// One file of `var/lib/dpkg/alternatives`.
    private static func record(_ group: Group) -> String {
        let slaves = group.slaveLinks.keys.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
        var lines = [group.chosen == nil ? "auto" : "manual", group.link]
        for slave in slaves { lines += [slave, group.slaveLinks[slave] ?? ""] }
        lines.append("")
        for choice in group.choices.sorted(by: { Array($0.path.utf8).lexicographicallyPrecedes(Array($1.path.utf8)) }) {
            lines += [choice.path, String(choice.priority)]
            lines += slaves.map { choice.slaves[$0] ?? "" }
        }
        return lines.map { $0 + "\n" }.joined() + "\n"
    }
}

extension SetupHost {
    /// `update-alternatives`; what may only come to pass is left.
    mutating func alternativesCommand(_ call: ShellCall) -> ShellOutcome? {
        guard call.name == "update-alternatives" else { return nil }
        let words = call.arguments.compactMap { $0 }
        guard call.isCertain else { return .unknown }
        guard words.count == call.arguments.count, alternatives.run(words, in: tree) else {
            leave(call)
            return .unknown
        }
        return .done
    }
}
