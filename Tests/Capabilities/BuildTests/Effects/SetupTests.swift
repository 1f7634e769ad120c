// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage
import Testing

@testable import PlinthBuild

@Suite struct SetupTests {
    private func context(_ script: String, profile: String = "minimal", name: String = "thing") -> EffectContext {
        EffectContext(
            architecture: "amd64", triplet: "x86_64-linux-gnu",
            packages: [
                EffectPackage(
                    name: name, version: "1", scripts: ["postinst": Array("#!/bin/sh\n\(script)".utf8)],
                    paths: [TreePath("lib64")])
            ],
            profile: profile)
    }

    private static let accounts = [
        "etc/passwd = root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65534::/nonexistent:/usr/sbin/nologin\n",
        "etc/group = root:x:0:\nadm:x:4:\nmail:x:8:\nusers:x:100:\nnogroup:x:65534:\n",
    ]

    private func added(_ script: String, to tree: [String] = [], profile: String = "minimal") throws -> [String] {
        try SmallTree.added(
            by: PackageScriptsEffect(), to: Self.accounts + tree, in: context(script, profile: profile)
        ).filter { !$0.hasPrefix("etc/group") && !$0.hasPrefix("etc/passwd") }
    }

    @Test(arguments: [
        ("mkdir -p /a/b", ["a/", "a/b/"]), ("mkdir -m 700 /a; chown 3:adm /a", ["a/ [700 3:4]"]),
        ("install -d -m 2770 -o nobody -g mail /a", ["a/ [2770 65534:8]"]),
        ("install -dm700 -onobody -g mail /a", ["a/ [700 65534:8]"]),
        ("install -m 600 /src /dst", ["dst [600 0:0] = s"]), ("cp /src /dir/", ["dir/src = s"]),
        ("cp -p /tool /x", ["x [4755 0:4] = t"]), ("ln -s target /l; ln -sf other /l", ["l -> other"]),
        ("ln -s ../src /dir", ["dir/src -> ../src"]), ("mv /made /n", []), ("touch /src /t", ["t = "]),
        ("umask 077; touch /t; mkdir /u", ["t [600 0:0] = ", "u/ [700 0:0]"]),
        ("chmod u+s,g-r /src", ["src [4604 0:0] = s"]), ("chmod 2755 /tool", ["tool [2755 0:4] = t"]),
        ("chown root:mail /tool", ["tool [755 0:8] = t"]),
        ("chgrp -R adm /dir", ["dir/ [755 0:4]", "dir/f [644 0:4] = f"]),
        ("chown -h nobody: /src", ["src [644 65534:65534] = s"]), ("echo one > /f; echo two >> /f", ["f = one\ntwo\n"]),
        (": > /f; chmod 0600 /f", ["f [600 0:0] = "]), ("rm -f /src /none", []), ("rmdir /dir || touch /t", ["t = "]),
        ("dpkg-statoverride --update --add root adm 2755 /src", ["src [2755 0:4] = s"]),
        (
            "find /dir ! -uid \"$(id -u nobody)\" -print0 | xargs -0 -r chown nobody",
            ["dir/ [755 65534:0]", "dir/f [644 65534:0] = f"]
        ), ("find /dir -type f -exec chgrp adm '{}' +", ["dir/f [644 0:4] = f"]),
        ("mkdir -p /e/a /e/b; touch /e/b/f; find /e -maxdepth 1 -type d -empty -delete", ["e/", "e/b/", "e/b/f = "]),
        ("if dpkg --compare-versions \"$2\" lt-nl 2; then touch /t; fi", []),
        ("if dpkg --compare-versions \"$2\" lt 2; then touch /t; fi", ["t = "]),
        (
            "if dpkg --compare-versions \"$(dpkg-query -f '${Version}' -W thing)\" le 0.9 || "
                + "! dpkg-query -L thing:amd64 | grep -qxF /lib64; then touch /t; else touch /u; fi", ["u = "]
        ), ("if dpkg --compare-versions 1:1 gt 2~ && ! dpkg -s other; then touch /t; fi", ["t = "]),
        ("unknown && touch /t", []), ("setcap cap_net_raw+ep /src", []),
        ("add-shell /bin/x", ["etc/shells = /bin/x\n"]),
    ])
    func changesFiles(_ script: String, _ expected: [String]) throws {
        let before = ["src = s", "dir/", "dir/f = f", "tool [4755 0:4] = t"]
        #expect(try added(script, to: before).filter { $0 != "etc/" } == expected)
    }

    @Test(arguments: [
        ("adduser --system redis", "redis:x:100:65534::/nonexistent:/usr/sbin/nologin", nil),
        (
            "adduser --system --group --home /var/lib/r --gecos 'A B' --shell /bin/sh --quiet redis",
            "redis:x:100:101:A B:/var/lib/r:/bin/sh", "redis:x:101:"
        ),
        (
            "addgroup --system redis && adduser --system --ingroup redis --no-create-home --uid 300 redis",
            "redis:x:300:101::/nonexistent:/usr/sbin/nologin", "redis:x:101:"
        ),
        ("U=redis; adduser --system --home=/x $U; adduser $U adm", "redis:x:100:65534::/x:/usr/sbin/nologin", nil),
        (
            "groupadd -r -g 150 redis; useradd -r -g redis -d /x -s /bin/false -c c redis",
            "redis:x:100:150:c:/x:/bin/false", "redis:x:150:"
        ),
        ("adduser --system nobody", nil, nil),
        (
            "if ! getent passwd redis; then adduser --system redis; fi; usermod -d /y redis",
            "redis:x:100:65534::/y:/usr/sbin/nologin", nil
        ),
    ])
    func makesAccounts(_ script: String, _ user: String?, _ group: String?) throws {
        var tree = SmallTree.make(Self.accounts)
        _ = try PackageScriptsEffect().apply(to: &tree, in: context(script))
        let users = String(decoding: try tree.contents(TreePath("etc/passwd")), as: UTF8.self).split(separator: "\n")
        let groups = String(decoding: try tree.contents(TreePath("etc/group")), as: UTF8.self).split(separator: "\n")
        #expect(users.dropFirst(2).map(String.init) == (user.map { [$0] } ?? []))
        #expect(groups.dropFirst(5).map(String.init) == (group.map { [$0] } ?? []))
    }

    /// A minimal image begins with few accounts; the numbers Debian gives out for good come as they are asked for.
    @Test func addsStaticAccountsOnDemand() throws {
        let lines = try SmallTree.added(
            by: PackageScriptsEffect(), to: Self.accounts + ["log/"],
            in: context("chown www-data:video /log\nadduser --system one\nadduser one tape"))
        #expect(
            lines == [
                "etc/group = root:x:0:\nadm:x:4:\nmail:x:8:\nusers:x:100:\nnogroup:x:65534:\nwww-data:x:33:\n"
                    + "video:x:44:\ntape:x:26:one\n",
                "etc/passwd = root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65534::/nonexistent:/usr/sbin/nologin\n"
                    + "www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin\n"
                    + "one:x:100:65534::/nonexistent:/usr/sbin/nologin\n", "log/ [755 33:44]",
            ])
    }

    @Test func setsUpAServer() throws {
        let script = """
            set -eu
            USER="redis"
            if [ "$1" = "configure" ]; then
                adduser --system --home /var/lib/redis --quiet --group "$USER" || true
                mkdir -p /var/log/redis
                chown "$USER:adm" /var/lib/redis /var/log/redis
                chmod 750 /var/lib/redis
                dpkg-statoverride --list /etc/redis.conf >/dev/null 2>&1 ||
                    dpkg-statoverride --update --add "$USER" "$USER" 640 /etc/redis.conf
            fi
            # Automatically added by dh_installsystemd/13.24.2
            if [ "$1" = "configure" ]; then deb-systemd-helper unmask 'redis.service' >/dev/null || true; fi
            # End automatically added section
            exit 0
            """
        var tree = SmallTree.make(Self.accounts + ["etc/redis.conf = port", "var/lib/redis/"])
        let outcome = PackageScriptsEffect().run(on: &tree, in: context(script))
        #expect(outcome.unexplained == [])
        #expect(outcome.report.standsIn == [ScriptReference(package: "thing", script: "postinst")])
        #expect(
            try SmallTree.lines(tree) == [
                "etc/",
                "etc/group = root:x:0:\nadm:x:4:\nmail:x:8:\nusers:x:100:\nnogroup:x:65534:\nredis:x:101:\n",
                "etc/passwd = root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65534::/nonexistent:/usr/sbin/nologin\n"
                    + "redis:x:100:101::/var/lib/redis:/usr/sbin/nologin\n",
                "etc/redis.conf [640 100:101] = port", "var/", "var/lib/", "var/lib/redis/ [750 100:4]", "var/log/",
                "var/log/redis/ [755 100:4]",
            ])
    }

    @Test(arguments: [
        ("frobnicate --all", "frobnicate --all"), ("x=$(ask); $x", "ask; $x"),
        ("x=$(ask); \"$x/python3\" -E -S ${x%/*}/go.py $x", "ask; $x/python3 -E -S ${x%…}/go.py"),
        ("frob --to=$(ask) -x \"$HOME/a b\" c", "ask; frob --to=$(…) -x /root/a b"),
        ("frob /\(String(repeating: "long/", count: 20))", "frob /\(String(repeating: "long/", count: 13))…"),
        ("sed s/a/b/ /etc/x > /etc/y", "writes /etc/y"), ("if ask; then frob; fi", "ask; perhaps frob"),
        ("if [", "line 2 cannot be read: a missing `then`"), ("chown nosuch /etc", "chown nosuch"),
        ("find /etc -newer /x | xargs -r chown root", "xargs -r chown"), ("find $(ask) -delete", "ask; find $(…)"),
        ("find /etc -newer /x | xargs -r grep a; find $(grep a) -name b", nil),
        ("grep -q x /etc/y || true; db_stop; invoke-rc.d x start", nil),
    ])
    func tellsWhatIsLeft(_ script: String, _ summary: String?) throws {
        var tree = SmallTree.make(Self.accounts)
        let outcome = PackageScriptsEffect().run(on: &tree, in: context(script))
        #expect(outcome.unexplained.map(\.summary) == (summary.map { [$0] } ?? []))
    }

    @Test func tellsOfOtherLanguages() throws {
        var tree = SmallTree.make(Self.accounts)
        var context = context("")
        context.packages[0].scripts["postinst"] = Array("#! /usr/bin/perl -w\nprint 1;".utf8)
        let outcome = PackageScriptsEffect().run(on: &tree, in: context)
        #expect(outcome.unexplained.map(\.summary) == ["is written in /usr/bin/perl"])
    }

    private static let awk = """
        update-alternatives --install /usr/bin/awk awk /usr/bin/mawk 5 \\
            --slave /usr/bin/nawk nawk /usr/bin/mawk --slave /usr/share/man/awk.1 awk.1 /usr/share/man/mawk.1
        update-alternatives --quiet --install /usr/bin/awk awk /usr/bin/gawk 10
        update-alternatives --install /usr/bin/awk awk /usr/bin/missing 99
        """

    @Test func makesAlternatives() throws {
        let lines = try added(Self.awk, to: ["usr/bin/mawk = m", "usr/bin/gawk = g"], profile: "slim")
        #expect(
            lines == [
                "etc/alternatives/", "etc/alternatives/awk -> /usr/bin/gawk", "usr/bin/awk -> /etc/alternatives/awk",
                "var/", "var/lib/", "var/lib/dpkg/", "var/lib/dpkg/alternatives/",
                "var/lib/dpkg/alternatives/awk = auto\n/usr/bin/awk\nawk.1\n/usr/share/man/awk.1\nnawk\n/usr/bin/nawk\n\n"
                    + "/usr/bin/gawk\n10\n\n\n/usr/bin/mawk\n5\n/usr/share/man/mawk.1\n/usr/bin/mawk\n\n",
            ])
    }

    @Test func makesOnlyLinksInMinimalImages() throws {
        let lines = try added(Self.awk, to: ["usr/bin/mawk = m"])
        #expect(
            lines == [
                "etc/alternatives/", "etc/alternatives/awk -> /usr/bin/mawk", "etc/alternatives/nawk -> /usr/bin/mawk",
                "usr/bin/awk -> /etc/alternatives/awk", "usr/bin/nawk -> /etc/alternatives/nawk",
            ])
    }

    @Test func readsSysusersAndTmpfiles() throws {
        let lines = try SmallTree.added(
            by: PackageScriptsEffect(),
            to: Self.accounts + [
                "usr/lib/sysusers.d/a.conf = # a\ng adm 4 -\nu one - \"User one\" /run/one\nu two -:nogroup\nm one mail\n",
                "usr/lib/tmpfiles.d/b.conf = d /run/one 2750 one mail -\nd! /run/no - - - -\nL /etc/l - - - - /t\n",
            ], in: context("systemd-sysusers a.conf\nsystemd-tmpfiles --create b.conf"))
        #expect(
            lines == [
                "etc/group = root:x:0:\nadm:x:4:\nmail:x:8:one\nusers:x:100:\nnogroup:x:65534:\none:x:999:\n",
                "etc/l -> /t",
                "etc/passwd = root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65534::/nonexistent:/usr/sbin/nologin\n"
                    + "one:x:999:999:User one:/run/one:/usr/sbin/nologin\n"
                    + "two:x:998:65534::/:/usr/sbin/nologin\n", "run/", "run/one/ [2750 999:8]",
            ])
    }

    /// Lines as dpkg writes them: the mode without a leading zero, a second override of a path refused.
    @Test func overridesModes() throws {
        let script = """
            for path in /src /gone; do
                if ! dpkg-statoverride --list $path >/dev/null; then
                    dpkg-statoverride --update --add root adm 04754 $path
                fi
            done
            dpkg-statoverride --update --add root root 0600 /src || touch /refused
            dpkg-statoverride --list '/s*' > /list
            """
        #expect(
            try added(script, to: ["src = s"], profile: "full").filter { !$0.hasSuffix("/") } == [
                "list = root adm 4754 /src\n", "refused = ", "src [4754 0:4] = s",
                "var/lib/dpkg/statoverride = root adm 4754 /src\nroot adm 4754 /gone\n",
            ])
    }

    @Test func gathersDiversions() throws {
        let script = """
            #!/bin/sh
            if [ "$1" = install ] && [ "$(dpkg-divert --truename /a)" = /a ]; then
                dpkg-divert --add --package thing --rename --divert /a.old /a
            fi
            dpkg-divert --local --add /b
            dpkg-divert --package other --divert /d /c
            dpkg-divert --package other --remove /c
            dpkg-divert --package thing --add /../x
            """
        let package = EffectPackage(name: "thing", version: "1", scripts: ["preinst": Array(script.utf8)])
        #expect(
            Effects.diversions(of: [package, EffectPackage(name: "more", version: "1")]) == [
                Diversion(path: TreePath("a"), target: TreePath("a.old"), package: "thing"),
                Diversion(path: TreePath("b"), target: TreePath("b.distrib"), package: nil),
            ])
        var context = context("")
        context.packages = [package]
        context.profile = "full"
        let lines = try SmallTree.added(by: PackageScriptsEffect(), to: Self.accounts, in: context)
        #expect(lines.last == "var/lib/dpkg/diversions = /a\n/a.old\nthing\n/b\n/b.distrib\n:\n")
    }

    @Test func linksMadeAgainKeepTheirTime() throws {
        var tree = SmallTree.make(["bin/sh -> dash", "bin/ksh -> mksh"])
        for path in [TreePath("bin/sh"), TreePath("bin/ksh")] { tree[path]?.modified = 7 }
        let script = "rm -f /bin/sh /bin/ksh; ln -s dash /bin/sh; ln -s ksh93 /bin/ksh"
        _ = try PackageScriptsEffect().apply(to: &tree, in: context(script))
        #expect(tree[TreePath("bin/sh")]?.modified == 7)
        #expect(tree[TreePath("bin/sh")]?.origin == .package("test"))
        #expect(tree[TreePath("bin/ksh")]?.modified == 86_400)
    }

    /// A script asks what its config script found packed; nobody answers the questions themselves.
    @Test func answersQuestions() throws {
        let config = """
            #!/bin/sh
            . /usr/share/debconf/confmodule
            pixels=Automatic
            if [ -h /conf/none ]; then pixels=Never; fi
            db_set fonts/pixels "$pixels"
            db_input low fonts/pixels || true
            if ask; then db_set fonts/perhaps yes; fi
            db_go
            """
        let script = """
            . /usr/share/debconf/confmodule
            db_get fonts/pixels
            pixels=$RET
            if [ -h /conf/none ]; then rm /conf/none; fi
            case "$pixels" in Never) ln -s /avail/none /conf/none ;; esac
            db_get fonts/style
            [ "$RET" != Slight ] || touch /slight
            db_get fonts/perhaps
            [ "$RET" != no ] || touch /perhaps
            db_fget fonts/style seen
            [ "$RET" != false ] || touch /unseen
            """
        var context = context(script)
        context.packages[0].scripts["config"] = Array(config.utf8)
        context.packages[0].scripts["templates"] = Array(
            """
            Template: fonts/pixels
            Default: Automatic

            Template: fonts/style
            Type: select
            Default: Slight

            Template: fonts/perhaps
            Default: no
            """.utf8)
        var tree = SmallTree.make(["avail/none = n", "conf/none -> ../avail/none"])
        let outcome = PackageScriptsEffect().run(on: &tree, in: context)
        let lines = try SmallTree.lines(tree).filter { !$0.hasPrefix("etc") }
        #expect(
            lines == ["avail/", "avail/none = n", "conf/", "conf/none -> /avail/none", "slight = "])
        #expect(outcome.unexplained.map(\.summary) == ["perhaps touch /perhaps; perhaps touch /unseen"])
    }

    /// Doing it all again changes nothing, and the same comes out each time.
    @Test func isTheSameEachTime() throws {
        let script = "adduser --system --group --home /v redis\nmkdir -p /v\nchown redis: /v\n" + Self.awk
        let before = ["usr/bin/mawk = m", "usr/bin/gawk = g", "usr/share/zoneinfo/Etc/UTC = u"]
        var trees = [SmallTree.make(before), SmallTree.make(before)]
        var context = context(script, profile: "full")
        context.accounts.users = [.init(name: "app", user: 1000, group: 1000, home: "/home/app")]
        context.certificates = [ExtraCertificate(name: "house", pem: Array(SampleCertificate.pem.utf8))]
        for index in trees.indices { _ = try Effects.applyAll(to: &trees[index], in: context) }
        #expect(trees[0].nodes == trees[1].nodes)
        #expect(trees[0].written == trees[1].written)
        let again = try Effects.applyAll(to: &trees[1], in: context)
        #expect(again.reports.flatMap(\.changed) == [])
        #expect(trees[0].nodes == trees[1].nodes)
    }

    @Test func boundsWhatScriptsWrite() throws {
        var tree = SmallTree.make(Self.accounts)
        let script =
            "x=aaaaaaaaaaaaaaaa\nfor i in 1 2 3 4 5 6 7 8 9 10; do x=$x$x; done\n"
            + "while :; do echo $x >> /f; done"
        let outcome = PackageScriptsEffect().run(on: &tree, in: context(script))
        #expect(outcome.unexplained.map(\.summary) == ["writes more than 2 MB"])
    }

    /// Scripts of packages are input: they cannot leave the tree or break the account files.
    @Test(arguments: [
        "mkdir /../../x", "ln -s x /a/../../b", "echo a > /../e", "adduser --system 'a:b'",
        "adduser --system --home 'x:y' c",
        "adduser --system --gecos \"$(printf 'a\\nb')\" c", "useradd -d '/x\n0' c", "rm -rf /", "rm -rf /etc",
        "chmod 777777 /etc", "mv /etc /x", "update-alternatives --install /x ../y /etc/passwd 1", "cp /etc /x",
        "setcap cap_net_raw+zz /etc/passwd", "ln -s / /etc",
    ])
    func staysInTheTree(_ script: String) throws {
        var tree = SmallTree.make(Self.accounts)
        _ = PackageScriptsEffect().run(on: &tree, in: context(script))
        for path in tree.sortedPaths {
            #expect(TreePath(text: path.description) == path)
            if let parent = path.parent, !parent.isRoot { #expect(tree[parent]?.isDirectory == true, "\(path)") }
        }
        let users = String(decoding: try tree.contents(TreePath("etc/passwd")), as: UTF8.self).split(separator: "\n")
        #expect(users.allSatisfy { $0.split(separator: ":", omittingEmptySubsequences: false).count == 7 })
    }
}
