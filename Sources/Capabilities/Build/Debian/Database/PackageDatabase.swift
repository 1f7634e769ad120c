// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthDebian
import PlinthImage
import PlinthPackages

/// Writes dpkg's record of what is installed, true file by file.
///
/// `minimal` images get `status.d`, which scanners read; `slim` and `full` get the whole database, which apt and
/// dpkg work with. What a base has is kept, but for packages that come in another version.
struct PackageDatabase {
    enum Form { case statusDirectory, full }

    let form: Form
    var diversions = DiversionTable()
    let origin = FileNode.Origin.effect("package database")

    func write(_ segments: [Segment], into tree: inout FileTree) throws {
        switch form {
        case .statusDirectory: try writeStatusDirectory(segments, into: &tree)
        case .full: try writeFull(segments, into: &tree)
        }
    }

    private func writeStatusDirectory(_ segments: [Segment], into tree: inout FileTree) throws {
        let directory = TreePath("var/lib/dpkg/status.d")
        for segment in segments {
            let files = PackageFiles(of: segment.table, in: tree, diversions)
            let (name, content) = DpkgStatus.statusFile(try segment.debControl())
            tree.write(directory.appending(name), content, origin: origin)
            tree.write(directory.appending(name + ".md5sums"), files.sums, origin: origin)
        }
    }

    private func writeFull(_ segments: [Segment], into tree: inout FileTree) throws {
        if segments.isEmpty, tree[DebianBase.status] != nil { return }
        let home = DebianBase.home
        let info = home.appending("info")
        var status = try keptParagraphs(segments, in: tree)
        var triggers = TriggerTables(in: tree, home.appending("triggers"), without: Set(segments.map(\.table.package)))
        for segment in segments { removeFiles(of: segment.table, info, from: &tree) }
        try releaseFiles(info, in: &tree)
        for segment in segments.sorted(by: { $0.table.package < $1.table.package }) {
            let table = segment.table
            let files = PackageFiles(of: table, in: tree, diversions)
            let control = try segment.debControl()
            let stem = DpkgInfo.stem(
                name: control.name, architecture: control.architecture,
                multiArch: control.paragraph["Multi-Arch"] == "same" ? .same : .no)
            status.append(try DpkgStatus.paragraph(control, conffiles: files.conffiles))
            tree.write(info.appending(stem + ".list"), files.list, origin: origin)
            for (name, content) in table.control where !["control", "md5sums"].contains(name) {
                let mode: UInt16 = DebControl.scriptNames.contains(name) ? 0o755 : 0o644
                tree.write(info.appending(stem + "." + name), content, mode: mode, origin: origin)
            }
            tree.write(info.appending(stem + ".md5sums"), files.sums, origin: origin)
            triggers.add(control.triggers, of: stem)
        }
        status.sort { ($0["Package"] ?? "") < ($1["Package"] ?? "") }
        tree.write(DebianBase.status, DpkgStatus.file(status), origin: origin)
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

// MARK: - What a base has

extension PackageDatabase {
    /// - Throws: `dpkg.syntax`.
    private func keptParagraphs(_ segments: [Segment], in tree: FileTree) throws -> [Deb822Paragraph] {
        guard tree[DebianBase.status]?.isFile == true else { return [] }
        let new = Set(segments.map { "\($0.table.package) \($0.table.architecture)" })
        let replaced = Set(segments.map(\.table.package))
        do {
            return try Deb822Paragraph.parse(try tree.contents(DebianBase.status)).filter { paragraph in
                let (name, architecture) = (paragraph["Package"] ?? "", paragraph["Architecture"] ?? "")
                let isForeign = paragraph["Multi-Arch"] == "same" && !new.contains("\(name) \(architecture)")
                return !replaced.contains(name) || isForeign
            }
        } catch let fault as Deb822Fault {
            throw Problem(
                "dpkg.syntax", "A package database cannot be read", at: "/\(DebianBase.status)", why: fault.description)
        }
    }

    private static let suffixes =
        DebControl.scriptNames + ["list", "md5sums", "shlibs", "symbols", "triggers", "templates", "conffiles"]

    /// Lists and scripts of an earlier version.
    private func removeFiles(of table: SegmentTable, _ info: TreePath, from tree: inout FileTree) {
        for stem in [table.package, "\(table.package):\(table.architecture)"] {
            for suffix in Self.suffixes {
                let path = info.appending("\(stem).\(suffix)")
                if tree[path] != nil { tree[path] = nil }
            }
        }
    }
}

/// What the image really holds of a package.
struct PackageFiles {
    /// The text of the `.list` file.
    let list: [UInt8]
    /// The text of the `.md5sums` file: lines of files that stayed out are left out. A package without one gets one,
    /// as from dpkg.
    let sums: [UInt8]
    /// Path and MD5 of the configuration files that are there.
    let conffiles: [DebControl.Checksum]

    init(of table: SegmentTable, in tree: FileTree, _ diversions: DiversionTable = DiversionTable()) {
        // Where they are, by the names the package knows.
        var kept: [TreePath: TreePath] = [:]
        for entry in table.entries {
            let path = diversions.place(of: entry, in: table.package)
            let place = tree[path] == nil ? tree.placeOfEntry(path) : path
            if Self.holds(tree[place], entry, of: table.package) { kept[entry.packedPath] = place }
        }
        list = DpkgInfo.list(Set(kept.keys).union(Self.mergedDirectories(of: table, in: tree)))
        sums =
            table.control["md5sums"].map { Self.keptLines(of: $0, kept) } ?? Self.computedLines(of: kept, table, tree)
        conffiles = table.sums.sorted { $0.key < $1.key }.compactMap { path, sum in
            guard let path = TreePath(text: path), kept[path] != nil else { return nil }
            return DebControl.Checksum(path: path, md5: sum)
        }
    }

    /// Until base-files brought the links of a merged `/usr` it had the directories in their place.
    private static func mergedDirectories(of table: SegmentTable, in tree: FileTree) -> [TreePath] {
        guard table.package == "base-files" else { return [] }
        return [TreePath("bin"), TreePath("lib"), TreePath("sbin")].filter { path in
            if case .effect? = tree[path]?.origin { true } else { false }
        }
    }

    /// Whether an entry is there and is not another package's that replaced it.
    private static func holds(_ node: FileNode?, _ entry: SegmentTable.Entry, of package: String) -> Bool {
        guard let node else { return false }
        if entry.node.isDirectory || entry.node.kind == node.kind && node.isLink { return true }
        guard case .package(let owner) = node.origin else { return true }
        return owner == package
    }

    /// Memory: the largest file.
    private static func computedLines(
        of kept: [TreePath: TreePath], _ table: SegmentTable, _ tree: FileTree
    ) -> [UInt8] {
        let found = kept.sorted { $0.key < $1.key }.compactMap { path, place -> DebControl.Checksum? in
            guard let node = tree[place], !node.isDirectory, !node.isLink, table.sums["\(path)"] == nil,
                let content = try? tree.contents(place)
            else { return nil }
            var sum = MD5Stream()
            sum.update(content.span)
            return DebControl.Checksum(path: path, md5: sum.finish())
        }
        return DpkgInfo.md5sums(found)
    }

    /// Lines are 32 digits, two spaces, the path.
    private static func keptLines(of sums: [UInt8], _ kept: [TreePath: TreePath]) -> [UInt8] {
        var result: [UInt8] = []
        for line in sums.split(separator: UInt8(ascii: "\n")) where line.count > 34 {
            guard let path = try? TreePath(archiveName: Array(line.dropFirst(34))), kept[path] != nil else {
                continue
            }
            result += line + [UInt8(ascii: "\n")]
        }
        return result
    }
}
