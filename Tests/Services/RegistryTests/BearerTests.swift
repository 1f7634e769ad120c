// SPDX-License-Identifier: Apache-2.0
import NIOHTTP1
import PlinthCore
import PlinthOCI
import PlinthTestSupport
import Synchronization
import SystemPackage
import Testing

@testable import PlinthRegistry

/// A registry that wants tokens, and the server that sells them: both of the tests' own.
final class TokenBooth: Sendable {
    private let issued = Mutex<[String: [String]]>([:])
    let lifetime: Int

    init(lifetime: Int = 300) { self.lifetime = lifetime }

    /// What the token server answers: the scopes go into the token.
    func sell(_ request: TestRequest) -> TestReply {
        let query = request.target + "&" + String(decoding: request.body, as: UTF8.self)
        let basic = request.header("Authorization") == "Basic " + Base64.encode("user:secret")
        guard basic || query.contains("refresh_token=renewable") else { return .status(401) }
        let scopes = query.split(separator: "&").filter { $0.contains("scope=") }
            .flatMap { $0.split(separator: "=").last?.replacing("%2c", with: ",").split(separator: "%20") ?? [] }
        return issued.withLock { issued in
            let token = "token-\(issued.count)"
            issued[token] = scopes.map(String.init)
            return .json("{\"token\":\"\(token)\",\"expires_in\":\(lifetime)}")
        }
    }

    /// The scopes that were paid for; nil without a token.
    func scopes(of request: TestRequest) -> [String]? {
        guard let header = request.header("Authorization"), header.hasPrefix("Bearer ") else { return nil }
        return issued.withLock { $0[String(header.dropFirst(7))] }
    }

    /// All tokens lose their worth.
    func forget() { issued.withLock { for key in $0.keys { $0[key] = [] } } }

    /// 401 for a request that lacks a scope; nil when it may pass.
    func refuse(_ request: TestRequest, realm: String) -> TestReply? {
        let parts = request.path.split(separator: "/").map(String.init)
        var wanted: [String] = []
        if let end = parts.firstIndex(where: { ["blobs", "manifests", "tags", "referrers"].contains($0) }), end > 1 {
            let access = request.method == .GET || request.method == .HEAD ? "pull" : "pull,push"
            wanted = ["repository:\(parts[1..<end].joined(separator: "/")):\(access)"]
        }
        if let held = scopes(of: request) {
            let names = held + held.map { $0.replacing("pull,push", with: "pull") }
            if wanted.allSatisfy({ names.contains($0) }) { return nil }
        }
        let scope = wanted.first.map { ",scope=\"\($0)\"" } ?? ""
        return .json(
            "{\"errors\":[{\"code\":\"UNAUTHORIZED\",\"message\":\"no\"}]}", status: 401,
            [("WWW-Authenticate", "Bearer realm=\"\(realm)\",service=\"test\"\(scope)")])
    }
}

@Suite(.enabled(if: hasRegistry, "docker-registry is not installed"), .timeLimit(.minutes(3)))
struct BearerTests {
    private func withBooth(
        _ booth: TokenBooth, _ body: (_ registry: TestServer, _ tokens: TestServer) async throws -> Void
    ) async throws {
        try await withRegistry { registry in
            try await TestServer.with {
                booth.sell($0)
            } _: { tokens in
                let realm = "http://\(tokens.host)/token"
                try await withProxy(registry, Faults(fault: { booth.refuse($0, realm: realm) })) {
                    try await body($0, tokens)
                }
            }
        }
    }

    private func configuration(_ server: TestServer, _ credential: Credential?) -> RegistryConfiguration {
        .quick { $0.credentials.given[server.host] = credential }
    }

    @Test(arguments: [Credential.password(user: "user", "secret"), .identityToken("renewable")])
    func tokens(_ credential: Credential) async throws {
        let image = try TestImage(layers: [noise(1000, seed: 1), noise(1000, seed: 2)])
        try await withBooth(TokenBooth()) { server, tokens in
            try await RegistryClient.with(configuration(server, credential)) { client in
                let reference = try RegistryReference(parsing: "\(server.host)/team/image:1")
                #expect(Set(try await image.push(client, reference)) == [.sent])
                // One token was enough for many requests, some of them at the same time.
                #expect(tokens.requests.count == 1)
                #expect(try await client.tags(reference) == ["1"])
                #expect(try await client.manifest(reference).bytes == image.manifest)
                #expect(tokens.requests.count == 2)
                let other = try RegistryReference(parsing: "\(server.host)/other:1")
                let arrivals = try await client.upload(image.blobs, to: other, mountingFrom: "team/image", limit: 1)
                #expect(Set(arrivals) == [.mounted])
            }
        }
    }

    @Test func tokensEnd() async throws {
        let booth = TokenBooth()
        try await withBooth(booth) { server, tokens in
            let configuration = configuration(server, .password(user: "user", "secret"))
            try await RegistryClient.with(configuration) { client in
                let reference = try RegistryReference(parsing: "\(server.host)/a:1")
                for seed in 1...3 {
                    let blob = BlobContent(.layer, noise(10, seed: UInt64(seed)))
                    #expect(try await client.upload(blob, to: reference) == .sent)
                    booth.forget()
                }
                #expect(tokens.requests.count == 3)
            }
        }
    }

    @Test func tokensThatLiveForNoTime() async throws {
        try await withBooth(TokenBooth(lifetime: 0)) { server, tokens in
            let configuration = configuration(server, .password(user: "user", "secret"))
            try await RegistryClient.with(configuration) { client in
                let reference = try RegistryReference(parsing: "\(server.host)/a:1")
                #expect(try await client.upload(BlobContent(.layer, [1]), to: reference) == .sent)
                #expect(tokens.requests.count == 3)
            }
        }
    }

    @Test(arguments: [nil, Credential.password(user: "user", "hush"), .identityToken("hush"), .registryToken("hush")])
    func refusals(_ credential: Credential?) async throws {
        try await withBooth(TokenBooth()) { server, _ in
            try await RegistryClient.with(configuration(server, credential)) { client in
                let reference = try RegistryReference(parsing: "\(server.host)/a:1")
                let found = try await problem { _ = try await client.tags(reference) }
                #expect(found?.code == "registry.unauthorized")
                #expect(found.map { "\($0)" }?.contains("hush") == false)
                let login = try await problem {
                    if let credential { try await client.login(server.host, credential) }
                }
                #expect(login?.code == (credential == nil ? nil : "registry.unauthorized"))
            }
        }
    }

    @Test func aTokenServerThatIsBusy() async throws {
        let booth = TokenBooth()
        let failures = Times(2)
        let seller: TestServer.Handler = { failures.take() ? .status(503) : booth.sell($0) }
        try await TestServer.with(seller) { tokens in
            let realm = "http://\(tokens.host)/token"
            let registry: TestServer.Handler = {
                booth.refuse($0, realm: realm) ?? .json("{\"name\":\"a\",\"tags\":[\"1\"]}")
            }
            try await TestServer.with(registry) { server in
                let configuration = configuration(server, .password(user: "user", "secret"))
                try await RegistryClient.with(configuration) { client in
                    let tags = try await client.tags(try RegistryReference(parsing: "\(server.host)/a:1"))
                    #expect(tags == ["1"])
                    #expect(tokens.requests.count == 3)
                }
            }
        }
    }

    @Test func loginBuysAToken() async throws {
        try await withBooth(TokenBooth()) { server, tokens in
            try await withAsyncScratchDirectory { directory in
                let files = CredentialFiles(paths: [directory.appending("auth.json")])
                try await RegistryClient.with(.quick { $0.credentials = files }) { client in
                    try await client.login(server.host, .password(user: "user", "secret"))
                    #expect(tokens.requests.count == 1)
                    #expect(try await files.credential(host: server.host) == .password(user: "user", "secret"))
                }
            }
        }
    }

    /// Nobody but a server of the same kind is told a password.
    @Test func realmsThatAreNotTrusted() async throws {
        for realm in ["http://registry.example.org/token", "ftp://127.0.0.1/", "nonsense"] {
            try await TestServer.with { _ in
                .status(401, [("WWW-Authenticate", "Bearer realm=\"\(realm)\"")])
            } _: { server in
                let configuration = configuration(server, .password(user: "user", "secret"))
                try await RegistryClient.with(configuration) { client in
                    let reference = try RegistryReference(parsing: "\(server.host)/a:1")
                    let found = try await problem { _ = try await client.tags(reference) }
                    #expect(found?.code == "registry.protocol")
                }
            }
        }
    }
}
