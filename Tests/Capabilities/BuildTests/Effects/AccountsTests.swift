// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage
import Testing

@testable import PlinthBuild

@Suite struct AccountsTests {
    private func context(
        users: [DeclaredAccounts.User] = [], groups: [DeclaredAccounts.Group] = [], packages: [String] = [],
        runAs: String? = nil, style: ScriptStyle = .debian
    ) -> EffectContext {
        EffectContext(
            architecture: "amd64", triplet: "", packages: packages.map { EffectPackage(name: $0, version: "1") },
            accounts: DeclaredAccounts(users: users, groups: groups, runAs: runAs), style: style)
    }

    private func user(_ name: String, _ number: UInt32, group: UInt32? = nil) -> DeclaredAccounts.User {
        DeclaredAccounts.User(name: name, user: number, group: group ?? number, home: "/home/\(name)", shell: "/bin/sh")
    }

    @Test func makesAFewForAMinimalImage() throws {
        #expect(
            try SmallTree.added(by: AccountsEffect(), to: ["var/mail/ [2775 0:8]", "bin/sh = s"], in: context()) == [
                "etc/",
                "etc/group = root:x:0:\ntty:x:5:\nmail:x:8:\nstaff:x:50:\nnogroup:x:65534:\nnonroot:x:65532:\n",
                "etc/passwd = root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n"
                    + "nonroot:x:65532:65532:nonroot:/home/nonroot:/usr/sbin/nologin\n",
                "home/", "home/nonroot/ [700 65532:65532]",
            ])
    }

    @Test func addsTheUserThatAServerSwitchesTo() throws {
        let lines = try SmallTree.added(by: AccountsEffect(), to: [], in: context(packages: ["nginx-light"]))
        #expect(lines[1].contains("\nwww-data:x:33:\n"))
        #expect(lines[2].contains("\nwww-data:x:33:33:www-data:/var/www:/usr/sbin/nologin\n"))
    }

    @Test func takesTheDistributionsMasters() throws {
        let masters = [
            "usr/share/base-passwd/passwd.master = root:*:0:0:root:/root:/bin/bash\nman:*:6:12:man:/v:/n\n",
            "usr/share/base-passwd/group.master = root:*:0:\nman:*:12:\nshadow:*:42:\n",
        ]
        #expect(
            try SmallTree.added(by: AccountsEffect(), to: masters, in: context(packages: ["base-passwd", "passwd"]))
                == [
                    "etc/", "etc/group = root:x:0:\nman:x:12:\nshadow:x:42:\n",
                    "etc/gshadow [640 0:42] = root:*::\nman:*::\nshadow:*::\n",
                    "etc/passwd = root:x:0:0:root:/root:/bin/bash\nman:x:6:12:man:/v:/n\n",
                    "etc/shadow [640 0:42] = root:*:1:0:99999:7:::\nman:*:1:0:99999:7:::\n",
                ])
    }

    private static let masters = [
        "usr/share/base-passwd/passwd.master = root:*:0:0:root:/root:/bin/bash\n",
        "usr/share/base-passwd/group.master = root:*:0:\n",
    ]

    @Test(arguments: [nil, "root", "65532", "root:0", "nonrooted"])
    func wholeSystemsStayAsTheyAre(_ runAs: String?) throws {
        #expect(
            try SmallTree.added(by: AccountsEffect(), to: Self.masters, in: context(runAs: runAs)) == [
                "etc/", "etc/group = root:x:0:\n", "etc/passwd = root:x:0:0:root:/root:/bin/bash\n",
            ])
        let alpine = ["etc/passwd = root:x:0:0:root:/root:/bin/sh\n", "etc/group = root:x:0:root\n"]
        #expect(
            try SmallTree.added(by: AccountsEffect(), to: alpine, in: context(runAs: runAs, style: .busyBox)) == [])
    }

    @Test(arguments: ["nonroot", "nonroot:root", "root:nonroot", "nonroot:nonroot"])
    func wholeSystemsGetNonrootWhenItRunsThem(_ runAs: String) throws {
        #expect(
            try SmallTree.added(by: AccountsEffect(), to: Self.masters, in: context(packages: ["passwd"], runAs: runAs))
                == [
                    "etc/", "etc/group = root:x:0:\nnonroot:x:65532:\n",
                    "etc/gshadow [640 0:42] = root:*::\nnonroot:*::\n",
                    "etc/passwd = root:x:0:0:root:/root:/bin/bash\n"
                        + "nonroot:x:65532:65532:nonroot:/home/nonroot:/usr/sbin/nologin\n",
                    "etc/shadow [640 0:42] = root:*:1:0:99999:7:::\nnonroot:*:1:0:99999:7:::\n",
                    "home/", "home/nonroot/ [700 65532:65532]",
                ])
    }

    @Test func alpineGetsNonrootWhenItRunsIt() throws {
        let before = [
            "etc/passwd = root:x:0:0:root:/root:/bin/sh\n", "etc/group = root:x:0:root\nshadow:x:42:\n",
            "etc/shadow [640 0:42] = root:*::0:::::\n", "home/",
        ]
        #expect(
            try SmallTree.added(by: AccountsEffect(), to: before, in: context(runAs: "nonroot", style: .busyBox)) == [
                "etc/group = root:x:0:root\nshadow:x:42:\nnonroot:x:65532:\n",
                "etc/passwd = root:x:0:0:root:/root:/bin/sh\n"
                    + "nonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n",
                "etc/shadow [640 0:42] = root:*::0:::::\nnonroot:!:1:0:99999:7:::\n",
                "home/nonroot/ [700 65532:65532]",
            ])
    }

    @Test func whatARecipeOrDistributionCallsNonrootStays() throws {
        let declared = try SmallTree.added(
            by: AccountsEffect(), to: Self.masters, in: context(users: [user("nonroot", 1000)], runAs: "nonroot"))
        #expect(declared[1] == "etc/group = root:x:0:\nnonroot:x:1000:\n")
        let other = try SmallTree.added(
            by: AccountsEffect(), to: Self.masters,
            in: context(groups: [.init(name: "x", group: 65532)], runAs: "nonroot"))
        #expect(other[1] == "etc/group = root:x:0:\nx:x:65532:\n")
        let own = [
            "etc/passwd = nonroot:x:65532:65532:Nobody:/home/nonroot:/bin/sh\n", "etc/group = nonroot:x:65532:\n",
        ]
        #expect(
            try SmallTree.added(by: AccountsEffect(), to: own, in: context(runAs: "nonroot", style: .busyBox)) == [
                "home/", "home/nonroot/ [700 65532:65532]",
            ])
    }

    @Test func whatIsThereStaysAsItIs() throws {
        let lines = [
            "etc/passwd = root::0:0:Chief:/root:/bin/sh\nann:x:1000:1000::/home/ann:/bin/sh\n",
            "etc/group = root:!:0:\nann:x:1000:\n", "etc/shadow = ann:$6$salt$hash:19000:1:2:3:4:5:\n",
            "etc/gshadow = ann:!:root:\n",
        ]
        let after = try SmallTree.added(by: AccountsEffect(), to: lines, in: context(users: [user("bob", 1001)]))
        #expect(
            after.contains(
                "etc/passwd = root::0:0:Chief:/root:/bin/sh\nann:x:1000:1000::/home/ann:/bin/sh\n"
                    + "bob:x:1001:1001::/home/bob:/bin/sh\n"), "\(after)")
        #expect(after.contains { $0.contains("ann:$6$salt$hash:19000:1:2:3:4:5:\n") && $0.contains("\nbob:!:") })
        #expect(after.contains { $0.hasPrefix("etc/gshadow") && $0.contains("ann:!:root:\n") }, "\(after)")
        #expect(after.contains { $0.hasPrefix("etc/group") && $0.contains("= root:!:0:\nann:x:1000:\n") }, "\(after)")
    }

    @Test func addsDeclaredAccounts() throws {
        let lines = try SmallTree.added(
            by: AccountsEffect(), to: [],
            in: context(
                users: [user("app", 1000), user("web", 1001, group: 2000), user("nonroot", 65532)],
                groups: [.init(name: "web", group: 2000, members: ["app", "web"])]))
        #expect(
            lines == [
                "etc/",
                "etc/group = root:x:0:\ntty:x:5:\nstaff:x:50:\nnogroup:x:65534:\nweb:x:2000:app\napp:x:1000:\n"
                    + "nonroot:x:65532:\n",
                "etc/passwd = root:x:0:0:root:/root:/usr/sbin/nologin\n"
                    + "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n"
                    + "app:x:1000:1000::/home/app:/bin/sh\nweb:x:1001:2000::/home/web:/bin/sh\n"
                    + "nonroot:x:65532:65532::/home/nonroot:/bin/sh\n",
                "home/", "home/app/ [700 1000:1000]", "home/nonroot/ [700 65532:65532]", "home/web/ [700 1001:2000]",
            ])
    }

    @Test func refusesContradictions() {
        let cases: [([DeclaredAccounts.User], [DeclaredAccounts.Group], String)] = [
            ([user("toor", 0)], [], "accounts.root"), ([user("root", 5)], [], "accounts.duplicate"),
            ([user("a", 7), user("b", 7)], [], "accounts.duplicate"),
            ([user("a", 7), user("a", 8)], [], "accounts.duplicate"),
            ([user("a", 65534)], [], "accounts.duplicate"), ([user("a:b", 7)], [], "accounts.name"),
            ([user("", 7)], [], "accounts.name"), ([user("1a", 7)], [], "accounts.name"),
            ([], [.init(name: "root", group: 5)], "accounts.duplicate"),
            ([], [.init(name: "x", group: 5)], "accounts.duplicate"),
            ([], [.init(name: "x", group: 7), .init(name: "x", group: 7)], "accounts.duplicate"),
            ([user("x", 8)], [.init(name: "x", group: 7)], "accounts.duplicate"),
            ([.init(name: "a", user: 7, group: 7, home: "/x:y")], [], "accounts.name"),
            ([.init(name: "a", user: 7, group: 7, home: "/x", comment: "a\nb:x:0:0")], [], "accounts.name"),
        ]
        for (users, groups, code) in cases {
            var tree = FileTree(epoch: 0)
            let problem = #expect(throws: Problem.self) {
                try AccountsEffect().apply(to: &tree, in: context(users: users, groups: groups))
            }
            #expect(problem?.code == code, "\(users) \(groups)")
        }
    }
}
