// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthReports

/// What `pack` and `build` print.
enum BuildRendering {
    static func lines(_ report: BuildReport, verbose: Bool) -> [String] {
        image(report, verbose: verbose) + report.variants.flatMap { [""] + image($0, verbose: verbose) }
    }

    private static func image(_ report: BuildReport, verbose: Bool) -> [String] {
        var lines = [head(report)]
        for note in report.notes { lines += wrapped("note", note) }
        for platform in report.platforms { lines += platformLines(platform, verbose: verbose) }
        lines.append("")
        if let destination = report.destination, let digest = report.digest {
            lines.append(report.changed ? "Wrote \(destination)" : "Unchanged: \(destination)")
            lines.append("  \(digest)")
        }
        return lines
    }

    private static func head(_ report: BuildReport) -> String {
        var words = report.distribution == report.profile ? [report.profile] : [report.distribution, report.profile]
        if report.platforms.contains(where: { !$0.packages.isEmpty }) {
            words.append("\(report.dependencies) dependencies")
        }
        if let variant = report.variant { words.append("variant \(variant)") }
        return words.joined(separator: " · ")
    }

    private static func base(_ base: BaseReport) -> [String] {
        let packages = base.packages == 0 ? "" : ", \(base.packages) package\(base.packages == 1 ? "" : "s")"
        let layers = "\(base.layers) layer\(base.layers == 1 ? "" : "s") of \(base.size)"
        return [row("base", base.name), row("", layers + packages), row("", "\(base.digest)")]
    }

    private static func platformLines(_ platform: PlatformReport, verbose: Bool) -> [String] {
        var lines = ["", platform.platform]
        if let base = platform.base { lines += self.base(base) }
        if !platform.packages.isEmpty {
            let packages = platform.packages.map(\.size).reduce(ByteCount(0), +)
            lines.append(row("packages", "\(platform.packages.count), \(packages) to fetch once"))
        }
        lines += files(platform)
        for layer in platform.layers {
            lines.append(row("layer", "\(layer.size), unpacked \(layer.unpacked)"))
            if verbose { lines.append(row("", "\(layer.digest)")) }
        }
        if !platform.entrypoint.isEmpty { lines.append(row("runs", platform.entrypoint.joined(separator: " "))) }
        for effect in platform.effects where effect.paths == 0 {
            for note in effect.notes { lines += wrapped("note", note) }
        }
        if !platform.leftOut.isEmpty {
            lines += wrapped("left out", platform.leftOut.map(\.name).joined(separator: " "))
        }
        if !platform.scriptsNotRun.isEmpty {
            lines += wrapped("not run", scripts(platform, verbose: verbose))
        }
        if let tree = platform.tree { lines += [""] + SummaryRendering.lines(tree) }
        return lines + (verbose ? details(platform) : [])
    }

    private static func files(_ platform: PlatformReport) -> [String] {
        platform.files.enumerated().flatMap { number, file in
            let count = file.files.map { $0 == 1 ? "" : ", \(counted($0, "file"))" } ?? ""
            let size = file.size.map { " (\($0)\(count))" } ?? ""
            return Table.row(number == 0 ? "files" : "", 10, "\(file.path)\(size) from \(file.source)")
        }
    }

    private static func scripts(_ platform: PlatformReport, verbose: Bool) -> String {
        let names = Set(platform.scriptsNotRun.map(\.package)).sorted().joined(separator: " ")
        return "scripts of \(names)" + (verbose ? "" : " (see --verbose)")
    }

    private static func details(_ platform: PlatformReport) -> [String] {
        var lines = platform.packages.isEmpty ? [] : ["", "  packages and why"]
        for package in platform.packages {
            lines.append("    \(package.name) \(package.version)")
            if package.reason != package.name { lines += TextWrap.wrap("      \(package.reason)", indent: "        ") }
        }
        if !platform.leftOut.isEmpty { lines += ["", "  left out"] }
        for item in platform.leftOut {
            lines += TextWrap.wrap("    \(item.name): \(item.why)", indent: "      ")
            lines += TextWrap.wrap("      asked for by \(item.askedBy.joined(separator: ", "))", indent: "        ")
        }
        if !platform.effects.isEmpty { lines += ["", "  effects"] }
        for effect in platform.effects where effect.paths > 0 {
            lines.append("    " + Table.pad(effect.name, 20) + "\(effect.paths) paths")
            for note in effect.notes { lines += TextWrap.wrap("      \(note)", indent: "        ") }
        }
        if !platform.scriptsNotRun.isEmpty { lines += ["", "  scripts not run, nothing stands in for them"] }
        for script in platform.scriptsNotRun {
            lines += TextWrap.wrap("    \(script.package) \(script.script): \(script.summary)", indent: "      ")
        }
        return lines
    }

    private static func row(_ label: String, _ value: String) -> String { "  " + Table.pad(label, 10) + value }

    private static func wrapped(_ label: String, _ value: String) -> [String] {
        Table.row(label, 10, value)
    }
}
