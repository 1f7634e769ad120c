// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage

/// `etc/shells`, as debianutils' `update-shells` and `add-shell` keep it.
enum LoginShells {
    private static let file = TreePath("etc/shells")
    private static let template = TreePath("usr/share/debianutils/shells")
    private static let folder = TreePath("usr/share/debianutils/shells.d")

    /// Adds the shells that packages declare, each by the path it has behind links too.
    static func update(_ tree: inout FileTree, _ edit: inout TreeEdit) {
        var known: [String] = []
        for source in [template] + tree.children(of: folder) {
            for line in lines(source, in: tree) {
                guard let shell = line.split(separator: "#", omittingEmptySubsequences: false).first, !shell.isEmpty
                else { continue }
                for path in [String(shell), real(String(shell), in: tree)] where !known.contains(path) {
                    known.append(path)
                }
            }
        }
        guard !known.isEmpty else { return }
        let present = tree.resolve(file) == nil ? lines(template, in: tree) : lines(file, in: tree)
        let added = known.filter { !present.contains($0) }
        edit.write(file, (present + added).map { $0 + "\n" }.joined(), in: &tree)
        edit.write(TreePath("var/lib/shells.state"), known.map { $0 + "\n" }.joined(), in: &tree)
    }

    static func add(_ shell: String, _ tree: inout FileTree, _ edit: inout TreeEdit) {
        guard shell.hasPrefix("/"), !shell.contains("\n") else { return }
        var present = lines(file, in: tree)
        for path in [shell, real(shell, in: tree)] where !present.contains(path) { present.append(path) }
        edit.write(file, present.map { $0 + "\n" }.joined(), in: &tree)
    }

    /// The path with links in its directories followed, the last name kept.
    private static func real(_ shell: String, in tree: FileTree) -> String {
        guard let path = TreePath(text: shell) else { return shell }
        return "/\(tree.placeOfEntry(path))"
    }

    private static func lines(_ path: TreePath, in tree: FileTree) -> [String] {
        guard let content = try? tree.contents(path) else { return [] }
        return String(decoding: content, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
            .dropLast().map(String.init)
    }
}
