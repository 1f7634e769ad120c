// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage

/// The directories that every system has, and the links of a merged `/usr`.
///
/// What packages bring stays as it is.
struct SkeletonEffect: Effect {
    let name = "skeleton"

    func apply(to tree: inout FileTree, in context: EffectContext) -> EffectReport {
        var edit = TreeEdit(name)
        if context.isScratch || context.hasBase {
            linkWhatIsThere(&edit, &tree)
            return edit.report
        }
        linkUsr(&edit, &tree, context)
        for (path, mode) in Self.directories { edit.directory(path, mode: mode, in: &tree) }
        if context.isWholeSystem {
            for path in Self.wholeSystemDirectories { edit.directory(path, in: &tree) }
        }
        for (path, target) in [(TreePath("var/run"), "/run"), (TreePath("var/lock"), "/run/lock")] {
            // Older base-files ships empty directories and turns them into links when it is set up.
            if tree[path]?.isDirectory == true, tree.children(of: path).isEmpty { edit.remove(path, in: &tree) }
            if tree[path] == nil { edit.link(path, to: target, in: &tree) }
        }
        return edit.report
    }

    /// `/bin` → `usr/bin` and so on. Further library directories only where something lies in them.
    private func linkUsr(_ edit: inout TreeEdit, _ tree: inout FileTree, _ context: EffectContext) {
        for name in ["bin", "sbin", "lib"] {
            edit.directory(TreePath.root.appending("usr").appending(name), in: &tree)
            link(name, &edit, &tree)
        }
        for name in ["lib32", "lib64", "libo32", "libx32"] {
            let isNeeded = tree[TreePath.root.appending("usr").appending(name)] != nil
            if isNeeded || name == Self.loaderDirectories[context.architecture] {
                edit.directory(TreePath.root.appending("usr").appending(name), in: &tree)
                link(name, &edit, &tree)
            }
        }
    }

    /// Programs of packages look for their loader in `/lib` and `/lib64`.
    private func linkWhatIsThere(_ edit: inout TreeEdit, _ tree: inout FileTree) {
        for name in ["bin", "sbin", "lib", "lib32", "lib64", "libo32", "libx32"]
        where tree[TreePath.root.appending("usr").appending(name)]?.isDirectory == true {
            link(name, &edit, &tree)
        }
    }

    private func link(_ name: String, _ edit: inout TreeEdit, _ tree: inout FileTree) {
        let path = TreePath.root.appending(name)
        if tree[path]?.isDirectory == true {
            edit.note("/\(name) is a directory of its own: /usr is not merged")
        }
        if tree[path] == nil { edit.link(path, to: "usr/" + name, in: &tree) }
    }

    /// Where programs of an architecture look for the run-time linker, when that is not `/lib`.
    private static let loaderDirectories = [
        "amd64": "lib64", "ppc64el": "lib64", "ppc64": "lib64", "loong64": "lib64", "mips64el": "lib64",
        "x32": "libx32",
    ]

    private static let directories: [(TreePath, UInt16)] = [
        (TreePath("dev"), 0o755), (TreePath("etc"), 0o755), (TreePath("home"), 0o755), (TreePath("opt"), 0o755),
        (TreePath("proc"), 0o555), (TreePath("root"), 0o700), (TreePath("run"), 0o755),
        (TreePath("run/lock"), 0o1777), (TreePath("srv"), 0o755), (TreePath("sys"), 0o555),
        (TreePath("tmp"), 0o1777), (TreePath("usr"), 0o755), (TreePath("var"), 0o755),
        (TreePath("var/cache"), 0o755), (TreePath("var/lib"), 0o755), (TreePath("var/log"), 0o755),
        (TreePath("var/tmp"), 0o1777),
    ]

    private static let wholeSystemDirectories = [TreePath("boot"), TreePath("media"), TreePath("mnt")]
}
