// SPDX-License-Identifier: Apache-2.0
import NIOHTTP1
import PlinthCore
import PlinthOCI
import PlinthTestSupport
import PlinthWeb
import SystemPackage
import Testing

@testable import PlinthRegistry

/// Servers of the tests' own: no registry is needed.
@Suite(.timeLimit(.minutes(3)))
struct RedirectTests {
    private let content = noise(5000, seed: 13)

    private func configuration(_ server: TestServer) -> RegistryConfiguration {
        .quick { $0.credentials.given[server.host] = .password(user: "user", "secret") }
    }

    /// Wants a password, and says where blobs lie.
    private func registry(_ location: @escaping @Sendable (TestRequest) -> String) -> TestServer.Handler {
        { request in
            guard request.header("Authorization") == "Basic " + Base64.encode("user:secret") else {
                return .status(401, [("WWW-Authenticate", "Basic realm=x")])
            }
            return .status(307, [("Location", location(request))])
        }
    }

    private func download(_ server: TestServer) async throws -> Problem? {
        try await withAsyncScratchDirectory { directory in
            try await problem {
                try await RegistryClient.with(configuration(server)) { client in
                    let file = directory.appending("x")
                    let reference = try RegistryReference(parsing: "\(server.host)/a:1")
                    try await client.download(Descriptor(.layer, of: content), from: reference, to: file)
                    #expect(try readFile(file) == content)
                }
            }
        }
    }

    @Test func credentialsStayAtHome() async throws {
        try await TestServer.with { _ in
            TestReply(body: content)
        } _: { storage in
            try await TestServer.with(registry { _ in "http://u:p@\(storage.host)/blob?signature=x" }) { server in
                let found = try await download(server)
                #expect(found == nil)
                #expect(storage.requests.map { $0.target } == ["/blob?signature=x"])
                #expect(storage.requests.allSatisfy { $0.header("Authorization") == nil })
                // Unknown, then known.
                #expect(server.requests(.GET, "/blobs/").map { $0.header("Authorization") == nil } == [true, false])
            }
        }
    }

    /// A storage that sends us back to the registry gets no request made in our name.
    @Test func credentialsDoNotComeBack() async throws {
        let storage: TestServer.Handler = { request in
            .status(307, [("Location", "http://\(request.target.split(separator: "=").last ?? "")/v2/secret")])
        }
        try await TestServer.with(storage) { storage in
            let location: @Sendable (TestRequest) -> String = { request in
                "http://\(storage.host)/blob?home=\(request.header("Host") ?? "")"
            }
            try await TestServer.with(registry(location)) { server in
                let found = try await download(server)
                #expect(found?.code == "registry.unauthorized")
                let asked = server.requests.filter { $0.path == "/v2/secret" }
                #expect(!asked.isEmpty)
                #expect(asked.allSatisfy { $0.header("Authorization") == nil })
            }
        }
    }

    @Test(
        arguments: [
            ("http://registry.example.org/blob", "registry.redirect"), ("ftp://127.0.0.1/blob", "registry.redirect"),
            ("//[", "registry.redirect"), ("/again", "registry.redirect"),
        ])
    func redirectsThatAreNotFollowed(_ location: String, _ code: String) async throws {
        try await TestServer.with(registry { _ in location }) { server in
            let found = try await download(server)
            #expect(found?.code == code)
        }
    }

    @Test func uploadsMayLeadElsewhere() async throws {
        try await TestServer.with { request in
            request.body == content ? .status(201) : .status(400)
        } _: { storage in
            try await TestServer.with { request in
                guard request.header("Authorization") != nil else {
                    return .status(401, [("WWW-Authenticate", "Basic realm=x")])
                }
                if request.method == .HEAD { return .status(404) }
                return .status(202, [("Location", "http://\(storage.host)/upload?key=1")])
            } _: { server in
                try await RegistryClient.with(configuration(server)) { client in
                    let reference = try RegistryReference(parsing: "\(server.host)/a:1")
                    #expect(try await client.upload(BlobContent(.layer, content), to: reference) == .sent)
                }
                let digest = Digest.of(content)
                #expect(storage.requests.map { $0.target } == ["/upload?key=1&digest=\(digest)"])
                #expect(storage.requests.allSatisfy { $0.header("Authorization") == nil })
            }
        }
    }

    @Test func pages() async throws {
        try await TestServer.with { request in
            switch request.target {
            case "/v2/": .status(200)
            case "/v2/a/tags/list?n=1000":
                .json("{\"tags\":[\"1\",\"2\"]}", [("Link", "</v2/a/tags/list?last=2>; rel=\"next\"")])
            case "/v2/a/tags/list?last=2": .json("{\"tags\":[\"3\"]}", [("Link", "<list?last=3>; rel=\"next\"")])
            case "/v2/a/tags/list?last=3": .json("{\"tags\":null}")
            case "/v2/b/tags/list?n=1000": .json("{\"tags\":[]}", [("Link", "</v2/b/tags/list?n=1000>; rel=next")])
            default: .json("{}", [("Link", "<http://127.0.0.1:1/>; rel=next")])
            }
        } _: { server in
            try await RegistryClient.with(.quick()) { client in
                func tags(_ name: String) async throws -> [String] {
                    try await client.tags(try RegistryReference(parsing: "\(server.host)/\(name)"))
                }
                let all = try await tags("a")
                #expect(all == ["1", "2", "3"])
                #expect(try await problem { _ = try await tags("b") }?.code == "registry.pages")
                #expect(try await problem { _ = try await tags("c") }?.code == "registry.protocol")
            }
        }
    }

    @Test func referrersFromTheRegistry() async throws {
        let first = Descriptor(.imageManifest, of: [1])
        var second = Descriptor(.imageManifest, of: [2])
        second.artifactType = MediaType(rawValue: "application/b")
        let bytes = [
            try OCIJSON.encode(ImageIndex(manifests: [first])), try OCIJSON.encode(ImageIndex(manifests: [second])),
        ]
        try await TestServer.with { request in
            if request.path == "/v2/" { return .status(200) }
            if request.target.contains("page") { return TestReply(body: bytes[1]) }
            return TestReply(headers: [("Link", "<?page=2>; rel=\"next\"")], body: bytes[0])
        } _: { server in
            try await RegistryClient.with(.quick()) { client in
                let reference = try RegistryReference(parsing: "\(server.host)/a:1")
                #expect(try await client.referrers(of: Digest.of([]), in: reference) == [first, second])
                let only = try await client.referrers(
                    of: Digest.of([]), in: reference, artifactType: MediaType(rawValue: "application/b"))
                #expect(only == [second])
                #expect(server.requests(.GET, "?artifactType=application/b").count == 1)
            }
        }
    }

    @Test func plainHTTPOnlyWhenAsked() async throws {
        // Port 1 of a name that is not this machine: nobody is asked, so nobody can answer.
        let configuration = RegistryConfiguration.quick { $0.retries.attempts = 1 }
        let lines = RegistryLines(configuration)
        #expect(try await RegistryHost("registry.invalid:1", lines).address().url == "https://registry.invalid:1/v2/")
        #expect(try await RegistryHost("docker.io", lines).address().url == "https://registry-1.docker.io/v2/")
        try await TestServer.with { _ in
            .status(200)
        } _: { server in
            let found = try await RegistryHost(server.host, lines).address()
            #expect(found.url == "http://\(server.host)/v2/")
        }
        await lines.shutdown()
    }
}
