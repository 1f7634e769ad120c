// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage

/// `etc/nsswitch.conf` and `etc/hosts` for an image in which no package makes them.
///
/// Without the first glibc looks for names in DNS before `etc/hosts` in some versions, and Go's resolver always; without
/// the second there is no `localhost` where no container engine lays its own file over it.
struct NameServiceEffect: Effect {
    let name = "name services"

    func apply(to tree: inout FileTree, in context: EffectContext) throws -> EffectReport {
        var edit = TreeEdit(name)
        let hosts = TreePath("etc/hosts")
        if !context.isWholeSystem, tree[hosts] == nil { edit.write(hosts, Self.hosts, in: &tree) }
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

    private static let hosts = "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n"

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
