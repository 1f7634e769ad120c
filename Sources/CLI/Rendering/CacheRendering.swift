// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthReports

enum CacheRendering {
    static func lines(_ report: CacheReport) -> [String] {
        let head =
            switch report.action {
            case "prune": "Deleted from \(report.home)"
            case "verify": "Read \(report.home)"
            default: report.home
            }
        let rows = report.shelves.map { shelf in
            "  " + Table.pad(shelf.name, 10) + Table.padLeft("\(shelf.files) files", 14)
                + Table.padLeft("\(shelf.size)", 12)
        }
        let faults = report.faults.map { "  damaged: \($0)" }
        let verdict = report.action == "verify" && faults.isEmpty ? ["Everything is as it was written."] : []
        return [head] + rows + faults + verdict
    }
}

/// Columns for people.
enum Table {
    static func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    /// A label of a given width and a value that is wrapped behind it.
    static func row(_ label: String, _ width: Int, _ value: String) -> [String] {
        let indent = String(repeating: " ", count: width + 2)
        let lines = TextWrap.wrap(indent + value, indent: indent)
        return ["  " + pad(label, width) + lines[0].dropFirst(width + 2)] + lines.dropFirst()
    }

    static func padLeft(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
}
