// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthReports

/// The large directories of an image that was built, with their sizes.
struct SummaryRendering {
    private var rows: [(size: ByteCount, name: String, what: String)] = []

    static func lines(_ root: DirectoryReport) -> [String] {
        var rendering = SummaryRendering()
        rendering.add(root, name: "/", below: "")
        let width = rendering.rows.map(\.name.count).max() ?? 0
        return rendering.rows.map { row in
            "  " + Table.padLeft("\(row.size)", 8) + "  " + Table.pad(row.name, width) + "  " + row.what
        }
    }

    private mutating func add(_ directory: DirectoryReport, name: String, below: String) {
        rows.append((directory.size, name, Self.what(directory)))
        var left = directory.directories
        let rest = left.reduce(directory.size.bytes) { $0 - $1.size.bytes }
        let hasMore = rest > 0 && !left.isEmpty
        while !left.isEmpty {
            let child = left.removeFirst()
            let isLast = left.isEmpty && !hasMore
            let lead = below + (isLast ? "└── " : "├── ")
            add(child, name: lead + child.name + "/", below: below + (isLast ? "    " : "│   "))
        }
        if hasMore { rows.append((ByteCount(rest), below + "└── …", "the rest")) }
    }

    private static func what(_ directory: DirectoryReport) -> String {
        let files = counted(directory.files, "file")
        return directory.packages == 0 ? files : "\(files) of \(counted(directory.packages, "package"))"
    }
}
