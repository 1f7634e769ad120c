// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage
import Testing

@testable import PlinthBuild

/// What `systemd-sysusers --root` makes of the same files was compared with this (version 252, but for `u!`).
struct SysusersTests {
    private static let context = EffectContext(architecture: "amd64", triplet: "")

    private static let before = [
        "etc/passwd = root:x:0:0:root:/root:/bin/bash\nold:x:300:300::/:/bin/sh\nproxy:x:13:13::/:/bin/sh\n",
        "etc/group = root:x:0:\nadm:x:4:zed\nold:x:300:\nproxy:x:13:\nfree:x:310:\n",
        "etc/shadow [640 0:42] = root:$y$secret:19000:0:99999:7:::\nold:!:19000::::::\n",
        "etc/gshadow [640 0:42] = root:*::\nadm:*::zed\n", "var/x/ [755 77:78]",
        "usr/lib/sysusers.d/a.conf = " + """
            u one - "User one" /run/one /bin/sh
            u two 300
            u three 301:adm - -
            u five -:free "Fi ve"
            u six 310
            u seven /var/x
            u eight 305:305
            g grp 999
            g grp2 -
            g old2 300
            g one2 /var/x
            m one adm
            m one one
            m bob newgrp
            m abe adm
            u ten - 'single quoted' /srv/%%
            u dup 500
            u dup 501
            u old 302 changed
            u root 0 - /x

            """, "usr/lib/sysusers.d/b.conf = u ignored -\n",
        "etc/sysusers.d/b.conf = " + """
            u! late9 -
            u fourteen 13:adm
            u fifteen /var/x
            m late adm
            m late zzz
            u sixteen -:zzz
            u seventeen -:901
            g g901 901
            u eighteen -:nobody9
            u bad:name -

            """,
    ]

    private static let added = [
        "etc/group = " + """
            root:x:0:
            adm:x:4:abe,late,one,zed
            old:x:300:
            proxy:x:13:
            free:x:310:
            grp:x:999:
            grp2:x:998:
            old2:x:997:
            one2:x:78:
            g901:x:901:
            newgrp:x:996:bob
            zzz:x:995:late
            one:x:994:one
            two:x:993:
            six:x:991:
            seven:x:990:
            ten:x:989:
            dup:x:500:
            late9:x:988:
            fifteen:x:986:
            abe:x:983:
            late:x:982:
            bob:x:981:

            """,
        "etc/gshadow [640 0:42] = " + """
            root:*::
            adm:*::abe,late,one,zed
            grp:!*::
            grp2:!*::
            old2:!*::
            one2:!*::
            g901:!*::
            newgrp:!*::bob
            zzz:!*::late
            one:!*::one
            two:!*::
            six:!*::
            seven:!*::
            ten:!*::
            dup:!*::
            late9:!*::
            fifteen:!*::
            abe:!*::
            late:!*::
            bob:!*::

            """,
        "etc/passwd = " + """
            root:x:0:0:root:/root:/bin/bash
            old:x:300:300::/:/bin/sh
            proxy:x:13:13::/:/bin/sh
            one:x:994:994:User one:/run/one:/bin/sh
            two:x:993:993::/:/usr/sbin/nologin
            three:x:301:4::/:/usr/sbin/nologin
            five:x:992:310:Fi ve:/:/usr/sbin/nologin
            six:x:991:991::/:/usr/sbin/nologin
            seven:x:77:990::/:/usr/sbin/nologin
            ten:x:989:989:single quoted:/srv/%:/usr/sbin/nologin
            dup:x:500:500::/:/usr/sbin/nologin
            late9:x:988:988::/:/usr/sbin/nologin
            fourteen:x:987:4::/:/usr/sbin/nologin
            fifteen:x:986:986::/:/usr/sbin/nologin
            sixteen:x:985:995::/:/usr/sbin/nologin
            seventeen:x:984:901::/:/usr/sbin/nologin
            abe:x:983:983::/:/usr/sbin/nologin
            late:x:982:982::/:/usr/sbin/nologin
            bob:x:981:981::/:/usr/sbin/nologin

            """,
        "etc/shadow [640 0:42] = " + """
            root:$y$secret:19000:0:99999:7:::
            old:!:19000::::::
            one:!*:1::::::
            two:!*:1::::::
            three:!*:1::::::
            five:!*:1::::::
            six:!*:1::::::
            seven:!*:1::::::
            ten:!*:1::::::
            dup:!*:1::::::
            late9:!*:1:::::1:
            fourteen:!*:1::::::
            fifteen:!*:1::::::
            sixteen:!*:1::::::
            seventeen:!*:1::::::
            abe:!*:1::::::
            late:!*:1::::::
            bob:!*:1::::::

            """,
    ]

    @Test func `accounts of every kind, added to those that are there`() throws {
        let added = try SmallTree.added(by: SysusersEffect(), to: Self.before, in: Self.context)
        for (found, wanted) in zip(added, Self.added) { #expect(found == wanted) }
        #expect(added.count == Self.added.count)
    }

    @Test func `what could not be made is told, and a second time nothing changes`() throws {
        var tree = SmallTree.make(Self.before)
        let report = try SysusersEffect().apply(to: &tree, in: Self.context)
        #expect(
            report.notes == [
                "/etc/sysusers.d/b.conf line 10 passed over: “bad:name” is no name for an account",
                "the user eight was not made: there is no group 305",
                "the user eighteen was not made: there is no group nobody9",
            ])
        let nodes = tree.nodes
        let again = try SysusersEffect().apply(to: &tree, in: Self.context)
        #expect(again.changed == [] && tree.nodes == nodes)
    }

    @Test(arguments: [
        (["usr/lib/sysusers.d/a.conf = g a -\n"], ["etc/", "etc/group = a:x:999:\n"]),
        (["usr/lib/sysusers.d/a.conf = u a -\n", "etc/sysusers.d/a.conf -> /dev/null"], []),
        (["usr/lib/sysusers.d/a.txt = u a -\n"], []), ([], []),
        (
            ["usr/lib/sysusers.d/a.conf = g a -\ng b -\ng c 5\nr - 7\nr - 5-6\n"],
            ["etc/", "etc/group = a:x:7:\nb:x:6:\nc:x:5:\n"]
        ),
        (["usr/lib/sysusers.d/a.conf = g a -\ng b -\nr - 7\n"], ["etc/", "etc/group = a:x:7:\n"]),
        (
            ["usr/lib/sysusers.d/a.conf = u root 0 Super /root\nu evil 0\n"],
            [
                "etc/", "etc/group = root:x:0:\nevil:x:999:\n",
                "etc/passwd = root:x:0:0:Super:/root:/bin/sh\nevil:x:999:999::/:/usr/sbin/nologin\n",
            ]
        ),
        (
            ["etc/group = a:x:1:", "usr/lib/sysusers.d/a.conf = m m a\n"],
            [
                "etc/group = a:x:1:m\nm:x:999:\n", "etc/passwd = m:x:999:999::/:/usr/sbin/nologin\n",
            ]
        ),
    ])
    func `small cases`(_ before: [String], _ added: [String]) throws {
        let context = Self.context
        #expect(try SmallTree.added(by: SysusersEffect(), to: before, in: context) == added)
    }
}
