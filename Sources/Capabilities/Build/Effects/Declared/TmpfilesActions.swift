// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage
import PlinthSystemd

/// What the lines do.
extension TmpfilesWork {
    /// Changes an entry that is there.
    mutating func change(_ place: TreePath, _ line: TmpfilesLine, _ access: TmpfilesAccess) throws {
        guard let node = tree[place] else { return }
        switch line.action {
        case .write(let appends): try write(place, line.argument ?? [], appends)
        case .existingDirectory: if node.isDirectory { give(place, access) }
        case .permissions(let recursive):
            give(place, access)
            guard recursive, node.isDirectory else { return }
            visits -= tree.nodes.count
            guard visits > 0 else { return note("too much to change below /\(place): it was passed over") }
            for path in tree.descendants(of: place) { give(path, access) }
        default: return
        }
    }

    /// Makes an entry, or gives the one that is there the mode and owner that the line says.
    mutating func make(_ place: TreePath, _ line: TmpfilesLine, _ access: TmpfilesAccess) throws {
        if let node = tree[place], !isOfKind(node, line.action) {
            guard line.replacesOthers || (line.isForced && line.action == .symlink) else {
                if line.action != .symlink { note("/\(place) is there already, and something else") }
                return
            }
            guard removed(place) else { return note("/\(place) was not replaced: there is too much to do") }
        }
        switch line.action {
        case .directory:
            if tree[place] != nil { return give(place, access) }
            let new = access.isNew(mode: 0o755)
            edit.directory(place, mode: new.mode, user: new.user, group: new.group, in: &tree)
        case .file, .truncatedFile:
            if let node = tree[place], line.action == .file {
                if node.isFile { give(place, access) }
                return
            }
            let new = tree[place].map(access.changed) ?? access.isNew(mode: 0o644)
            edit.write(place, line.argument ?? [], mode: new.mode, user: new.user, group: new.group, in: &tree)
        case .symlink: link(place, line)
        case .fifo:
            if tree[place] != nil { return give(place, access) }
            // The parents first: a pipe is made in a directory.
            if let parent = place.parent, !parent.isRoot { edit.directory(parent, in: &tree) }
            let new = access.isNew(mode: 0o644)
            tree[place] = FileNode(
                .fifo, mode: new.mode, user: new.user, group: new.group, modified: tree.epoch, origin: edit.origin)
            edit.changed(at: place)
        case .copy: try copy(to: place, line, access)
        default: return
        }
    }

    private func isOfKind(_ node: FileNode, _ action: TmpfilesLine.Action) -> Bool {
        switch (node.kind, action) {
        case (.directory, .directory), (.file, .file), (.file, .truncatedFile), (.hardLink, .file), (.fifo, .fifo),
            (.symlink, .symlink), (_, .copy):
            true
        default: false
        }
    }

    private mutating func link(_ place: TreePath, _ line: TmpfilesLine) {
        let target = String(decoding: line.argument ?? [], as: UTF8.self)
        guard !target.utf8.contains(0), !target.isEmpty, target.utf8.count < 4096 else { return }
        if tree[place] != nil, !line.isForced { return }
        if line.needsTarget {
            let start = target.hasPrefix("/") ? "" : "\(place.parent ?? .root)/"
            guard let goal = TreePath(text: start + target), tree.resolve(goal) != nil else { return }
        }
        edit.link(place, to: target, in: &tree)
    }

    /// At the end, or over what stands at the beginning: the file is not cut.
    private mutating func write(_ place: TreePath, _ content: [UInt8], _ appends: Bool) throws {
        guard let real = tree.resolve(place), let node = tree[real], case .file(let size) = node.kind else { return }
        guard size <= 16 << 20 else { return note("/\(place) is too large to be written to") }
        let before = try tree.contents(real)
        let after = appends ? before + content : content + before.dropFirst(content.count)
        edit.write(real, after, mode: node.mode, user: node.user, group: node.group, in: &tree)
    }

    /// Copies a file, or a directory with all that it holds where nothing is yet.
    private mutating func copy(to place: TreePath, _ line: TmpfilesLine, _ access: TmpfilesAccess) throws {
        let text = String(decoding: line.argument ?? [], as: UTF8.self)
        guard let source = TreePath(text: text), !source.isRoot, let real = tree.resolve(source), let node = tree[real]
        else { return note("there is no \(text) to copy") }
        guard !place.isInside(real), !real.isInside(place) else { return note("\(text) cannot be copied into itself") }
        if let present = tree[place] {
            let isEmpty = present.isDirectory && tree.children(of: place).isEmpty
            guard node.isDirectory, present.isDirectory, isEmpty || line.isForced else { return give(place, access) }
        }
        let entries = node.isDirectory ? [real] + tree.descendants(of: real) : [real]
        visits -= tree.nodes.count
        for entry in entries {
            let rest = entry.bytes.dropFirst(real.bytes.count)
            guard visits > 0, let path = try? TreePath(archiveName: place.bytes + rest) else { continue }
            try copy(entry, to: path)
            if tree[entry] != nil { give(path, path == place ? access : access.ownersOnly) }
        }
    }

    private mutating func copy(_ entry: TreePath, to path: TreePath) throws {
        guard let node = tree[entry] else { return }
        if tree[path] != nil { return }
        switch node.kind {
        case .directory: edit.directory(path, mode: node.mode, user: node.user, group: node.group, in: &tree)
        case .symlink(let target): edit.link(path, to: String(decoding: target, as: UTF8.self), in: &tree)
        case .file, .hardLink:
            let content = try tree.contents(entry)
            copied -= content.count
            guard copied > 0 else { return note("/\(entry) was not copied: there is too much to copy") }
            edit.write(path, content, mode: node.mode, user: node.user, group: node.group, in: &tree)
        default: return
        }
    }

    private mutating func give(_ place: TreePath, _ access: TmpfilesAccess) {
        guard var node = tree[place] else { return }
        let new = access.changed(node)
        guard case .symlink = node.kind else {
            return edit.permissions(place, mode: new.mode, user: new.user, group: new.group, in: &tree)
        }
        // A link has no mode.
        guard (new.user, new.group) != (node.user, node.group) else { return }
        (node.user, node.group) = (new.user, new.group)
        tree[place] = node
        edit.changed(at: place)
    }

    /// Takes an entry away with all that it holds, if that is not too much to do.
    private mutating func removed(_ place: TreePath) -> Bool {
        if tree[place]?.isDirectory == true {
            visits -= tree.nodes.count
            guard visits > 0 else { return false }
            for path in tree.descendants(of: place).reversed() { edit.remove(path, in: &tree) }
        }
        edit.remove(place, in: &tree)
        return true
    }
}
