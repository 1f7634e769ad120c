// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage

/// `os-release` and `debian_version`, without which scanners do not know what they look at.
///
/// Written only where no package brings them; os-release(5).
struct ReleaseEffect: Effect {
    let name = "os-release"

    func apply(to tree: inout FileTree, in context: EffectContext) -> EffectReport {
        var edit = TreeEdit(name)
        let real = TreePath("usr/lib/os-release")
        let link = TreePath("etc/os-release")
        if tree.resolve(link) == nil, tree.resolve(real) == nil {
            edit.write(real, Self.text(context.distribution), in: &tree)
        }
        if tree[link] == nil { edit.link(link, to: "../usr/lib/os-release", in: &tree) }
        let version = TreePath("etc/debian_version")
        if context.distribution.id == "debian", tree[version] == nil,
            let point = context.distribution.pointVersion ?? context.distribution.versionID
        {
            edit.write(version, point + "\n", in: &tree)
        }
        return edit.report
    }

    private static func text(_ facts: DistributionFacts) -> String {
        var lines = ["PRETTY_NAME=\(quoted(facts.prettyName))", "NAME=\(quoted(facts.name))"]
        if let version = facts.versionID {
            lines.append("VERSION_ID=\(quoted(version))")
            lines.append("VERSION=\(quoted(facts.codename.map { "\(version) (\($0))" } ?? version))")
        }
        if let codename = facts.codename { lines.append("VERSION_CODENAME=\(codename)") }
        if facts.id == "debian", let point = facts.pointVersion { lines.append("DEBIAN_VERSION_FULL=\(point)") }
        lines.append("ID=\(facts.id)")
        if let home = facts.homeURL { lines.append("HOME_URL=\(quoted(home))") }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Double quotes as a shell reads them.
    private static func quoted(_ text: String) -> String {
        var result = "\""
        for letter in text {
            if "\"\\$`".contains(letter) { result.append("\\") }
            result.append(letter)
        }
        return result + "\""
    }
}
