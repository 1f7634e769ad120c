// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthReports

/// What `copy`, `push`, `pull`, `login` and `logout` print.
enum CopyRendering {
    static func lines(_ report: CopyReport) -> [String] {
        var lines = [(report.changed ? "Wrote " : "Unchanged: ") + report.destination]
        if let digest = report.digest { lines.append("  \(digest)") }
        if report.platforms.count > 1 { lines += Table.row("for", 12, report.platforms.joined(separator: " ")) }
        if let blobs = report.blobs { lines += Table.row("blobs", 12, text(blobs)) }
        if let files = report.files {
            let size = files.size.map { ", \($0)" } ?? ""
            lines.append("  \(files.entries) \(files.entries == 1 ? "entry" : "entries")\(size)")
        }
        for note in report.notes { lines += Table.row("note", 12, note) }
        return lines
    }

    /// Such as “3 sent (11.8 MB), 2 there already”.
    private static func text(_ blobs: CopyReport.Blobs) -> String {
        var parts: [String] = []
        if blobs.sent > 0 { parts.append("\(blobs.sent) sent (\(blobs.bytesSent))") }
        if blobs.mounted > 0 { parts.append("\(blobs.mounted) mounted") }
        if blobs.present > 0 { parts.append("\(blobs.present) there already") }
        return parts.isEmpty ? "none" : parts.joined(separator: ", ")
    }

    static func login(_ report: LoginReport) -> [String] {
        ["Logged in to \(report.registry)"] + report.files.map { "  kept in \($0)" }
    }

    static func logout(_ report: LoginReport) -> [String] {
        guard !report.files.isEmpty else { return ["Nothing was kept for \(report.registry)"] }
        return ["Logged out of \(report.registry)"] + report.files.map { "  removed from \($0)" }
    }
}
