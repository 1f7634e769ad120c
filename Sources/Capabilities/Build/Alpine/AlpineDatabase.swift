// SPDX-License-Identifier: Apache-2.0
import PlinthAlpine
import PlinthArchive
import PlinthCore
import PlinthDistribution
import PlinthImage

/// Writes apk's record of what is installed, so that apk in the image, and every scanner, reads it.
struct AlpineDatabase {
    let order: BuildOrder
    let platform: Lock.Platform
    private let origin = FileNode.Origin.effect("package database")

    func write(_ segments: [Segment], into tree: inout FileTree) throws {
        let base = try AlpineBase(tree)
        if segments.isEmpty, !base.packages.isEmpty { return }
        let home = place(in: &tree)
        let places = Dictionary(segments.map { ($0.table.package, $0) }) { first, _ in first }
        let new = Set(segments.map(\.table.package))
        let kept = base.packages.filter { !new.contains($0.record.name) }
        let gone = Set(base.packages.filter { new.contains($0.record.name) }.compactMap(\.record.checksum))
        var installed = kept.map { $0.without { path in tree.hasPackageFile(path) } }
        var scripts = base.scripts.filter { !new.contains($0.name) }
        var triggers = base.triggers.filter { !gone.contains($0.checksum) }
        for package in platform.packages {
            guard let segment = places[package.name] else { continue }
            let control = try segment.apkControl()
            let entries = segment.table.installed(in: tree)
            installed.append(
                ApkInstalled(
                    control, entries: entries, architecture: package.architecture,
                    repositoryTag: package.tag ?? ""))
            scripts += ScriptArchive.scripts(of: control)
            if let checksum = control.record.checksum, !control.triggers.isEmpty {
                triggers.append(.init(checksum: checksum, directories: control.triggers))
            }
        }
        put("installed", ApkInstalled.file(installed), home, &tree)
        put("scripts.tar", ScriptArchive.file(scripts), home, &tree)
        put("triggers", ApkDatabaseFiles.triggers(triggers), home, &tree)
        tree.write(home.appending("lock"), [], mode: 0o600, origin: origin)
        writeConfiguration(beside: base, into: &tree)
    }

    /// Those of a base stay, and come first.
    private func writeRepositories(_ path: TreePath, into tree: inout FileTree) {
        guard tree[path] == nil || tree[path]?.origin == .base else { return }
        let present = String(decoding: (try? tree.contents(path)) ?? [], as: UTF8.self)
        let lines = present.split(separator: "\n").map(String.init)
        let new = order.repositories.filter { !lines.contains($0) }
        guard !new.isEmpty else { return }
        tree.write(path, Array((lines + new).map { $0 + "\n" }.joined().utf8), origin: origin)
    }

    /// Below `/usr` where that is the real place; else where apk 2 has looked since ever.
    private func place(in tree: inout FileTree) -> TreePath {
        let old = TreePath("lib/apk")
        let real = tree.placeOfEntry(old)
        let isOld = order.distribution.family == .alpine && order.distribution.hasOldDatabase
        if real != old || tree[old] != nil || isOld {
            tree.makeDirectory(real.appending("db"), origin: origin)
            return real.appending("db")
        }
        let home = TreePath("usr/lib/apk")
        for name in ["db", "exec"] where tree[home.appending(name)] == nil {
            tree.makeDirectory(home.appending(name), origin: origin)
        }
        tree.link(old, to: "../usr/lib/apk", origin: origin)
        return home.appending("db")
    }

    private func put(_ name: String, _ bytes: [UInt8], _ home: TreePath, _ tree: inout FileTree) {
        tree.write(home.appending(name), bytes, origin: origin)
    }

    /// `etc/apk`: what was asked for, from where, and who is trusted.
    private func writeConfiguration(beside base: AlpineBase, into tree: inout FileTree) {
        let home = TreePath("etc/apk")
        tree.write(AlpineBase.world, ApkDatabaseFiles.world(base.world + order.world), origin: origin)
        tree.write(
            home.appending("arch"), ApkDatabaseFiles.architectures([platform.architecture]), origin: origin)
        writeRepositories(home.appending("repositories"), into: &tree)
        for key in order.keys {
            let path = home.appending("keys").appending(key.name)
            if tree[path] == nil { tree.write(path, key.content, origin: origin) }
        }
    }
}

extension Distribution {
    /// Whether the release's apk keeps its database in `/lib` (up to Alpine 3.22).
    fileprivate var hasOldDatabase: Bool {
        guard let minor = version?.split(separator: ".").last.flatMap({ Int($0) }) else { return false }
        return minor < 23
    }
}

extension SegmentTable {
    /// The package's entries that are in the tree as its own, in the order of their paths.
    fileprivate func installed(in tree: FileTree) -> [ApkEntry] {
        entries.compactMap { entry in
            guard let node = tree[tree[entry.path] == nil ? tree.placeOfEntry(entry.path) : entry.path] else {
                return nil
            }
            if !entry.node.isDirectory, case .package(let owner) = node.origin, owner != package { return nil }
            let header = TarEntry(
                name: entry.path.bytes,
                kind: entry.node.isDirectory ? .directory : entry.node.isLink ? .symlink : .file,
                mode: entry.node.mode, user: entry.node.user, group: entry.node.group,
                attributes: entry.node.attributes)
            let checksum = sums["\(entry.path)"].flatMap { ApkChecksum(text: $0) }
            return ApkEntry(path: entry.path, header: header, checksum: checksum)
        }
    }
}
