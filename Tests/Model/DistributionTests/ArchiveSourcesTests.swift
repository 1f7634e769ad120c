// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthDistribution
import SystemPackage
import Testing

@Suite struct ArchiveSourcesTests {
    private static let apt = [
        "/etc/apt/sources.list": "deb http://apt.example.org/debian bookworm main",
        "/home/ann/.config/plinth/config": "mirror.debian = https://config.example.org/debian\n",
    ]

    @Test func theRecipeGoesBeforeVariablesThoseBeforeTheConfigurationThatBeforeApt() throws {
        var machine = Machine(files: Self.apt)
        machine.files["/home/ann/.config/plinth/config"] = nil
        #expect(try machine.lines().first == "http://apt.example.org/debian trixie")
        machine = Machine(files: Self.apt)
        #expect(try machine.lines().first == "https://config.example.org/debian trixie")
        machine.variables["PLINTH_MIRROR_DEBIAN"] = "https://variable.example.org/debian/"
        #expect(try machine.lines().first == "https://variable.example.org/debian trixie")
        let recipe = [RecipeRepository(url: "https://recipe.example.org/debian/")]
        #expect(
            try machine.lines(recipe: recipe) == [
                "https://recipe.example.org/debian trixie", "https://recipe.example.org/debian trixie-updates",
                "https://recipe.example.org/debian-security trixie-security",
            ])
    }

    @Test(arguments: [
        (
            ["PLINTH_MIRROR_DEBIAN": "https://m.example.org/debian"],
            [
                "https://m.example.org/debian trixie", "https://m.example.org/debian trixie-updates",
                "https://m.example.org/debian-security trixie-security",
            ]
        ),
        (["PLINTH_MIRROR_DEBIAN": "https://m.example.org/mini"], ["https://m.example.org/mini trixie"]),
        (["PLINTH_MIRROR_DEBIAN": "https://debian"], ["https://debian trixie"]),
        (["PLINTH_MIRROR_DEBIAN": "/srv/debian/"], ["/srv/debian trixie"]),
        (["PLINTH_MIRROR_DEBIAN": "file:///srv/debian"], ["file:///srv/debian trixie"]),
        (
            [
                "PLINTH_MIRROR_DEBIAN": "https://m.example.org/one",
                "PLINTH_MIRROR_DEBIAN_SECURITY": "https://m.example.org/two/",
            ],
            [
                "https://m.example.org/one trixie", "https://m.example.org/one trixie-updates",
                "https://m.example.org/two trixie-security",
            ]
        ),
    ])
    func suitesThatNobodyNamedAreAssumedOfWholeMirrorsOnly(
        variables: [String: String], lines: [String]
    ) throws {
        #expect(try Machine(variables: variables).lines() == lines)
    }

    @Test func sidHasNoSecurityArchive() throws {
        let machine = Machine(variables: ["PLINTH_MIRROR_DEBIAN": "https://m.example.org/debian"])
        #expect(try machine.lines("debian:sid") == ["https://m.example.org/debian sid"])
    }

    @Test func ubuntuHasVariablesOfItsOwn() throws {
        let machine = Machine(variables: ["PLINTH_MIRROR_UBUNTU": "https://m.example.org/ubuntu"])
        #expect(
            try machine.lines("ubuntu:noble") == [
                "https://m.example.org/ubuntu noble", "https://m.example.org/ubuntu noble-updates",
                "https://m.example.org/ubuntu noble-security",
            ])
        #expect(problem { try machine.lines("debian:trixie") }?.code == "mirror.none")
    }

    @Test func aSecurityMirrorAloneGoesWithAptsMainOne() throws {
        let machine = Machine(
            variables: ["PLINTH_MIRROR_DEBIAN_SECURITY": "https://s.example.org/x"],
            files: ["/etc/apt/sources.list": "deb http://apt.example.org/debian bookworm main"])
        #expect(
            try machine.lines() == [
                "http://apt.example.org/debian trixie", "http://apt.example.org/debian trixie-updates",
                "https://s.example.org/x trixie-security",
            ])
    }

    @Test(arguments: ["ftp://m.example.org/debian", "m.example.org/debian", "https://", "/", "https://a b/", "debian"])
    func otherAddressesAreRefused(text: String) {
        let found = problem { try Machine(variables: ["PLINTH_MIRROR_DEBIAN": text]).lines() }
        #expect(found?.code == "mirror.address")
        #expect(found?.place == "PLINTH_MIRROR_DEBIAN")
    }

    @Test func suitesAndWhetherTheyAreSecurity() throws {
        let sources = try Machine(variables: ["PLINTH_MIRROR_DEBIAN": "https://m.example.org/debian"]).sources()
        #expect(sources.map(\.isSecurity) == [false, false, true])
        #expect(sources.map(\.checkValidUntil) == [true, true, true])
        #expect(sources.map(\.components) == [["main"], ["main"], ["main"]])
        #expect(sources[2].label == "trixie-security")
        #expect(sources[0].address("dists/trixie/InRelease") == "https://m.example.org/debian/dists/trixie/InRelease")
    }

    // MARK: Recipe

    @Test func theRecipesSuitesAndComponentsAreTakenAsTheyAre() throws {
        let recipe = [
            RecipeRepository(url: "https://r.example.org/a", suites: ["trixie", "trixie-security"], components: ["x"])
        ]
        let sources = try Machine().sources(recipe: recipe)
        #expect(sources.map(\.suite) == ["trixie", "trixie-security"])
        #expect(sources.map(\.isSecurity) == [false, true])
        #expect(sources.allSatisfy { $0.components == ["x"] && $0.baseURL == "https://r.example.org/a" })
    }

    @Test func anArchiveOfSomethingElseIsAddedToTheDistributions() throws {
        let machine = Machine(
            variables: ["PLINTH_MIRROR_DEBIAN": "https://m.example.org/mini"], files: ["/keys/tool.gpg": "key"])
        let recipe = [
            RecipeRepository(
                url: "https://tool.example.org/apt", suites: ["nodistro"], components: ["main"],
                keyring: "/keys/tool.gpg")
        ]
        let sources = try machine.sources(recipe: recipe)
        #expect(sources.map(\.suite) == ["trixie", "nodistro"])
        #expect(sources.map(\.keyrings) == [["/usr/share/keyrings/debian-archive-keyring.gpg"], ["/keys/tool.gpg"]])
    }

    @Test func aSecuritySuiteThatTheRecipeNamesIsNotAssumedTwice() throws {
        let recipe = [
            RecipeRepository(url: "https://r.example.org/debian"),
            RecipeRepository(url: "https://r.example.org/fixes", suites: ["trixie-security"]),
        ]
        #expect(
            try Machine().lines(recipe: recipe) == [
                "https://r.example.org/debian trixie", "https://r.example.org/debian trixie-updates",
                "https://r.example.org/fixes trixie-security",
            ])
    }

    @Test func aRecipesKeyringMustExist() {
        let recipe = [RecipeRepository(url: "https://r.example.org/debian", keyring: "/keys/none.gpg")]
        let found = problem { try Machine().lines(recipe: recipe) }
        #expect(found?.code == "keyring.missing")
        #expect(found?.place == "/keys/none.gpg")
    }

    // MARK: Configuration

    @Test func theConfigurationIsWhereXDGSays() throws {
        let text = """
            # mine
              mirror.debian=/srv/mirror
            mirror.debian-security = /srv/security/
            mirror.ubuntu =
            """
        let machine = Machine(variables: ["XDG_CONFIG_HOME": "/conf"], files: ["/conf/plinth/config": text])
        #expect(
            try machine.lines()
                == ["/srv/mirror trixie", "/srv/mirror trixie-updates", "/srv/security trixie-security"])
        #expect(problem { try machine.lines("ubuntu:noble") }?.code == "mirror.none")
    }

    @Test(arguments: [
        ("\nmirror.debain = x\n", "configuration.key", "did you mean mirror.debian?", 2),
        ("mirror.debian https://m.example.org\n", "configuration.line", "write it as key = value", 1),
    ])
    func slipsInTheConfigurationAreTold(text: String, code: String, hint: String, line: Int) {
        let found = problem { try Machine(files: ["/home/ann/.config/plinth/config": text]).lines() }
        #expect(found?.code == code)
        #expect(found?.hints == [hint])
        #expect(found?.place == "/home/ann/.config/plinth/config:\(line)")
    }

    // MARK: Snapshots

    @Test(arguments: [
        ("2026-01-31", "20260131T000000Z"), ("20260131", "20260131T000000Z"),
        ("20260131T123456Z", "20260131T123456Z"), ("2026-01-31T12:34:56Z", "20260131T123456Z"),
        ("2024-02-29", "20240229T000000Z"),
    ])
    func snapshotsComeFromTheirOwnArchive(date: String, stamp: String) throws {
        let machine = Machine(variables: [
            "PLINTH_SNAPSHOT_DEBIAN": "https://s.example.org/{archive}/{timestamp}/",
            "PLINTH_MIRROR_DEBIAN": "https://m.example.org/debian",
        ])
        #expect(
            try machine.lines(snapshot: date) == [
                "https://s.example.org/debian/\(stamp) trixie", "https://s.example.org/debian/\(stamp) trixie-updates",
                "https://s.example.org/debian-security/\(stamp) trixie-security",
            ])
        #expect(try machine.sources(snapshot: date).allSatisfy { !$0.checkValidUntil })
    }

    @Test(arguments: [
        "yesterday", "2026-13-01", "2026-02-30", "2025-02-29", "2026-1-31", "20260131T00Z", "20260131T000000",
        "2026-01-31T24:00:00Z", "", "2026013", "２０２６-01-31", "20260131T000000Z/..",
    ])
    func whatIsNoDateIsRefused(date: String) {
        #expect(problem { try Machine().lines(snapshot: date) }?.code == "snapshot.date")
    }

    @Test func snapshotsNeedAnAddressWithTheDateInIt() {
        #expect(problem { try Machine().lines(snapshot: "2026-01-31") }?.code == "snapshot.none")
        let fixed = Machine(files: ["/home/ann/.config/plinth/config": "snapshot.debian = https://s.example.org/x"])
        #expect(problem { try fixed.lines(snapshot: "2026-01-31") }?.code == "snapshot.template")
    }

    @Test func aRecipesOwnArchiveTakesPartInASnapshotOnlyWithADateInIt() throws {
        let dated = [RecipeRepository(url: "https://s.example.org/{timestamp}", suites: ["trixie"])]
        #expect(
            try Machine().lines(recipe: dated, snapshot: "2026-01-31")
                == ["https://s.example.org/20260131T000000Z trixie"])
        #expect(try Machine().sources(recipe: dated, snapshot: "2026-01-31").map(\.checkValidUntil) == [false])
        let plain = [RecipeRepository(url: "https://m.example.org/debian")]
        #expect(
            problem { try Machine().lines(recipe: plain, snapshot: "2026-01-31") }?.code == "snapshot.repository")
    }

    // MARK: Keyrings

    private static let signed = "deb [signed-by=/keys/mine.gpg] http://m.example.org/debian bookworm main"

    @Test func aptsKeyringServesItsOwnReleaseWithTheFamilysForOthers() throws {
        let machine = Machine(files: ["/etc/apt/sources.list": Self.signed, "/keys/mine.gpg": "key"])
        let usual: FilePath = "/usr/share/keyrings/debian-archive-keyring.gpg"
        #expect(try machine.sources("debian:bookworm")[0].keyrings == ["/keys/mine.gpg"])
        #expect(try machine.sources("debian:trixie")[0].keyrings == ["/keys/mine.gpg", usual])
        var without = machine
        without.files["/keys/mine.gpg"] = nil
        #expect(try without.sources("debian:bookworm")[0].keyrings == [usual])
    }

    @Test func theVariableAndTheConfigurationDecideTheKeyring() throws {
        var machine = Machine(files: [
            "/etc/apt/sources.list": Self.signed, "/keys/mine.gpg": "key", "/keys/a.gpg": "a", "/keys/b.gpg": "b",
            "/home/ann/.config/plinth/config": "keyring.debian = /keys/a.gpg",
        ])
        #expect(try machine.sources()[0].keyrings == ["/keys/a.gpg"])
        machine.variables["PLINTH_KEYRING"] = "/keys/b.gpg:/keys/a.gpg"
        #expect(try machine.sources()[0].keyrings == ["/keys/b.gpg", "/keys/a.gpg"])
        machine.variables["PLINTH_KEYRING"] = "/keys/none.gpg"
        let found = problem { try machine.lines() }
        #expect(found?.code == "keyring.missing")
        #expect(found?.why == "PLINTH_KEYRING names it")
    }

    @Test(arguments: [("debian:trixie", "debian-archive-keyring"), ("ubuntu:noble", "ubuntu-keyring")])
    func withoutKeysThePackageThatBringsThemIsNamed(name: String, package: String) {
        var machine = Machine(variables: [
            "PLINTH_MIRROR_DEBIAN": "/srv/debian", "PLINTH_MIRROR_UBUNTU": "/srv/ubuntu",
        ])
        machine.files = [:]
        let found = problem { try machine.lines(name) }
        #expect(found?.code == "keyring.missing")
        #expect(found?.hints.first == "install the package \(package)")
    }

    @Test func newerMachinesNameTheKeyringOtherwise() throws {
        var machine = Machine(variables: ["PLINTH_MIRROR_DEBIAN": "/srv/debian"])
        machine.files = ["/usr/share/keyrings/debian-archive-keyring.pgp": "keys"]
        #expect(try machine.sources()[0].keyrings == ["/usr/share/keyrings/debian-archive-keyring.pgp"])
    }

    @Test func anInlineKeyIsNoFile() throws {
        let machine = Machine(files: [
            "/etc/apt/sources.list.d/debian.sources": """
            Types: deb
            URIs: http://m.example.org/debian
            Suites: bookworm
            Components: main
            Signed-By:
             -----BEGIN PGP PUBLIC KEY BLOCK-----
             .
             /abc/def
             -----END PGP PUBLIC KEY BLOCK-----
            """
        ])
        #expect(
            try machine.sources("debian:bookworm")[0].keyrings == ["/usr/share/keyrings/debian-archive-keyring.gpg"])
    }
}
