// SPDX-License-Identifier: Apache-2.0
import PlinthAlpine

/// Changes and conflicts in the words of apk.
enum ApkToolsText {
    static func lines(_ changes: [ApkChange]) -> [String] {
        let done = changes.filter { $0.kind != .keep }
        return done.enumerated().map { "(\($0 + 1)/\(done.count)) \(line($1))" }
    }

    private static func line(_ change: ApkChange) -> String {
        let title = change.name + (change.tag.map { "@" + $0 } ?? "")
        let (old, new) = (change.old ?? "", change.new ?? "")
        return switch change.kind {
        case .install: "Installing \(title) (\(new))"
        case .remove: "Purging \(title) (\(old))"
        case .reinstall: "Reinstalling \(title) (\(new))"
        case .retag: "Updating pinning \(title) (\(new))"
        case .upgrade: "Upgrading \(title) (\(old) -> \(new))"
        case .downgrade: "Downgrading \(title) (\(old) -> \(new))"
        case .replace: "Replacing \(title) (\(old) -> \(new))"
        case .keep: ""
        }
    }

    static func lines(_ item: ApkConflict.Item) -> [String] {
        let note = "please select one of the 'provided by' packages explicitly".split(separator: " ").map(String.init)
        var lines: [String] = []
        switch item.subject {
        case .package(let title): lines.append("  \(title):")
        case .virtual(let name): lines += ["  \(name) (virtual):"] + wrapped("note", note)
        case .missing(let name): lines.append("  \(name) (no such package):")
        }
        return lines + item.facts.flatMap { wrapped(label($0.kind), words($0)) }
    }

    private static func words(_ fact: ApkConflict.Fact) -> [String] {
        if fact.kind == .uninstallable { return ["uninstallable"] }
        if fact.kind == .masked, fact.values.isEmpty { return ["--no-network"] }
        return fact.values.map { value in
            let owner = if case .named(let name) = value.owner { name } else { "world" }
            return value.dependency.map { "\(owner)[\($0)]" } ?? owner
        }
    }

    private static func label(_ kind: ApkConflict.Fact.Kind) -> String {
        switch kind {
        case .uninstallable: "error"
        case .architecture: "arch"
        case .masked: "masked in"
        case .conflicts: "conflicts"
        case .breaks: "breaks"
        case .satisfies: "satisfies"
        case .providedBy: "provided by"
        case .requiredBy: "required by"
        }
    }

    /// Words behind a label, in lines of fewer than fifty characters.
    private static func wrapped(_ label: String, _ words: [String]) -> [String] {
        let start = "    \(label):"
        var lines = [start]
        for word in words {
            if lines[lines.count - 1].count + word.count + 1 >= 50, lines[lines.count - 1].count > start.count {
                lines.append(String(repeating: " ", count: start.count))
            }
            lines[lines.count - 1] += " " + word
        }
        return lines
    }
}
