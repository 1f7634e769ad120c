// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthDistribution
import SystemPackage
import Testing

/// Where `.apk` packages come from when the recipe does not say.
struct ApkArchivesTests {
    private func addresses(_ repositories: String?, variables: [String: String] = [:]) throws -> [String] {
        var files = ["/etc/apk/keys/a.rsa.pub": "key"]
        files["/etc/apk/repositories"] = repositories
        let environment = Environment(variables: variables, now: { 0 }, width: 1)
        return try ApkArchives(
            for: try Distribution.named("alpine:3.22"), environment: environment, files: MachineFiles(literal: files)
        ).archives(named: [], keyring: []).map(\.baseURL)
    }

    private static func both(_ mirror: String) -> [String] { ["\(mirror)/v3.22/main", "\(mirror)/v3.22/community"] }

    @Test(arguments: [
        ("https://example.org/alpine/v3.20/main\n", "https://example.org/alpine"),
        ("# none\n/media/cdrom/apks\nhttp://example.org/a/b/edge/main/\n", "http://example.org/a/b"),
        ("@edge https://example.org/tagged/edge/main\nhttps://example.org/x/v3.22/main\n", "https://example.org/x"),
        ("v2 https://example.org/alpine/v3.23 main community\n", "https://example.org/alpine"),
        ("set mirror=https://example.org/m\n${mirror}/v3.23/main\r\n", "https://example.org/m"),
        ("/srv/alpine/v3.22/main\n", "/srv/alpine"), ("file:///srv/alpine/v3.22/main\n", "file:///srv/alpine"),
    ])
    func mirrorOfThisMachine(_ repositories: String, _ mirror: String) throws {
        #expect(try addresses(repositories) == Self.both(mirror))
    }

    @Test(arguments: [nil, "", "# nothing\n", "https://example.org/os\n", "@t https://example.org/alpine/v3.22/main\n"])
    func noMirrorIsKnown(_ repositories: String?) throws {
        #expect(problem { try addresses(repositories) }?.code == "mirror.none")
    }

    /// Where the checkout lies is nobody's business: the same lock comes out of every one.
    @Test func recipesNameTheirRepositoriesThemselves() throws {
        let files = MachineFiles(literal: ["/keys/a.rsa.pub": "key"])
        let environment = Environment(variables: [:], now: { 0 }, width: 1)
        let archives = try ApkArchives(
            for: try Distribution.named("alpine:3.22"), environment: environment, files: files
        ).archives(
            named: [
                (url: "/home/ann/work/packages", name: "packages", tag: nil),
                (url: "https://example.org/alpine/edge/main", name: nil, tag: "edge"),
            ], keyring: ["/keys"])
        #expect(archives.map(\.baseURL) == ["/home/ann/work/packages", "https://example.org/alpine/edge/main"])
        #expect(archives.map(\.name) == ["packages", "https://example.org/alpine/edge/main"])
        #expect(archives.map(\.label) == ["packages", "edge/main"])
    }

    @Test func lineThatIsNotUnderstood() throws {
        let text = "https://example.org/alpine/v3.22/main\nftp://example.org/alpine/v3.22/main\n"
        let problem = problem { try addresses(text) }
        #expect(problem?.code == "apk.repository")
        #expect(problem?.place == "/etc/apk/repositories:2")
        #expect(problem?.hints.last?.contains("PLINTH_MIRROR_ALPINE") == true)
        let variables = ["PLINTH_MIRROR_ALPINE": "https://example.org/own/"]
        #expect(try addresses(text, variables: variables) == Self.both("https://example.org/own"))
    }
}
