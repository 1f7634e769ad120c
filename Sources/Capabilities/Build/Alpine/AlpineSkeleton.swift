// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage

/// What apk makes in a root directory before it installs anything.
enum AlpineSkeleton {
    private static let origin = FileNode.Origin.effect("skeleton")

    static func make(_ tree: inout FileTree) {
        for (path, mode) in directories where tree[tree.placeOfEntry(TreePath(path))] == nil {
            tree.makeDirectory(TreePath(path), mode: mode, origin: origin)
        }
        // apk and its scripts need these where nothing is mounted.
        for (name, mode, major, minor) in devices {
            let path = TreePath("dev").appending(name)
            guard tree[path] == nil else { continue }
            tree[path] = FileNode(
                .characterDevice(major: major, minor: minor), mode: mode, modified: tree.epoch, origin: origin)
        }
    }

    private static let directories: [(StaticString, UInt16)] = [
        ("tmp", 0o1777), ("dev", 0o755), ("proc", 0o555), ("etc", 0o755), ("etc/apk", 0o755), ("etc/apk/keys", 0o755),
        ("lib", 0o755), ("opt", 0o755), ("var", 0o755), ("var/cache", 0o755), ("var/cache/apk", 0o755),
        ("var/cache/misc", 0o755),
    ]

    private static let devices: [(String, UInt16, UInt32, UInt32)] = [
        ("console", 0o620, 5, 1), ("null", 0o666, 1, 3), ("random", 0o666, 1, 8), ("urandom", 0o666, 1, 9),
        ("zero", 0o666, 1, 5),
    ]
}
