// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthReports

/// What `diff` prints: `+` for what only B has, `-` for what only A has, `~` for what differs.
struct DiffRendering {
    /// Whether everything below a new or lost directory is listed, and files that differ only in time.
    var isVerbose = false

    func lines(_ report: DiffReport) -> [String] {
        var lines = Self.side("A", report.a) + Self.side("B", report.b)
        if report.isSame { return lines + ["", Self.same(report)] }
        if !report.why.isEmpty { lines.append("") }
        for sentence in report.why { lines += TextWrap.wrap(sentence, indent: "  ") }
        if let changes = report.config, !changes.isEmpty { lines += ["", "config"] + changes.flatMap { config($0) } }
        if let changes = report.packages, !changes.isEmpty { lines += ["", "packages"] + packages(changes) }
        if let files = report.files, !files.isEmpty { lines += ["", "files"] + self.files(files) }
        return lines
    }

    private static func side(_ name: String, _ side: DiffReport.Side) -> [String] {
        ["\(name)  \(side.image) · \(side.platform)"] + (side.manifest.map { ["   \($0)"] } ?? [])
    }

    private static func same(_ report: DiffReport) -> String {
        if let digest = report.a.digest, digest == report.b.digest { return "The same image." }
        let parts = [
            report.files == nil ? nil : "files", report.packages == nil ? nil : "packages",
            report.config == nil ? nil : "configuration",
        ].compactMap { $0 }
        return "The same " + parts.joined(separator: ", ") + "."
    }

    private func config(_ change: DiffReport.Change) -> [String] {
        let sign = change.a == nil ? "+" : change.b == nil ? "-" : "~"
        let value = [change.a, change.b].compactMap { $0 }.joined(separator: " → ")
        return TextWrap.wrap("  \(sign) \(change.what): \(value)", indent: "      ")
    }

    private func packages(_ changes: [DiffReport.PackageChange]) -> [String] {
        let width = min(40, changes.map(\.name.count).max() ?? 0)
        return changes.map { change in
            let sign = change.a == nil ? "+" : change.b == nil ? "-" : "~"
            let versions = [change.a, change.b].compactMap { $0 }.joined(separator: " → ")
            let how = change.how == "downgraded" ? "  (downgraded)" : ""
            return "  \(sign) " + Table.pad(change.name, width) + "  " + versions + how
        }
    }

    private func files(_ files: DiffReport.Files) -> [String] {
        let rows =
            collapsed(files.removed, "-") + collapsed(files.added, "+")
            + files.changed.filter { isVerbose || !$0.isOnlyTime }.map { ($0.path, Self.changed($0)) }
        let times = isVerbose ? 0 : files.changed.count { $0.isOnlyTime }
        return rows.sorted { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }.flatMap { $0.1 }
            + (times == 0 ? [] : ["  \(counted(times, "more path")) only in time (--verbose lists them)"])
    }

    /// A directory that came or went with all below it is one line.
    private func collapsed(_ files: [DiffReport.File], _ sign: String) -> [(String, [String])] {
        var rows: [(String, [String])] = []
        var index = 0
        while index < files.count {
            let file = files[index]
            var end = index + 1
            while file.kind == "directory", !isVerbose, end < files.count, files[end].path.hasPrefix(file.path + "/") {
                end += 1
            }
            let below = files[index..<end].filter { $0.kind != "directory" }
            let size = ByteCount(files[index..<end].reduce(0) { $0 + $1.size.bytes })
            let text = file.kind == "directory" ? "\(file.path)/" : file.path
            let note =
                !below.isEmpty && end > index + 1
                ? "\(counted(below.count, "file")), \(size)" : file.kind == "file" ? "\(size)" : ""
            rows.append((file.path, [Self.row(sign, text, note)]))
            index = end
        }
        return rows
    }

    private static func row(_ sign: String, _ path: String, _ note: String) -> String {
        "  \(sign) " + (note.isEmpty ? path : Table.pad(path, 50) + "  " + note)
    }

    private static func changed(_ file: DiffReport.ChangedFile) -> [String] {
        let notes = file.changes.map { change -> String in
            switch change.what {
            case "content": return "content"
            case "size":
                let sizes = [change.a, change.b].compactMap { $0.flatMap { Int64($0) }.map { "\(ByteCount($0))" } }
                return sizes.joined(separator: " → ")
            case let what where what.hasPrefix("attribute "):
                return what + (change.a == nil ? " added" : change.b == nil ? " removed" : "")
            default: return "\(change.what) \(change.a ?? "none") → \(change.b ?? "none")"
            }
        }
        let line = row("~", file.path, notes.joined(separator: ", "))
        return line.count <= 80
            ? [line]
            : ["  ~ \(file.path)"]
                + TextWrap.wrap(
                    "      " + notes.joined(separator: ", "), indent: "      ")
    }
}
