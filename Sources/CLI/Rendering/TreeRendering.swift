// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthReports

/// What `tree` prints: columns, then the names with lines between them.
struct TreeRendering {
    private struct Row {
        var entry: TreeReport.Entry
        var lead: String
    }

    static func lines(_ report: TreeReport) -> [String] {
        var rendering = TreeRendering()
        rendering.add(report.root, lead: "", below: "")
        return ["\(report.image) · \(report.platform)", ""] + rendering.table
    }

    private var rows: [Row] = []

    private mutating func add(_ entry: TreeReport.Entry, lead: String, below: String) {
        rows.append(Row(entry: entry, lead: lead))
        let children = entry.children ?? []
        for (number, child) in children.enumerated() {
            let isLast = number == children.count - 1
            add(child, lead: below + (isLast ? "└── " : "├── "), below: below + (isLast ? "    " : "│   "))
        }
    }

    private var table: [String] {
        let owner = max(5, rows.map { Self.owner($0.entry).count }.max() ?? 0)
        let head = Table.padLeft("size", 9) + "  layer  " + Table.pad("owner", owner) + "  name"
        return [head]
            + rows.map { row in
                Table.padLeft(Self.size(row.entry), 9) + Table.padLeft("\(row.entry.layer)", 7) + "  "
                    + Table.pad(Self.owner(row.entry), owner) + "  " + row.lead + Self.name(row.entry)
            }
    }

    /// One word where user and group are called alike.
    private static func owner(_ entry: TreeReport.Entry) -> String {
        entry.user == entry.group ? entry.user : "\(entry.user):\(entry.group)"
    }

    private static func size(_ entry: TreeReport.Entry) -> String {
        entry.kind == .directory || entry.kind == .file ? "\(entry.size)" : "-"
    }

    private static func name(_ entry: TreeReport.Entry) -> String {
        switch entry.kind {
        case .directory:
            let name = entry.name.hasSuffix("/") ? entry.name : entry.name + "/"
            return entry.children == nil ? "\(name) (\(counted(entry.files ?? 0, "file")))" : name
        case .file: return entry.name
        case .symlink: return "\(entry.name) -> \(entry.target ?? "")"
        case .hardLink: return "\(entry.name) = \(entry.target ?? "")"
        case .characterDevice: return "\(entry.name) (character device \(entry.target ?? ""))"
        case .blockDevice: return "\(entry.name) (block device \(entry.target ?? ""))"
        case .fifo: return "\(entry.name) (fifo)"
        }
    }
}
