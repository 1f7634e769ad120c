// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage
import Testing

@testable import PlinthBuild

/// What `systemd-tmpfiles --create --root` makes of the same files was compared with this (version 252).
struct TmpfilesTests {
    private static let context = EffectContext(architecture: "amd64", triplet: "")

    private static let before = [
        "etc/passwd = root:x:0:0:root:/root:/bin/bash\none:x:300:301::/:/bin/sh\n",
        "etc/group = root:x:0:\nadm:x:4:\none:x:301:\n", "etc/keep/file = k", "usr/share/factory/etc/issue = issue",
        "usr/share/factory/etc/pam.d/ [700 0:0]", "usr/share/factory/etc/pam.d/p = p",
        "usr/share/factory/etc/pam.d/l -> p", "var/run -> /run", "run/", "tmp/", "var/lib/old/tool [6755 0:0] = t",
        "var/lib/old/sub/data [640 0:0] = d", "var/lib/old/link -> tool", "srv/link -> ../var/lib/old",
        "srv/dangling -> nowhere", "var/log/a.log = log", "var/log/b.log = log", "var/empty/",
        "usr/lib/tmpfiles.d/b.conf = d /masked\n", "etc/tmpfiles.d/b.conf -> /dev/null",
        "usr/lib/tmpfiles.d/c.conf = d /over\n", "etc/tmpfiles.d/c.conf = d /over 0700\n",
        "usr/lib/tmpfiles.d/a.conf = " + """
            d /var/lib/new 0750 one adm 10d
            d /var/lib/new 0700 - - -
            z /var/lib/new 0711
            d /var/lib/old 0711 - adm
            D /var/cache/deep/er - one -
            f /var/lib/new/file 0600 one one - a\\tb %%
            f /var/log/a.log 0640 - adm - never
            F /var/log/b.log - - - - new
            w /var/log/*.log - - - - !
            w+ /var/log/a.log - - - - +
            L /etc/issue
            L /etc/mtab - - - - ../proc/self/mounts
            L+ /etc/keep - - - - /usr/share/keep
            L /etc/passwd - - - - nowhere
            C /etc/pam.d - one -
            C /etc/passwd
            p /var/lib/pipe 0620 - adm
            Z /var/lib/old ~0777 one -
            z /srv/link 0700 one one
            z /var/lib/*/sub 0500
            e /var/emp* 0700 one
            d /srv/dangling/x
            d /run/no
            d /var/run/no
            d /tmp/no
            d! /var/lib/boot
            d /var/lib/who - nobody9
            L? /etc/none - - - - /nowhere/at/all
            d= /var/log/a.log/
            r /var/log/b.log
            k /what

            """,
    ]

    @Test func `lines of every kind`() throws {
        #expect(
            try SmallTree.added(by: TmpfilesEffect(), to: Self.before, in: Self.context) == [
                "etc/issue -> /usr/share/factory/etc/issue", "etc/keep -> /usr/share/keep",
                "etc/mtab -> ../proc/self/mounts", "etc/pam.d/ [700 300:0]", "etc/pam.d/l -> p",
                "etc/pam.d/p [644 300:0] = p", "over/ [700 0:0]", "var/cache/", "var/cache/deep/",
                "var/cache/deep/er/ [755 300:0]", "var/empty/ [700 300:0]", "var/lib/new/ [711 300:4]",
                "var/lib/new/file [600 300:301] = a\tb %", "var/lib/old/ [777 300:4]",
                "var/lib/old/sub/ [500 300:0]", "var/lib/old/sub/data [666 300:0] = d",
                "var/lib/old/tool [777 300:0] = t", "var/lib/pipe| [620 0:4]", "var/log/a.log [640 0:4] = !og+",
                "var/log/b.log = !ew",
            ])
    }

    @Test func `what was passed over is told, links change hands, and what gave way is gone`() throws {
        var tree = SmallTree.make(Self.before)
        let report = try TmpfilesEffect().apply(to: &tree, in: Self.context)
        #expect(
            report.notes == [
                "/usr/lib/tmpfiles.d/a.conf line 31 passed over: the action “k” is not one that an image can have",
                "/srv/dangling/x was not made: what it would lie in is no directory",
                "there is no user nobody9: lines about it were passed over",
            ])
        #expect(tree[TreePath("srv/link")]?.user == 300 && tree[TreePath("srv/link")]?.group == 301)
        #expect(tree[TreePath("etc/keep/file")] == nil)
        let nodes = tree.nodes
        _ = try TmpfilesEffect().apply(to: &tree, in: Self.context)
        #expect(tree.nodes[TreePath("var/lib/new")] == nodes[TreePath("var/lib/new")])
    }

    /// Lines of packages are input: they cannot leave the tree or break it.
    @Test(arguments: [
        "d /a/b/c/../../..", "L /etc - - - - /", "L+ / - - - - /x", "C /usr/copy - - - - /usr",
        "C /usr - - - - /usr/share",
        "d /link/x/y", "f /file/below", "p /file/pipe", "L /x - - - - ", "d /dev/x", "C+ /new - - - - /",
        "L+ /usr - - - - /elsewhere", "d= /file", "w /usr/* - - - - x", "Z / 0000 - -", "d /\u{7f}",
        "C /dev/y - - - - /usr",
    ])
    func `stays in the tree`(_ line: String) throws {
        var tree = SmallTree.make([
            "usr/share/x = x", "file = f", "link -> nowhere", "etc/group = root:x:0:\n",
            "usr/lib/tmpfiles.d/x.conf = \(line)\n",
        ])
        _ = try TmpfilesEffect().apply(to: &tree, in: Self.context)
        for path in tree.sortedPaths {
            #expect(TreePath(text: path.description) == path)
            #expect(!path.isInside(TreePath("dev")))
            if let parent = path.parent, !parent.isRoot { #expect(tree[parent]?.isDirectory == true, "\(path)") }
        }
    }
}
