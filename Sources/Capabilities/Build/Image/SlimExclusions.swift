// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage

/// What a `slim` image tells dpkg, so that packages installed later leave out what these left out.
///
/// `path-exclude` and `path-include` of dpkg(1); the last that fits decides.
enum SlimExclusions {
    private static let path = TreePath("etc/dpkg/dpkg.cfg.d/slim")

    static func write(into tree: inout FileTree) {
        guard tree.resolve(TreePath("usr/bin/dpkg")) != nil, tree[path] == nil else { return }
        let documentation = NormalisationPolicy.documentation
        var lines = ["# Packages installed here later leave their documentation and translations out too."]
        lines += NormalisationPolicy.droppedTrees.map { "path-exclude=/\($0)/*" }
        lines += ["path-exclude=/\(documentation)/*", "path-include=/\(documentation)/*/copyright"]
        tree.write(path, Array(lines.map { $0 + "\n" }.joined().utf8), origin: .effect("package database"))
    }
}

extension NormalisationPolicy {
    /// Takes away what effects made where a package's own files would stay out.
    func drop(_ made: [TreePath], from tree: inout FileTree) {
        for path in made where drops(path) {
            if case .effect? = tree[path]?.origin { tree[path] = nil }
        }
    }
}
