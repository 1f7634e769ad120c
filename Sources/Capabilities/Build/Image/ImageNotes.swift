// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage

/// What an image is likely to miss when it runs, found in the finished tree.
struct ImageNotes {
    let tree: FileTree
    let settings: ImageSettings
    /// The paths of the packages that a person named.
    let programs: [TreePath]

    init(_ tree: FileTree, _ settings: ImageSettings, named: [String], _ segments: [Segment]) {
        self.tree = tree
        self.settings = settings
        let directories = [TreePath("usr/bin"), TreePath("usr/sbin")]
        let entries = segments.filter { named.contains($0.table.package) }.flatMap(\.table.entries)
        programs = entries.map(\.path).filter { path in directories.contains { path.parent == $0 } }
    }

    var report: EffectReport {
        EffectReport(name: "image", notes: interpreters + LoaderNotes(tree: tree).notes + locale)
    }

    /// Scripts whose interpreter nobody brings: Debian takes `sh`, `bash` and `perl` for granted.
    private var interpreters: [String] {
        var missing: [String: [TreePath]] = [:]
        let first = (settings.entrypoint.first ?? settings.command.first).flatMap { TreePath(text: $0) }
        for path in Set(programs + [first].compactMap { $0 }).sorted() {
            guard let interpreter = tree.missingInterpreter(of: path), !interpreter.contains("@") else { continue }
            missing[interpreter, default: []].append(path)
        }
        return missing.sorted { $0.key < $1.key }.map { interpreter, paths in
            let name = interpreter.split(separator: "/").last.map(String.init) ?? interpreter
            let package = Self.packages[name].map { ": add \($0)" } ?? ""
            let more = paths.count == 1 ? "is a script" : "and \(paths.count - 1) more are scripts"
            return "/\(paths[0]) \(more) for \(interpreter), which the image does not have\(package)"
        }
    }

    private static let packages = [
        "sh": "dash", "bash": "bash", "perl": "perl", "python3": "python3", "env": "coreutils", "awk": "mawk",
    ]

    /// A locale that the environment asks for; glibc takes the first of the variables that is set.
    private var locale: [String] {
        let variable = ["LC_ALL", "LC_CTYPE", "LANG"].first { settings.environment[$0]?.isEmpty == false }
        guard let variable, let name = settings.environment[variable], !["C", "POSIX"].contains(name) else { return [] }
        let folder = TreePath("usr/lib/locale")
        guard tree.resolve(folder.appending("locale-archive")) == nil else { return [] }
        let parts = name.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let code = parts.dropFirst().first.map { "." + $0.lowercased().filter { $0 != "-" } } ?? ""
        let names = [name, parts[0] + code].filter { !$0.contains("/") && $0 != ".." && $0 != "." && !$0.isEmpty }
        guard !names.contains(where: { tree.resolve(folder.appending($0)) != nil }) else { return [] }
        let package = parts[0] == "C" ? "libc-bin" : "locales-all"
        return ["\(variable) is \(name), a locale that the image does not have: add \(package)"]
    }
}
