// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthELF
import PlinthImage
import PlinthOCI
import PlinthReports

/// The program that a container of an image runs.
enum EntryProgram {
    /// Where it may lie, the likeliest first.
    static func candidates(_ config: ImageConfig?) -> [TreePath] {
        guard let runtime = config?.config, let word = (runtime.entrypoint + runtime.command).first, !word.isEmpty
        else { return [] }
        if word.utf8.contains(UInt8(ascii: "/")) {
            let whole = word.hasPrefix("/") ? word : (runtime.workingDirectory ?? "") + "/" + word
            return [whole].compactMap { try? TreePath(archiveName: Array($0.utf8)) }
        }
        let path =
            runtime.environment.last { $0.hasPrefix("PATH=") }?.dropFirst(5)
            ?? "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        return path.split(separator: ":").compactMap { try? TreePath(archiveName: Array("\($0)/\(word)".utf8)) }
    }

    /// What it is; nil when the image names none.
    static func report(_ config: ImageConfig?, in view: SystemView) -> SystemReport.Program? {
        let candidates = candidates(config)
        guard let first = candidates.first else { return nil }
        let found = candidates.lazy.compactMap { path in view.tree.resolve(path).map { (path, $0) } }.first
        guard let (path, index) = found, view.isFile(index) else {
            return SystemReport.Program(path: "/\(first)", kind: .missing)
        }
        return look(view.tree.keptContent(at: index), "/\(path)")
    }

    private static func look(_ content: [UInt8]?, _ path: String) -> SystemReport.Program {
        guard let content else { return SystemReport.Program(path: path, kind: .other) }
        if content.starts(with: "#!".utf8) {
            let line = content.dropFirst(2).prefix(200).prefix { $0 != UInt8(ascii: "\n") }
            return SystemReport.Program(
                path: path, kind: .script, interpreter: String(decoding: line, as: UTF8.self).trimmingBlanks)
        }
        // A damaged object is no reason to say nothing of the rest.
        guard let summary = try? ELFSummary(parsing: content.span) else {
            return SystemReport.Program(path: path, kind: .other)
        }
        let isStatic = summary.interpreter == nil && summary.needed.isEmpty
        return SystemReport.Program(
            path: path, kind: isStatic ? .static : .dynamic, interpreter: summary.interpreter, needs: summary.needed)
    }
}

extension String {
    var trimmingBlanks: String {
        var text = self[...]
        while text.first == " " || text.first == "\t" { text = text.dropFirst() }
        while text.last == " " || text.last == "\t" || text.last == "\r" { text = text.dropLast() }
        return String(text)
    }
}
