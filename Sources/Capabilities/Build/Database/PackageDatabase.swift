// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthDebian
import PlinthImage
import PlinthPackages

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
            let (name, content) = DpkgStatus.statusFile(try segment.control())
            tree.write(directory.appending(name), content, origin: origin)
            tree.write(directory.appending(name + ".md5sums"), files.sums, origin: origin)
        }
    }

    private func writeFull(_ segments: [Segment], into tree: inout FileTree) throws {
        let home = TreePath("var/lib/dpkg")
        let info = home.appending("info")
        var status: [Deb822Paragraph] = []
        var triggers = TriggerTables()
        for segment in segments.sorted(by: { $0.table.package < $1.table.package }) {
            let table = segment.table
            let files = PackageFiles(of: table, in: tree)
            let control = try segment.control()
            let stem = DpkgInfo.stem(
                name: control.name, architecture: control.architecture,
                multiArch: control.paragraph["Multi-Arch"] == "same" ? .same : .no)
            status.append(try DpkgStatus.paragraph(control, conffiles: files.conffiles))
            tree.write(info.appending(stem + ".list"), files.list, origin: origin)
            for (name, content) in table.control where !["control", "md5sums"].contains(name) {
                let mode: UInt16 = DebControl.scriptNames.contains(name) ? 0o755 : 0o644
                tree.write(info.appending(stem + "." + name), content, mode: mode, origin: origin)
            }
            if table.control["md5sums"] != nil {
                tree.write(info.appending(stem + ".md5sums"), files.sums, origin: origin)
            }
            triggers.add(table.control["triggers"] ?? [], of: stem)
        }
        tree.write(home.appending("status"), DpkgStatus.file(status), origin: origin)
        tree.write(info.appending("format"), DpkgInfo.format, origin: origin)
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
    let conffiles: [DebControl.Checksum]

    init(of table: SegmentTable, in tree: FileTree) {
        var paths: [(own: TreePath, place: TreePath)] = []
        for entry in table.entries where tree[entry.path] != nil || tree.resolve(entry.path) != nil {
            let own = entry.wasMoved ? TreePath(unchecked: Array(entry.path.bytes.dropFirst(4))) : entry.path
            paths.append((own, entry.path))
        }
        list = DpkgInfo.list(paths.map(\.own))
        let kept = Set(paths.map(\.own))
        sums = Self.keptLines(of: table.control["md5sums"] ?? [], kept)
        conffiles = table.conffileSums.sorted { $0.key < $1.key }.compactMap { path, sum in
            TreePath(text: path).map { DebControl.Checksum(path: $0, md5: sum) }
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
