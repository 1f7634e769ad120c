// SPDX-License-Identifier: Apache-2.0
package import PlinthCore
import PlinthImage

/// A path that all packages but one get another name for: `dpkg-divert`.
package struct Diversion: Hashable, Sendable {
    package var path: TreePath
    package var target: TreePath
    /// The package whose own file keeps the name; nil for a local diversion, which holds for all.
    package var package: String?
}

/// The diversions of an image.
struct Diversions {
    private var found: [TreePath: Diversion] = [:]

    var all: [Diversion] { found.values.sorted { $0.path < $1.path } }

    /// Follows one call of `dpkg-divert`; nil when it cannot be followed.
    mutating func run(_ words: [String], for package: String) -> ShellOutcome? {
        var owner: String? = package
        var target: String?
        var action = "--add"
        var names: [String] = []
        var rest = words[...]
        while let word = rest.popFirst() {
            switch word {
            case "--package": owner = rest.popFirst()
            case "--divert": target = rest.popFirst()
            case "--local": owner = nil
            case "--add", "--remove", "--list", "--listpackage", "--truename": action = word
            case _ where word.hasPrefix("--divert="): target = String(word.dropFirst(9))
            case _ where word.hasPrefix("--package="): owner = String(word.dropFirst(10))
            case _ where word.hasPrefix("--"): break
            default: names.append(word)
            }
        }
        if action == "--list" { return list(names) }
        guard names.count == 1, names[0].hasPrefix("/"), let path = TreePath(text: names[0]), !path.isRoot else {
            return nil
        }
        switch action {
        case "--truename": return text(found[path].map { "/\($0.target)" } ?? names[0])
        case "--listpackage": return text(found[path].map { $0.package ?? "LOCAL" } ?? "")
        case "--remove":
            if found[path]?.package == owner { found[path] = nil }
            return .done
        default:
            guard let goal = TreePath(text: target ?? names[0] + ".distrib"), !goal.isRoot else { return nil }
            found[path] = found[path] ?? Diversion(path: path, target: goal, package: owner)
            return .done
        }
    }

    private func text(_ value: String) -> ShellOutcome {
        ShellOutcome(status: true, output: value.isEmpty ? "" : value + "\n")
    }

    private func list(_ patterns: [String]) -> ShellOutcome {
        let lines = all.filter { diversion in
            patterns.isEmpty || patterns.contains { ShellPattern.matches($0, "/\(diversion.path)") }
        }
        let output = lines.map { "diversion of /\($0.path) to /\($0.target) by \($0.package ?? "LOCAL")\n" }
        return ShellOutcome(status: true, output: output.joined())
    }

    /// dpkg's own file: three lines each.
    var record: String {
        all.map { "/\($0.path)\n/\($0.target)\n\($0.package ?? ":")\n" }.joined()
    }
}

extension Effects {
    /// The diversions that packages set up before they are unpacked, found in their scripts.
    ///
    /// What a diversion holds for lies under the other name when the packages are laid over one another.
    package static func diversions(of packages: [EffectPackage]) -> [Diversion] {
        let wanted = packages.filter { package in
            package.scripts["preinst"].map { $0.span.firstPlace(of: Array("dpkg-divert".utf8)) != nil } ?? false
        }
        guard !wanted.isEmpty else { return [] }
        let context = EffectContext(architecture: "", triplet: "", packages: packages)
        var host = SetupHost(tree: FileTree(epoch: 0), context: context)
        for package in wanted {
            guard let bytes = package.scripts["preinst"] else { continue }
            host.begin(package, "preinst")
            PackageScriptsEffect.follow(bytes, "preinst", ["install"], &host)
        }
        return host.diversions.all
    }
}
