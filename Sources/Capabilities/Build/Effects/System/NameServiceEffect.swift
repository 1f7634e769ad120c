// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage

/// `etc/nsswitch.conf` for an image in which no package makes one.
///
/// Without it glibc looks for names in DNS before `etc/hosts` in some versions, and Go's resolver always.
struct NameServiceEffect: Effect {
    let name = "name services"

    func apply(to tree: inout FileTree, in context: EffectContext) throws -> EffectReport {
        var edit = TreeEdit(name)
        let path = TreePath("etc/nsswitch.conf")
        guard tree[path] == nil else { return edit.report }
        let template = TreePath("usr/share/libc-bin/nsswitch.conf")
        if let content = try? tree.contents(template) {
            edit.write(path, content, in: &tree)
        } else {
            edit.write(path, Self.text, in: &tree)
        }
        return edit.report
    }

    private static let text = """
        passwd:         files
        group:          files
        shadow:         files
        gshadow:        files

        hosts:          files dns
        networks:       files

        protocols:      files
        services:       files
        ethers:         files
        rpc:            files

        """
}
