// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage

/// `etc/pam.d/common-*` made of the profiles in `usr/share/pam-configs`, as `pam-auth-update` makes them.
enum AuthenticationStack {
    /// One profile: fields with their values, several lines joined by newlines.
    struct Profile {
        var file: String
        var fields: [String: String] = [:]

        var priority: Int { fields["Priority"].flatMap { Int($0) } ?? 0 }
        var isDefault: Bool { fields["Default"] == "yes" }
    }

    private static let types = ["auth", "account", "password", "session", "session-noninteractive"]

    static func update(_ tree: inout FileTree, _ edit: inout TreeEdit) {
        let folder = TreePath("usr/share/pam-configs")
        let profiles = tree.children(of: folder).compactMap { path -> Profile? in
            guard let content = try? tree.contents(path) else { return nil }
            return profile(String(decoding: path.name, as: UTF8.self), content)
        }.sorted { ($0.priority, $0.file) > ($1.priority, $1.file) }
        guard !profiles.isEmpty else { return }
        let enabled = profiles.filter(\.isDefault)
        for type in types {
            let template = TreePath("usr/share/pam").appending("common-" + type)
            guard let content = try? tree.contents(template) else { continue }
            let text = String(decoding: content, as: UTF8.self)
            guard let stack = stack(text, type, enabled) else { continue }
            edit.write(TreePath("etc/pam.d").appending("common-" + type), stack, in: &tree)
            edit.write(TreePath("var/lib/pam").appending(type), record(type, enabled), in: &tree)
        }
        edit.write(TreePath("var/lib/pam/seen"), profiles.map { $0.file + "\n" }.joined(), in: &tree)
    }

    private static func profile(_ name: String, _ content: [UInt8]) -> Profile {
        var profile = Profile(file: name)
        var open: String?
        for line in String(decoding: content, as: UTF8.self).split(separator: "\n") {
            if line.first == " " || line.first == "\t" {
                guard let field = open else { continue }
                let text = String(line.drop { $0 == " " || $0 == "\t" })
                let before = profile.fields[field] ?? ""
                profile.fields[field] = before.isEmpty ? text : before + "\n" + text
            } else if let colon = line.firstIndex(of: ":") {
                var field = String(line[..<colon])
                if field.hasSuffix("-Final") { field.removeLast(6) }
                open = field
                profile.fields[field] = String(line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" })
            }
        }
        return profile
    }

    /// The fields of a non-interactive session are those of a session, unless that is interactive only.
    private static func lines(_ profile: Profile, _ type: String, isFirst: Bool) -> [String] {
        let field = self.field(type)
        let text = (isFirst ? profile.fields[field + "-Initial"] : nil) ?? profile.fields[field] ?? ""
        return text.split(separator: "\n").map(String.init)
    }

    private static func field(_ type: String) -> String {
        let word = type == "session-noninteractive" ? "session" : type
        return word.prefix(1).uppercased() + word.dropFirst()
    }

    private static func members(_ enabled: [Profile], _ type: String, _ block: String) -> [Profile] {
        enabled.filter { profile in
            if type == "session-noninteractive", profile.fields["Session-Interactive-Only"] == "yes" { return false }
            return profile.fields[field(type) + "-Type"] == block
        }
    }

    /// The template with both blocks filled in; nil when it has not the marks.
    private static func stack(_ template: String, _ type: String, _ enabled: [Profile]) -> String? {
        let word = type == "session-noninteractive" ? "session" : type
        var result = ""
        var filled = 0
        for line in template.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            if line.hasPrefix("$"), line.hasSuffix("_primary") || line.hasSuffix("_additional") { continue }
            result += line + "\n"
            let isPrimary = line.hasPrefix("# here are the per-package modules (the \"Primary\" block)")
            let isAdditional = line.hasPrefix("# and here are more per-package modules (the \"Additional\" block)")
            guard isPrimary || isAdditional else { continue }
            filled += 1
            let chosen = members(enabled, type, isPrimary ? "Primary" : "Additional")
            let block = chosen.enumerated().flatMap { lines($1, type, isFirst: $0 == 0) }
            if isPrimary, block.isEmpty { result += "\(word)\t[default=1]\t\t\tpam_permit.so\n" }
            var jump = block.count - (isPrimary ? 0 : 1)
            for line in block {
                result += "\(word)\t\(placed(line, jump))\n"
                jump -= 1
            }
        }
        return filled == 2 ? result : nil
    }

    /// `end` in the control part becomes the number of lines to jump over; options follow one blank each.
    private static func placed(_ line: String, _ jump: Int) -> String {
        var head = line[...]
        var control = ""
        if head.first == "[", let close = head.firstIndex(of: "]") {
            control = String(head[...close])
            head = head[head.index(after: close)...]
        } else {
            control = String(head.prefix { $0 != " " && $0 != "\t" })
            head = head.dropFirst(control.count)
        }
        let gap = head.prefix { $0 == " " || $0 == "\t" }
        let words = head.dropFirst(gap.count).split { $0 == " " || $0 == "\t" }
        guard let module = words.first else { return line }
        let start = (control + gap + module).split(separator: "end", omittingEmptySubsequences: false)
        return start.joined(separator: String(jump)) + " " + words.dropFirst().joined(separator: " ")
    }

    /// What `pam-auth-update` compares with the next time.
    private static func record(_ type: String, _ enabled: [Profile]) -> String {
        var result = ""
        for block in ["Primary", "Additional"] {
            let chosen = members(enabled, type, block)
            if block == "Primary", chosen.isEmpty { result += "Module: null\n[default=1]\t\t\tpam_permit.so\n" }
            for (index, profile) in chosen.enumerated() {
                let text = lines(profile, type, isFirst: index == 0)
                if !text.isEmpty { result += "Module: \(profile.file)\n" + text.map { $0 + "\n" }.joined() }
            }
        }
        return result
    }
}
