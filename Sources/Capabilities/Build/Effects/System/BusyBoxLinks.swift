// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage

/// `busybox --install -s` in an image of Alpine: a link for every command that nobody else brings.
enum BusyBoxLinks {
    private static let folder = TreePath("etc/busybox-paths.d")

    /// - Parameter program: `busybox` or `busybox-extras`, whose package lists its commands.
    static func install(_ program: String, _ tree: inout FileTree, _ edit: inout TreeEdit) {
        guard let lists = try? tree.contents(folder.appending(program)) else {
            return edit.note("the commands of \(program) are not listed in /\(folder): no links were made for them")
        }
        for line in lists.split(separator: UInt8(ascii: "\n")) {
            guard let path = try? TreePath(archiveName: Array(line)), !path.isRoot, tree.resolve(path) == nil,
                tree[tree.placeOfEntry(path)] == nil
            else { continue }
            edit.link(path, to: "/bin/\(program)", in: &tree)
        }
    }

    /// `bbsuid --install`: the commands that need root's rights lead to it, whoever had them before, unless by a file.
    static func installPrivileged(_ tree: inout FileTree, _ edit: inout TreeEdit) {
        let commands = privileged((try? tree.contents(TreePath("bin/bbsuid"))) ?? [])
        if commands.isEmpty { edit.note("the commands of /bin/bbsuid cannot be told: no links were made for them") }
        for path in commands {
            guard let folder = path.parent.flatMap({ tree.resolve($0) }), folder.isRoot || tree[folder] != nil else {
                continue
            }
            let place = folder.appending(path.name)
            if let present = tree[place] {
                guard case .symlink = present.kind else { continue }
            }
            edit.link(place, to: "/bin/bbsuid", in: &tree)
        }
    }

    /// The paths that stand in the program, each ending in NUL; none of its own or of BusyBox.
    static func privileged(_ program: [UInt8]) -> [TreePath] {
        let folders = ["/bin/", "/sbin/", "/usr/bin/", "/usr/sbin/"].map { Array($0.utf8) }
        guard program.count <= 1 << 20 else { return [] }
        let paths = program.split(separator: 0).compactMap { text -> TreePath? in
            guard text.count <= 64, let folder = folders.first(where: { text.starts(with: $0) }),
                text.count > folder.count, !text.dropFirst(folder.count).contains(where: { !isNameByte($0) })
            else { return nil }
            return try? TreePath(archiveName: Array(text))
        }
        return Set(paths).subtracting([TreePath("bin/bbsuid"), TreePath("bin/busybox")]).sorted()
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte | 0x20) || "-_.[".utf8.contains(byte)
    }
}
