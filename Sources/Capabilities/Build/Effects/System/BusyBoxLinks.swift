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
}
