// SPDX-License-Identifier: Apache-2.0
import PlinthCore

/// How a package's files are made part of an image, whatever else the image holds.
///
/// Part of a segment's key: change what a policy does and `formatVersion` must change too.
struct NormalisationPolicy: Hashable, Sendable {
    /// Bumped whenever the bytes of a segment or its table change.
    static let formatVersion = 2

    /// `/bin`, `/sbin`, `/lib*` become `/usr/bin` and so on.
    var mergesUsr: Bool
    /// Documentation, manual pages, translations and caches stay out; copyright files stay in.
    var dropsDocumentation: Bool
    /// The newest modification time that is kept, seconds since 1970; later ones become this.
    var clamp: Int64?
    var level: Int

    /// The key of a package's segment.
    func key(of package: Digest) -> String {
        let clampText = clamp.map { "\($0)" } ?? "-"
        let text =
            "segment \(Self.formatVersion) \(package.hex) usr=\(mergesUsr) docs=\(dropsDocumentation)"
            + " clamp=\(clampText) level=\(level) \(LayerFormat.gzipEncoder)"
        return Digest.of(Array(text.utf8)).hex
    }

    /// Where a path of the package goes in the image.
    func place(_ path: TreePath) -> TreePath {
        guard mergesUsr, let first = path.components.first, Self.merged.contains(Array(first)) else { return path }
        return TreePath(unchecked: Array("usr/".utf8) + path.bytes)
    }

    /// The top-level directories that merged `/usr` moves.
    static let merged: Set<[UInt8]> = Set(
        ["bin", "sbin", "lib", "lib32", "lib64", "libx32", "libo32"].map { Array($0.utf8) })

    /// Whether a path stays out of the image.
    func drops(_ path: TreePath) -> Bool {
        guard dropsDocumentation else { return false }
        if Self.droppedTrees.contains(where: { path.isInside($0) && path != $0 }) { return true }
        guard path.isInside(Self.documentation), path != Self.documentation else { return false }
        return !Self.keptDocumentation(path)
    }

    /// Copyright files and the directories that lead to them: a licence asks for them.
    private static func keptDocumentation(_ path: TreePath) -> Bool {
        let parts = path.components
        return parts.count == 4 || (parts.count == 5 && parts[4].elementsEqual("copyright".utf8))
    }

    static let documentation = TreePath("usr/share/doc")
    static let droppedTrees: [TreePath] = [
        "usr/share/man", "usr/share/info", "usr/share/locale", "usr/share/lintian", "usr/share/linda",
        "usr/share/doc-base", "usr/share/groff", "usr/share/bug", "usr/share/gtk-doc", "usr/share/bash-completion",
        "usr/share/zsh", "usr/share/fish", "var/cache/man",
    ].map { TreePath(archiveLiteral: $0) }
}

extension TreePath {
    fileprivate init(archiveLiteral text: String) {
        self.init(unchecked: Array(text.utf8))
    }
}
