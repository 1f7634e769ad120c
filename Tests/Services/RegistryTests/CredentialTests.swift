// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthOCI
import PlinthTestSupport
import SystemPackage
import Testing

@testable import PlinthRegistry

@Suite struct CredentialTests {
    private func found(
        _ text: String, _ host: String, _ repository: String? = nil, variables: [String: String] = [:]
    ) async throws -> Credential? {
        try await withAsyncScratchDirectory { directory in
            try writeFile(directory.appending("auth.json"), text)
            let files = CredentialFiles(paths: [directory.appending("auth.json")], variables: variables)
            return try await files.credential(host: host, repository: repository)
        }
    }

    private func entry(_ key: String, _ password: String) -> String {
        "\"\(key)\":{\"auth\":\"\(Base64.encode("me:" + password))\"}"
    }

    @Test(arguments: [
        ("example.org", "example.org"), ("https://example.org", "example.org"),
        ("https://example.org/v2/", "example.org"),
        ("http://EXAMPLE.org/x", "example.org"), ("example.org:5000", "example.org:5000"),
        ("https://index.docker.io/v1/", "docker.io"), ("docker.io", "docker.io"), ("index.docker.io", "docker.io"),
        ("registry-1.docker.io", "docker.io"),
    ])
    func keys(_ key: String, _ host: String) async throws {
        let text = "{\"auths\":{\(entry(key, "a:b:ü"))}}"
        #expect(try await found(text, host, "x/y") == .password(user: "me", "a:b:ü"))
        #expect(try await found(text, "other.example.org", "x/y") == nil)
    }

    @Test func theMostSpecificWins() async throws {
        let text =
            "{\"auths\":{\(entry("example.org", "host")),\(entry("example.org/a", "a")),\(entry("example.org/a/b", "ab"))}}"
        for (repository, password) in [("a/b", "ab"), ("a/b/c", "ab"), ("a/bc", "a"), ("a", "a"), ("ab/c", "host")] {
            #expect(try await found(text, "example.org", repository) == .password(user: "me", password))
        }
    }

    @Test(
        arguments: [
            ("{\"identitytoken\":\"t\",\"auth\":\"eDo=\"}", Credential.identityToken("t")),
            ("{\"registrytoken\":\"t\"}", .registryToken("t")),
            ("{\"username\":\"u\",\"password\":\"p\"}", .password(user: "u", "p")), ("{}", nil),
            ("{\"auth\":\"\"}", nil), ("null", nil),
        ] as [(String, Credential?)])
    func entries(_ entry: String, _ credential: Credential?) async throws {
        #expect(try await found("{\"auths\":{\"a.example\":\(entry)}}", "a.example") == credential)
    }

    @Test(arguments: [
        "[]", "{", "{\"auths\":{\"a.example\":{\"auth\":\"!\"}}}", "{\"auths\":{\"a.example\":{\"auth\":\"eA==\"}}}",
    ])
    func damagedFiles(_ text: String) async throws {
        let damage = try await problem { _ = try await found(text, "a.example") }
        #expect(damage?.code == "registry.credentialFile")
    }

    @Test(arguments: ["{}", "", "  \n", "{\"auths\":null}", "{\"auths\":[]}"])
    func emptyFiles(_ text: String) async throws { #expect(try await found(text, "a.example") == nil) }

    @Test func base64() {
        for text in ["", "a", "ab", "abc", "user:päss", "\u{0}\u{1}"] {
            #expect(Base64.decode(Base64.encode(text)) == text)
        }
        #expect(Base64.encode("user:secret") == "dXNlcjpzZWNyZXQ=")
        #expect(Base64.decode("dXNlcjpzZWNyZXQ") == "user:secret")
        #expect(Base64.decode("a") == nil)
        #expect(Base64.decode("_w==") == nil)
        #expect(Base64.decode("/w==") == nil)
    }

    @Test func whereFilesAre() {
        func paths(_ variables: [String: String]) -> [String] {
            CredentialFiles(Environment(variables: variables, now: { 0 }, width: 1)).paths.map(\.string)
        }
        #expect(paths(["REGISTRY_AUTH_FILE": "/x", "HOME": "/h"]) == ["/x"])
        #expect(paths(["HOME": "/h"]) == ["/h/.config/containers/auth.json", "/h/.docker/config.json"])
        #expect(
            paths(["HOME": "/h", "XDG_RUNTIME_DIR": "/r", "DOCKER_CONFIG": "/d", "XDG_CONFIG_HOME": "/c"])
                == ["/r/containers/auth.json", "/c/containers/auth.json", "/d/config.json"])
        #expect(paths([:]).isEmpty)
    }

    @Test func settingsFromTheEnvironment() {
        let variables = [
            "HOME": "/h", "SSL_CERT_FILE": "/roots.pem", "PLINTH_CA_FILE": "/own.pem", "https_proxy": "http://p:1",
        ]
        let configuration = RegistryConfiguration(Environment(variables: variables, now: { 7 }, width: 1))
        #expect(configuration.certificates.roots == "/roots.pem")
        #expect(configuration.certificates.added == "/own.pem")
        #expect(
            configuration.certificates.directories == [
                "/h/.config/containers/certs.d", "/h/.docker/certs.d", "/etc/containers/certs.d", "/etc/docker/certs.d",
            ])
        #expect(configuration.now() == 7)
    }

    @Test func whatIsNotOursStays() throws {
        let text = """
            {"auths":{"old.example":{"auth":"eDp5","email":"x@example.org"},"https://a.example/v1/":{}},
             "credHelpers":{"b.example":"b"},"HttpHeaders":{"X":"/é"},"detachKeys":"ctrl-e","n":[1,2.5,null,true]}
            """
        var file = try CredentialFile(Array(text.utf8), "/nowhere")
        let before = file.content
        file.set(.password(user: "u", "p"), host: "a.example")
        #expect(try file.credential(named: "a.example") == .password(user: "u", "p"))
        #expect(try file.credential(named: "old.example") == .password(user: "x", "y"))
        let again = try CredentialFile(try OCIJSON.encodeForPeople(file.content), "/nowhere")
        #expect(again.content == file.content)
        #expect(again.content["HttpHeaders"] == before["HttpHeaders"])
        #expect(again.content["n"] == before["n"])
        #expect(again.helpers == ["b.example": "b"])
        file.remove("a.example")
        #expect(file.content["auths"] == .object(["old.example": before["auths"]?["old.example"] ?? .null]))
        let unchanged = file.remove("a.example")
        #expect(!unchanged)
    }
}
