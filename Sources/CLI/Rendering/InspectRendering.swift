// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthReports

/// What `inspect` prints.
struct InspectRendering {
    /// Whether layers are shown with digests and hidden files.
    var layers = false
    /// Whether every package is listed.
    var packages = false

    static let labelWidth = 13

    func lines(_ report: InspectReport) -> [String] {
        ["\(report.image)"] + (report.digest.map { ["  \($0)"] } ?? []) + report.platforms.flatMap { platform($0) }
    }

    private func platform(_ platform: InspectReport.Platform) -> [String] {
        let system = platform.system
        var lines = ["", platform.platform + " · " + (system.distribution?.name ?? SystemRendering.nameless(system))]
        func row(_ label: String, _ value: String?) {
            guard let value, !value.isEmpty else { return }
            lines += Table.row(label, Self.labelWidth, value)
        }
        for (label, value) in SystemRendering.rows(system) { row(label, value) }
        row("created", platform.created)
        row("runs", SystemRendering.command(platform))
        row("as", SystemRendering.runsAs(system))
        row("in", platform.workingDirectory)
        row("with", platform.environment.joined(separator: " "))
        row("ports", platform.exposedPorts.joined(separator: " "))
        row("volumes", platform.volumes.joined(separator: " "))
        row("labels", platform.labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " "))
        let size = platform.size
        if size.unpacked.bytes > 0 { row("size", "\(size.compressed) compressed, \(size.unpacked) unpacked") }
        row(
            size.unpacked.bytes > 0 ? "" : "size",
            "\(counted(size.files, "file")) of \(size.content)" + Self.wasted(size.wasted))
        if !layers { lines += LayerRendering.brief(platform.layers) }
        if !packages { row("packages", Self.packages(platform.packages)) }
        if layers { lines += LayerRendering.full(platform.layers) }
        if packages { lines += Self.packageTable(platform.packages) }
        if let anatomy = platform.anatomy { lines += AnatomyRendering.lines(anatomy, of: size.content) }
        return lines
    }

    private static func wasted(_ size: ByteCount) -> String {
        size.bytes == 0 ? "" : "; the layers hide \(size) more"
    }

    private static func packages(_ packages: PackagesReport) -> String {
        let unread = packages.databases.filter { !$0.isRead }.map { "RPM's, in \($0.path), not read yet" }
        let names = packages.list.map(\.name).joined(separator: " ")
        let own = packages.list.isEmpty ? [] : ["\(packages.list.count): \(names)"]
        let all = own + unread
        return all.isEmpty ? "none recorded" : all.joined(separator: "; ")
    }

    private static func packageTable(_ packages: PackagesReport) -> [String] {
        var lines = [""]
        for database in packages.databases where !database.isRead {
            lines.append("  RPM's packages in \(database.path) are not read yet")
        }
        if packages.databases.isEmpty { return ["", "  no package is recorded"] }
        let name = min(40, packages.list.map(\.name.count).max() ?? 0)
        let version = min(30, packages.list.map(\.version.count).max() ?? 0)
        return lines
            + packages.list.map {
                "  " + Table.pad($0.name, name) + "  " + Table.pad($0.version, version) + "  \($0.architecture)"
            }
    }
}

/// `1 file`, `2 files`.
func counted(_ number: Int, _ word: String) -> String { "\(number) \(word)" + (number == 1 ? "" : "s") }
