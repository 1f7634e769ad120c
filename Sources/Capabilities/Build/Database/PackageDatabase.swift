// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthDebian
import PlinthImage

/// Writes dpkg's record of what is installed, true file by file.
///
/// `minimal` images get `status.d`, which scanners read; `slim` and `full` get the whole database, which apt and
/// dpkg work with.
struct PackageDatabase {
    enum Form { case statusDirectory, full }

    let form: Form
    private let origin = FileNode.Origin.effect("package database")

    func write(_ segments: [Segment], into tree: inout FileTree) throws {
        switch form {
        case .statusDirectory: try writeStatusDirectory(segments, into: &tree)
        case .full: try writeFull(segments, into: &tree)
        }
    }

    private func writeStatusDirectory(_ segments: [Segment], into tree: inout FileTree) throws {
        let directory = TreePath("var/lib/dpkg/status.d")
        for segment in segments {
            let files = PackageFiles(of: segment.table, in: tree)
            let name = segment.table.package
            let control = segment.table.control["control"] ?? []
            tree.write(directory.appending(name), DpkgDatabase.statusDirectoryEntry(control), origin: origin)
            tree.write(directory.appending(name + ".md5sums"), files.sums, origin: origin)
        }
    }

    private func writeFull(_ segments: [Segment], into tree: inout FileTree) throws {
        let home = TreePath("var/lib/dpkg")
        let info = home.appending("info")
        var status: [UInt8] = []
        var triggers = TriggerTables()
        for segment in segments.sorted(by: { $0.table.package < $1.table.package }) {
            let table = segment.table
            let files = PackageFiles(of: table, in: tree)
            let control = table.control["control"] ?? []
            let stem = try DpkgDatabase.fileStem(control)
            status += try DpkgDatabase.statusParagraph(control, conffiles: files.conffiles) + [UInt8(ascii: "\n")]
            tree.write(info.appending(stem + ".list"), files.list, origin: origin)
            for (name, content) in table.control where !["control", "md5sums"].contains(name) {
                let mode: UInt16 = DpkgDatabase.isScript(name) ? 0o755 : 0o644
                tree.write(info.appending(stem + "." + name), content, mode: mode, origin: origin)
            }
            if table.control["md5sums"] != nil {
                tree.write(info.appending(stem + ".md5sums"), files.sums, origin: origin)
            }
            triggers.add(table.control["triggers"] ?? [], of: stem)
        }
        tree.write(home.appending("status"), status, origin: origin)
        tree.write(info.appending("format"), Array("1\n".utf8), origin: origin)
        triggers.write(into: &tree, home.appending("triggers"), origin: origin)
        for name in ["available", "diversions", "statoverride"] where tree[home.appending(name)] == nil {
            tree.write(home.appending(name), [], origin: origin)
        }
        for name in ["parts", "updates", "alternatives"] {
            tree.makeDirectory(home.appending(name), origin: origin)
        }
    }
}

/// What the image really holds of a package.
struct PackageFiles {
    /// The text of the `.list` file.
    let list: [UInt8]
    /// The text of the `.md5sums` file: lines of files that stayed out are left out.
    let sums: [UInt8]
    /// Path and MD5 of the configuration files that are there.
    let conffiles: [(path: String, sum: String)]

    init(of table: SegmentTable, in tree: FileTree) {
        var paths: [(own: TreePath, place: TreePath)] = []
        for entry in table.entries where tree[entry.path] != nil || tree.resolve(entry.path) != nil {
            let own = entry.wasMoved ? TreePath(unchecked: Array(entry.path.bytes.dropFirst(4))) : entry.path
            paths.append((own, entry.path))
        }
        var text = Array("/.\n".utf8)
        for path in paths.map(\.own).sorted() { text += [UInt8(ascii: "/")] + path.bytes + [UInt8(ascii: "\n")] }
        list = text
        let kept = Set(paths.map(\.own))
        sums = Self.keptLines(of: table.control["md5sums"] ?? [], kept)
        conffiles = DebControl.conffiles(in: table.control["conffiles"] ?? []).compactMap { conffile in
            table.conffileSums[conffile.path].map { (conffile.path, $0) }
        }
    }

    /// Lines are 32 digits, two spaces, the path.
    private static func keptLines(of sums: [UInt8], _ kept: Set<TreePath>) -> [UInt8] {
        var result: [UInt8] = []
        for line in sums.split(separator: UInt8(ascii: "\n")) where line.count > 34 {
            guard let path = try? TreePath(archiveName: Array(line.dropFirst(34))), kept.contains(path) else { continue }
            result += line + [UInt8(ascii: "\n")]
        }
        return result
    }
}
