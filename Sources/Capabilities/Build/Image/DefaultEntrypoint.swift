// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage

/// What an image runs when nobody says: the program that bears a named package's name, or its only program.
enum DefaultEntrypoint {
    private static let directories: [TreePath] = [
        TreePath("usr/sbin"), TreePath("usr/bin"), TreePath("usr/local/bin"),
    ]

    static func find(for named: [String], in tree: FileTree, _ segments: [Segment]) -> [String] {
        // Of a BusyBox the shell is meant.
        for name in named where !BusyBoxEffect.packages.contains(name) {
            if let program = program(of: name, in: tree, segments) { return ["/\(program)"] }
        }
        return []
    }

    /// What distributions' own images start: their shell, if the image has one.
    static func shell(in tree: FileTree) -> [String] {
        let found = ["bash", "sh"].first { isProgram(TreePath("usr/bin").appending($0), in: tree) }
        return found.map { ["/usr/bin/\($0)"] } ?? []
    }

    private static func program(of name: String, in tree: FileTree, _ segments: [Segment]) -> TreePath? {
        for directory in directories {
            let path = directory.appending(name)
            if isProgram(path, in: tree) { return path }
        }
        let own = segments.first { $0.table.package == name }?.table.entries.map(\.path) ?? []
        let programs = own.filter { path in
            directories.contains { path.parent == $0 } && isProgram(path, in: tree)
        }
        return programs.count == 1 ? programs[0] : nil
    }

    /// Whether it can be started: a script needs its interpreter.
    private static func isProgram(_ path: TreePath, in tree: FileTree) -> Bool {
        guard let place = tree.resolve(path), let node = tree[place], !node.isDirectory else { return false }
        return node.mode & 0o111 != 0 && tree.missingInterpreter(of: place) == nil
    }
}
