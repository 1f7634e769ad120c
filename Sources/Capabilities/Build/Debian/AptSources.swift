// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage

/// apt's own sources in `slim` and `full` images: the archives that the image came from.
enum AptSources {
    static func write(_ sources: [AptSource], into tree: inout FileTree) {
        let path = TreePath("etc/apt/sources.list.d/debian.sources")
        guard !sources.isEmpty, tree[path] == nil else { return }
        let text = sources.map { source in
            """
            Types: deb
            URIs: \(source.url)
            Suites: \(source.suites.joined(separator: " "))
            Components: \(source.components.joined(separator: " "))
            Signed-By: \(source.keyring)

            """
        }.joined(separator: "\n")
        tree.write(path, Array(text.utf8), origin: .effect("apt sources"))
    }
}
