// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage
import PlinthSystemd

/// A tree that lines of tmpfiles.d are applied to.
struct TmpfilesWork {
    var tree: FileTree
    var edit: TreeEdit
    private let accounts: AccountTable
    /// Entries that may still be looked at, and bytes that may still be copied: hostile lines end here.
    var visits = 200_000_000
    var copied = 64 << 20

    init(_ tree: FileTree, _ edit: TreeEdit) {
        self.tree = tree
        self.edit = edit
        accounts = AccountTable(in: tree)
    }

    mutating func apply(_ line: TmpfilesLine) throws {
        guard let path = TreePath(text: line.path), !path.isRoot, !isMountedOver(path),
            let access = resolved(line.access)
        else { return }
        switch line.action {
        case .write, .existingDirectory, .permissions:
            for place in matches(line.path, path) { try change(place, line, access) }
        default:
            guard let place = placeToMake(path) else {
                return note("/\(path) was not made: what it would lie in is no directory")
            }
            guard !isMountedOver(place) else { return }
            try make(place, line, access)
        }
    }

    mutating func note(_ text: String) {
        if edit.notes.count < 60 { edit.note(text) }
    }

    /// Numbers for names; nil, noted, for whoever is not in the image.
    private mutating func resolved(_ access: TmpfilesLine.Access) -> TmpfilesAccess? {
        var result = TmpfilesAccess(access)
        if let name = access.user {
            guard let number = accounts.user(name)?.user ?? UInt32(name) else {
                note("there is no user \(name): lines about it were passed over")
                return nil
            }
            result.user = number
        }
        if let name = access.group {
            guard let number = accounts.group(name)?.group ?? UInt32(name) else {
                note("there is no group \(name): lines about it were passed over")
                return nil
            }
            result.group = number
        }
        return result
    }

    /// Where a path lies behind links, as far as there is something; nil when something in the way is no directory.
    private func placeToMake(_ path: TreePath) -> TreePath? {
        var place = TreePath.root
        for part in path.components.dropLast() {
            let next = place.appending(part)
            if let real = tree.resolve(next) {
                guard real.isRoot || tree[real]?.isDirectory == true else { return nil }
                place = real
            } else {
                guard tree[next] == nil else { return nil }
                place = next
            }
        }
        return place.appending(path.name)
    }

    private func isMountedOver(_ path: TreePath) -> Bool { Self.mounts.contains { path.isInside($0) } }

    private static let mounts = [
        TreePath("run"), TreePath("var/run"), TreePath("tmp"), TreePath("dev"), TreePath("proc"), TreePath("sys"),
    ]

    /// What is there of that name, or of that pattern; links are not followed.
    private mutating func matches(_ pattern: String, _ path: TreePath) -> [TreePath] {
        guard pattern.utf8.contains(where: { "*?[\\".utf8.contains($0) }) else {
            let place = tree.placeOfEntry(path)
            return tree[place] == nil ? [] : [place]
        }
        let parts = pattern.split(separator: "/").map(String.init)
        let plain = parts.prefix { !$0.contains { "*?[\\".contains($0) } }
        guard let start = TreePath(text: plain.joined(separator: "/")), let root = tree.resolve(start) else {
            return []
        }
        let wanted = Array(parts[plain.count...])
        visits -= tree.nodes.count
        guard visits > 0 else {
            note("too many patterns: the rest was passed over")
            return []
        }
        return tree.descendants(of: root).filter { entry in
            let names = entry.components.dropFirst(root.components.count)
            guard names.count == wanted.count, visits > 0, !isMountedOver(entry) else { return false }
            // Long names against long patterns cost more.
            visits -= pattern.utf8.count * entry.bytes.count >> 8
            return zip(wanted, names).allSatisfy { part, name in
                (name.first != UInt8(ascii: ".") || part.hasPrefix("."))
                    && ShellPattern.matches(part, String(decoding: name, as: UTF8.self))
            }
        }
    }
}

/// The mode and owner that a line asks for, in numbers.
struct TmpfilesAccess {
    var user: UInt32?
    var group: UInt32?
    private var access: TmpfilesLine.Access

    /// Without the mode.
    var ownersOnly: TmpfilesAccess {
        var copy = self
        copy.access.mode = nil
        return copy
    }

    init(_ access: TmpfilesLine.Access) { self.access = access }

    /// Of something made just now.
    func isNew(mode: UInt16) -> (mode: UInt16, user: UInt32, group: UInt32) {
        (access.mode ?? mode, user ?? 0, group ?? 0)
    }

    /// Of something that was there.
    func changed(_ node: FileNode) -> (mode: UInt16, user: UInt32, group: UInt32) {
        let newUser = access.isUserForNew ? node.user : user ?? node.user
        let newGroup = access.isGroupForNew ? node.group : group ?? node.group
        if let mode = access.mode, !access.isModeForNew {
            return (access.isMasked ? Self.masked(mode, by: node) : mode, newUser, newGroup)
        }
        // The kernel takes setuid and setgid from a program that changes hands.
        let changesHands = node.isFile && (newUser != node.user || newGroup != node.group)
        return (changesHands ? node.mode & 0o1777 : node.mode, newUser, newGroup)
    }

    private static func masked(_ mode: UInt16, by node: FileNode) -> UInt16 {
        var mode = mode
        for bits: UInt16 in [0o111, 0o222, 0o444] where node.mode & bits == 0 { mode &= ~bits }
        return node.isDirectory ? mode : mode & 0o777
    }
}
