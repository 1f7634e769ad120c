// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage
import PlinthSystemd

/// What all tmpfiles.d files make or change, as `systemd-tmpfiles --create` does it; not below what a running system
/// mounts over, and without lines that are for booting only.
struct TmpfilesEffect: Effect {
    let name = "tmpfiles"
    let takesAllFiles = true

    func apply(to tree: inout FileTree, in context: EffectContext) throws -> EffectReport {
        var edit = TreeEdit(name)
        let specifiers = Specifiers(in: tree)
        let lines = try ConfigurationFolder("tmpfiles.d", in: tree).lines(in: tree, &edit) {
            TmpfilesLine.parse($0, specifiers)
        }
        var given = FileTree(epoch: tree.epoch)
        swap(&given, &tree)
        var work = TmpfilesWork(given, edit)
        given = FileTree(epoch: tree.epoch)
        defer { tree = work.tree }
        for line in TmpfilesOrder(lines).lines { try work.apply(line) }
        return work.edit.report
    }
}

/// The order of the lines: what lies on the way to a path first, of one path first what makes it, patterns last.
struct TmpfilesOrder {
    private(set) var lines: [TmpfilesLine] = []
    private var byPath: [String: [TmpfilesLine]] = [:]

    init(_ all: [TmpfilesLine]) {
        var paths: [String] = []
        for line in all where !line.isPattern {
            if byPath[line.path] == nil { paths.append(line.path) }
            let present = byPath[line.path] ?? []
            if !line.action.isOwner || !present.contains(where: \.action.isOwner) {
                byPath[line.path] = line.action.isOwner ? [line] + present : present + [line]
            }
        }
        for path in paths { take(path) }
        var seen: Set<String> = []
        lines += all.filter { $0.isPattern && (!$0.action.isOwner || seen.insert("\($0.action) \($0.path)").inserted) }
    }

    private mutating func take(_ path: String) {
        for end in path.indices.dropFirst() where path[end] == "/" { move(String(path[..<end])) }
        move(path)
    }

    private mutating func move(_ path: String) {
        if let found = byPath.removeValue(forKey: path) { lines += found }
    }
}
