// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage

/// Modules and sites that Apache's and PHP's packages switch on: `a2enmod` and its kin, `phpenmod`.
struct ModuleCommands {
    static let names: Set<String> = [
        "a2enmod", "a2dismod", "a2enconf", "a2disconf", "a2ensite", "a2dissite", "a2query", "phpenmod", "phpdismod",
        "phpquery",
    ]

    /// PHP modules by version.
    private var modules: [String: Set<String>] = [:]

    /// Nil for other commands or when a call cannot be followed.
    mutating func run(_ name: String, _ words: [String], _ tree: inout FileTree, _ edit: inout TreeEdit) -> Bool? {
        switch name {
        case "phpenmod": return enablePHP(words)
        case "a2enmod", "a2enconf", "a2ensite":
            let isByPackage = words.contains { $0 == "-m" || $0 == "--maintmode" }
            for word in words where !word.hasPrefix("-") {
                Self.enable(word, Self.kinds[name] ?? "mods", isByPackage, 0, &tree, &edit)
            }
            return true
        default: return Self.names.contains(name) ? true : nil
        }
    }

    private static let kinds = ["a2enmod": "mods", "a2enconf": "conf", "a2ensite": "sites"]
    private static let apache = TreePath("etc/apache2")

    /// Links `mods-enabled/x.load` and `.conf`; what a module depends on comes first.
    private static func enable(
        _ name: String, _ kind: String, _ isByPackage: Bool, _ depth: Int, _ tree: inout FileTree,
        _ edit: inout TreeEdit
    ) {
        guard depth < 20, let path = TreePath(text: name), path.components.count == 1 else { return }
        let available = apache.appending(kind + "-available")
        for suffix in kind == "mods" ? [".load", ".conf"] : [".conf"] {
            guard let content = try? tree.contents(available.appending(name + suffix)) else { continue }
            for other in dependencies(content) { enable(other, kind, isByPackage, depth + 1, &tree, &edit) }
            edit.link(
                apache.appending(kind + "-enabled").appending(name + suffix),
                to: "../\(kind)-available/\(name)\(suffix)",
                in: &tree)
        }
        let word = ["mods": "module", "sites": "site"][kind] ?? kind
        let state = isByPackage ? "enabled_by_maint" : "enabled_by_admin"
        edit.write(TreePath("var/lib/apache2").appending(word).appending(state).appending(name), [], in: &tree)
    }

    private static func dependencies(_ content: [UInt8]) -> [String] {
        let lines = String(decoding: content, as: UTF8.self).split(separator: "\n")
        return lines.filter { $0.hasPrefix("# Depends: ") }.flatMap { line in
            line.dropFirst(11).split { $0 == " " || $0 == "," }.map(String.init)
        }
    }

    private mutating func enablePHP(_ words: [String]) -> Bool? {
        var rest = words[...]
        var version: String?
        while let word = rest.popFirst() {
            switch word {
            case "-v": version = rest.popFirst()
            case "-s": _ = rest.popFirst()
            case "-m", "-q", "-r": break
            default:
                guard let version, TreePath(text: version)?.components.count == 1,
                    TreePath(text: word)?.components.count == 1
                else { return nil }
                modules[version, default: []].insert(word)
            }
        }
        return version == nil ? nil : true
    }

    /// Every module for every way PHP is run, once all of both are known.
    func write(to tree: inout FileTree, _ edit: inout TreeEdit) {
        for version in modules.keys.sorted() {
            let configuration = TreePath("etc/php").appending(version)
            let state = TreePath("var/lib/php/modules").appending(version)
            for module in (modules[version] ?? []).sorted() {
                let file = configuration.appending("mods-available").appending(module + ".ini")
                guard let content = try? tree.contents(file) else { continue }
                edit.write(state.appending("registry").appending(module), [], in: &tree)
                for way in tree.children(of: TreePath("usr/lib/php").appending(version).appending("sapi")) {
                    let name = String(decoding: way.name, as: UTF8.self)
                    let folder = configuration.appending(name).appending("conf.d")
                    guard tree.resolve(folder) != nil else { continue }
                    let link = folder.appending("\(Self.priority(content))-\(module).ini")
                    edit.link(link, to: "/\(file)", in: &tree)
                    edit.write(state.appending(name).appending("enabled_by_maint").appending(module), [], in: &tree)
                }
            }
        }
    }

    /// `; priority=20` in a module's file.
    private static func priority(_ content: [UInt8]) -> Int {
        for line in String(decoding: content, as: UTF8.self).split(separator: "\n") where line.hasPrefix(";") {
            let word = line.dropFirst().filter { $0 != " " && $0 != "\t" }
            if word.hasPrefix("priority="), let number = Int(word.dropFirst(9)), (0...9999).contains(number) {
                return number
            }
        }
        return 20
    }
}

extension SetupHost {
    mutating func moduleCommand(_ call: ShellCall) -> ShellOutcome? {
        guard ModuleCommands.names.contains(call.name) else { return nil }
        let words = call.arguments.compactMap { $0 }
        if call.name.hasSuffix("query") { return .unknown }
        let isPHP = call.name == "phpenmod"
        guard call.isCertain || isPHP, words.count == call.arguments.count,
            modules.run(call.name, words, &tree, &edit) == true
        else {
            // What PHP's packages look up and switch on again is switched on for every way to run it anyhow.
            if !isPHP { leave(call) }
            return .unknown
        }
        return .done
    }
}
