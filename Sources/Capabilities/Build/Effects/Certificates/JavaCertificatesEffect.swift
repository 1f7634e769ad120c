// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage

/// The certificates as Java wants them: `etc/ssl/certs/java/cacerts`, which ca-certificates-java's script makes with
/// the Java that was just installed. Without it Java trusts nobody.
struct JavaCertificatesEffect: Effect {
    let name = "java certificates"
    let takesAllFiles = true

    func apply(to tree: inout FileTree, in context: EffectContext) throws -> EffectReport {
        var edit = TreeEdit(name)
        guard context.package("ca-certificates-java") != nil else { return edit.report }
        edit.standsIn(for: "ca-certificates-java", in: context)
        let entries = try Self.entries(in: tree)
        guard !entries.isEmpty else { return edit.report }
        edit.write(Self.directory.appending("java/cacerts"), JavaKeyStore.encode(entries, at: tree.epoch), in: &tree)
        // The script's note to its trigger that there is no key store yet.
        edit.remove(TreePath("var/lib/ca-certificates-java/fresh"), in: &tree)
        return edit.report
    }

    private static let directory = TreePath("etc/ssl/certs")

    /// The links that `update-ca-certificates` makes, by name, as the script's `find -type l -name '*.pem' | sort`.
    private static func entries(in tree: FileTree) throws -> [JavaKeyStore.Entry] {
        try tree.children(of: tree.resolve(directory) ?? directory).compactMap { path in
            guard path.name.suffix(4).elementsEqual(".pem".utf8), case .symlink(let target) = tree[path]?.kind,
                target.starts(with: Array("/usr/share/ca-certificates/".utf8))
                    || target.starts(with: Array("/usr/local/share/ca-certificates/".utf8)),
                let file = tree.resolve(path), let block = PEMBlock.blocks(in: try tree.contents(file))?.first
            else { return nil }
            let alias = "debian:" + String(decoding: path.name, as: UTF8.self).lowercased()
            return JavaKeyStore.Entry(alias: alias, certificate: block.content)
        }
    }
}
