// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthWeb
import Testing

@testable import PlinthRegistry

@Suite struct ChallengeTests {
    @Test(
        arguments: [
            ("Basic realm=\"x\"", [Challenge(scheme: "basic", parameters: ["realm": "x"])]),
            ("Basic", [Challenge(scheme: "basic", parameters: [:])]),
            (
                "Bearer realm=\"https://example.org/t\",service=\"s\",scope=\"repository:a:pull,push\"",
                [
                    Challenge(
                        scheme: "bearer",
                        parameters: [
                            "realm": "https://example.org/t", "service": "s", "scope": "repository:a:pull,push",
                        ])
                ]
            ),
            (
                "Negotiate, BEARER Realm = \"a\\\"b\" , x=y, Basic realm=z",
                [
                    Challenge(scheme: "negotiate", parameters: [:]),
                    Challenge(scheme: "bearer", parameters: ["realm": "a\"b", "x": "y"]),
                    Challenge(scheme: "basic", parameters: ["realm": "z"]),
                ]
            ),
            ("Bearer realm=\"open", [Challenge(scheme: "bearer", parameters: ["realm": "open"])]),
            ("Bearer a=1,a=2", [Challenge(scheme: "bearer", parameters: ["a": "1"])]),
            ("", []), (",,", []), ("\"", []), ("=", []),
        ] as [(String, [Challenge])])
    func challenges(_ field: String, _ expected: [Challenge]) { #expect(Challenge.parse([field]) == expected) }

    @Test func bearerWins() {
        let both = Challenge.parse(["Basic realm=x", "Bearer realm=\"https://example.org\""])
        #expect(RegistryHost.choice(both)?.scheme == "bearer")
        #expect(RegistryHost.choice(Challenge.parse(["Bearer", "Basic"]))?.scheme == "basic")
        #expect(RegistryHost.choice(Challenge.parse(["Digest realm=x"])) == nil)
        #expect(Challenge.parse(["Bearer scope=\"a b\""]).first?.scopes == ["a", "b"])
    }

    @Test(
        arguments: [
            ("</v2/a/tags/list?last=x&n=1>; rel=\"next\"", "/v2/a/tags/list?last=x&n=1"),
            ("<x>; rel=next", "x"), ("<x>; title=y; rel=\"next\"", "x"), ("<x>; rel=\"prev\"", nil), ("x", nil),
            ("<x", nil), ("", nil), ("> <", nil),
        ] as [(String, String?)])
    func links(_ field: String, _ target: String?) { #expect(NextPage.target(in: field) == target) }

    @Test(
        arguments: [
            ("0-99", 100), ("bytes=0-99", 100), ("0-0", nil), ("5-9", nil), ("0-", nil), ("", nil),
            ("0-9223372036854775807", nil), ("-1", nil),
        ] as [(String, Int64?)])
    func uploadRanges(_ field: String, _ next: Int64?) { #expect(UploadRange.next(field) == next) }

    @Test(
        arguments: [
            ("https://a/v2/", "http://a/x", "https://a/x"), ("https://a:5/v2/", "http://a:5/x", "https://a:5/x"),
            ("https://a/v2/", "http://a:80/x", "https://a/x"), ("https://a/v2/", "http://b/x", "http://b/x"),
            ("http://a/v2/", "http://a/x", "http://a/x"), ("https://a/v2/", "https://u:p@a/x", "https://a/x"),
            ("https://a/v2/", "ftp://a/x", nil),
        ] as [(String, String, String?)])
    func locations(_ base: String, _ location: String, _ target: String?) throws {
        let next = try #require(WebAddress(base)).leading(to: location)
        #expect(next?.url == target)
        #expect(next?.credentials == nil)
    }

    @Test(
        arguments: [
            ("http://localhost:5000/", true), ("http://127.0.0.1/", true), ("http://127.9.9.9:1/", true),
            ("http://[::1]:5/", true), ("http://a.localhost/", true), ("http://127.0.0.1.example.org/", false),
            ("http://example.org/", false), ("http://localhost.example.org/", false), ("http://128.0.0.1/", false),
            ("http://127.1/", false),
        ])
    func loopback(_ address: String, _ isLoopback: Bool) throws {
        #expect(try #require(WebAddress(address)).isLoopback == isLoopback)
    }

    @Test func formsAreEscaped() {
        let form = TokenRequest.form([("a", "x y&z=ü"), ("b", nil), ("scope", "repository:a/b:pull,push")])
        #expect(form == "a=x%20y%26z%3d%c3%bc&scope=repository:a/b:pull%2cpush")
    }

    @Test func secretsAreNotShown() {
        for value in [Credential.password(user: "me", "hush"), .identityToken("hush"), .registryToken("hush")] {
            var text = ""
            dump(value, to: &text)
            #expect(!("\(value)" + String(reflecting: value) + text).contains("hush"))
        }
        var text = ""
        dump(Authorization.basic("me", "hush"), to: &text)
        #expect(!(text + "\(Authorization.bearer("hush"))").contains("hush"))
        #expect(WebAddress("https://a/upload?_state=hush")?.place == "https://a/upload")
    }

    @Test func whatServersSayIsOneShortLine() {
        #expect(RegistryErrors.shown("a\u{1b}[1m\nb") == "a [1m b")
        #expect(RegistryErrors.shown(String(repeating: "x", count: 500)).count == 201)
    }
}
