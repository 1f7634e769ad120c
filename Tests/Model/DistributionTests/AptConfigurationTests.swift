// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthDistribution
import Testing

/// What is taken from apt's configuration; every case shows the whole of it.
@Suite struct AptConfigurationTests {
    private static let trixieFromBookworm = [
        "http://mirror.example.org/debian trixie", "http://mirror.example.org/debian trixie-updates",
        "http://mirror.example.org/debian-security trixie-security",
    ]

    @Test(arguments: [
        // One line each.
        [
            "/etc/apt/sources.list": """
            # deb cdrom:[Debian GNU/Linux 12 _Bookworm_]/ bookworm main
            deb http://mirror.example.org/debian/ bookworm main contrib   # ours
            deb-src http://source.example.org/debian bookworm main
            deb http://mirror.example.org/debian bookworm-updates main
            deb [arch=amd64 signed-by=/nowhere.gpg] http://mirror.example.org/debian-security bookworm-security main
            """
        ],
        // Paragraphs, beside an empty main file.
        [
            "/etc/apt/sources.list": "# moved\n",
            "/etc/apt/sources.list.d/debian.sources": """
            Types: deb deb-src
            URIs: http://mirror.example.org/debian/
            Suites: bookworm bookworm-updates
            # a comment
            Components: main non-free-firmware
            Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

            Types: deb
            URIs: http://mirror.example.org/debian-security
            Suites: bookworm-security
            Components: main
            Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
            """,
        ],
        // A release before security suites had their present name.
        [
            "/etc/apt/sources.list.d/old.list": """
            deb http://mirror.example.org/debian buster main
            deb http://mirror.example.org/debian-security buster/updates main
            """
        ],
        // Names that move.
        ["/etc/apt/sources.list": "deb http://mirror.example.org/debian stable main"],
        // Without a security entry, beside the archive.
        ["/etc/apt/sources.list": "deb\thttp://mirror.example.org/debian\tbookworm\tmain"],
        // A list of mirrors: its first address.
        [
            "/etc/apt/sources.list": """
            deb mirror+file:/etc/apt/mirrors/debian.list bookworm main
            deb mirror+file:///etc/apt/mirrors/security.list bookworm-security main
            """,
            "/etc/apt/mirrors/debian.list":
                "# first\nhttp://mirror.example.org/debian/\tpriority:1\nhttp://b.example.org/debian\n",
            "/etc/apt/mirrors/security.list": "http://mirror.example.org/debian-security",
        ],
    ])
    func aMachinesMirrorServesOtherReleasesToo(files: [String: String]) throws {
        #expect(try Machine(files: files).lines() == Self.trixieFromBookworm)
    }

    @Test(arguments: [
        "deb [signed-by=/usr/share/keyrings/other.gpg] https://other.example.org/stable/debian bookworm main",
        "deb [arch=amd64] http://browser.example.org/deb/ stable main",
        "deb http://database.example.org/apt bookworm-pgdg main",
        "deb https://containers.example.org/linux/debian bookworm stable",
        "deb cdrom:[Debian]/ bookworm main",
        "deb http://mirror.example.org/flat ./",
        "deb http://mirror.example.org/$(ARCH) bookworm main",
        "deb tor+http://mirror.example.org/debian bookworm main",
        "deb [ broken http://mirror.example.org/debian bookworm main",
        "deb http://mirror.example.org/debian",
        "debx http://mirror.example.org/debian bookworm main",
    ])
    func otherPeoplesArchivesDoNotComeFirst(line: String) throws {
        let own = "deb http://mirror.example.org/debian bookworm main\n"
        for text in [line + "\n" + own, own + line] {
            let lines = try Machine(files: ["/etc/apt/sources.list": text]).lines()
            #expect(lines == Self.trixieFromBookworm)
        }
    }

    @Test(arguments: [
        ["/etc/apt/sources.list": "deb [arch=amd64] http://browser.example.org/deb/ stable main"],
        ["/etc/apt/sources.list": "deb http://mirror.example.org/ubuntu noble main universe"],
        ["/etc/apt/sources.list.d/debian.list.disabled": "deb http://mirror.example.org/debian bookworm main"],
        ["/etc/apt/sources.list.d/a b.list": "deb http://mirror.example.org/debian bookworm main"],
        [
            "/etc/apt/sources.list.d/debian.sources": """
            Types: deb
            URIs: http://mirror.example.org/debian
            Suites: bookworm
            Components: main
            Enabled: no
            """
        ],
        [
            "/etc/apt/sources.list.d/debian.sources": """
            Types: deb-src
            URIs: http://mirror.example.org/debian
            Suites: bookworm
            Components: main
            """
        ],
        [:],
    ])
    func withoutAnArchiveOfTheFamilyThereIsNoMirror(files: [String: String]) {
        let found = problem { try Machine(files: files).lines() }
        #expect(found?.code == "mirror.none")
        #expect(
            found?.hints == [
                "set PLINTH_MIRROR_DEBIAN, or mirror.debian in /home/ann/.config/plinth/config, to the address of one, "
                    + "such as https://mirror.example.org/debian"
            ])
    }

    @Test func aFileThatCannotBeReadIsNamedWhenNothingElseServes() {
        let machine = Machine(files: ["/etc/apt/sources.list.d/x.sources": "Types deb\n"])
        let why = problem { try machine.lines() }?.why ?? ""
        #expect(why.contains("/etc/apt/sources.list.d/x.sources"))
    }

    @Test func theWantedReleasesOwnEntryIsPreferred() throws {
        let machine = Machine(files: [
            "/etc/apt/sources.list": """
            deb http://old.example.org/debian bookworm main
            deb http://old.example.org/debian bookworm-updates main
            deb http://new.example.org/debian trixie main
            """
        ])
        #expect(try machine.lines().first == "http://new.example.org/debian trixie")
        #expect(try machine.lines("debian:bookworm").first == "http://old.example.org/debian bookworm")
    }

    @Test func anAddressOfAnotherNameHasOnlyWhatItIsConfiguredFor() throws {
        let main = "deb http://mirror.example.org/linux bookworm main\n"
        let updates = "deb http://mirror.example.org/linux bookworm-updates main\n"
        let security = "deb http://mirror.example.org/fixes bookworm-security main\n"
        func lines(_ text: String) throws -> [String] { try Machine(files: ["/etc/apt/sources.list": text]).lines() }
        #expect(try lines(main) == ["http://mirror.example.org/linux trixie"])
        #expect(
            try lines(main + updates)
                == ["http://mirror.example.org/linux trixie", "http://mirror.example.org/linux trixie-updates"])
        #expect(try lines(main + security).last == "http://mirror.example.org/fixes trixie-security")
    }

    @Test func validityIsNotCheckedWhereAptIsToldNotTo() throws {
        let machine = Machine(files: [
            "/etc/apt/sources.list": """
            deb [check-valid-until=no] http://mirror.example.org/debian bookworm main
            deb http://mirror.example.org/debian-security bookworm-security main
            """
        ])
        #expect(try machine.sources().map(\.checkValidUntil) == [false, false, true])
    }

    @Test func ubuntuKeepsSecurityInTheSameArchive() throws {
        let machine = Machine(files: [
            "/etc/apt/sources.list.d/ubuntu.sources": """
            Types: deb
            URIs: http://mirror.example.org/ubuntu/
            Suites: noble noble-updates noble-backports
            Components: main universe restricted multiverse
            Signed-By: /usr/share/keyrings/ubuntu-archive-keyring.gpg
            """,
            "/etc/apt/sources.list.d/ppa.list": "deb http://ppa.example.org/ann/tools/ubuntu noble main",
        ])
        #expect(
            try machine.lines("ubuntu:22.04") == [
                "http://mirror.example.org/ubuntu jammy", "http://mirror.example.org/ubuntu jammy-updates",
                "http://mirror.example.org/ubuntu jammy-security",
            ])
        #expect(try machine.sources("ubuntu:22.04")[0].components == ["main", "universe"])
    }

    @Test func aFolderOnThisMachineHasWhatAptIsToldItHas() throws {
        let machine = Machine(files: ["/etc/apt/sources.list": "deb copy:/srv/debian/ bookworm main"])
        #expect(try machine.lines() == ["file:///srv/debian trixie"])
    }
}
