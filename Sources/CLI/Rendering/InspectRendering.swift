// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthReports

/// What `inspect` prints.
enum InspectRendering {
    static func lines(_ report: InspectReport, verbose: Bool) -> [String] {
        ["\(report.image)", "  \(report.digest)"] + report.platforms.flatMap { platform($0, verbose: verbose) }
    }

    private static func platform(_ platform: InspectReport.Platform, verbose: Bool) -> [String] {
        var lines = ["", platform.platform + (platform.distribution.map { " · \($0)" } ?? "")]
        func row(_ label: String, _ value: String?) {
            guard let value, !value.isEmpty else { return }
            lines += Table.row(label, 12, value)
        }
        row("created", platform.created)
        row("runs", (platform.entrypoint + platform.command).joined(separator: " "))
        row("user", platform.user ?? "root")
        row("in", platform.workingDirectory)
        row("with", platform.environment.joined(separator: " "))
        for layer in platform.layers { row("layer", "\(layer.size), unpacked \(layer.unpacked)") }
        if verbose {
            for package in platform.packages { row("package", "\(package.name) \(package.version)") }
        } else {
            let names = platform.packages.map(\.name).joined(separator: " ")
            row("packages", platform.packages.isEmpty ? "none recorded" : "\(platform.packages.count): \(names)")
        }
        return lines
    }
}
