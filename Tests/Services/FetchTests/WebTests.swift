// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthWeb
import SystemPackage
import Testing

@testable import PlinthFetch

@Suite struct WebTests {
    @Test(
        arguments: [
            ("file:///a%20b", "/a b"), ("file:/a", "/a"), ("file://localhost/a", "/a"), ("/a%20b", "/a%20b"),
            ("file://other/a", nil), ("file:///%zz", nil), ("file:///a%00", nil), ("http://a", nil),
        ] as [(String, String?)])
    func localPaths(_ text: String, _ path: String?) { #expect(localPath(text)?.string == path) }

    @Test func redirectsAreFollowed() async throws {
        try await withDownloads(
            LoopbackServer { request in
                switch request.target {
                case "/1": .status(301, ["Location": "/2"])
                case "/2": .status(307, ["Location": "3"])
                case "/3": ServerReply(body: [7])
                default: .status(302, ["Location": "/loop"])
                }
            }
        ) { downloader, server in
            let found = try await downloader.fetch(FetchRequest(name: "x", addresses: [server.address + "/1"]))
            #expect(found.size == ByteCount(1))
            let endless = FetchRequest(name: "x", addresses: [server.address + "/loop"])
            let problem = try await problem { _ = try await downloader.fetch(endless) }
            #expect(problem?.code == "fetch.redirect")
            #expect(server.requests.count == 3 + 6)
        }
    }

    @Test func credentialsStayWithTheirServer() async throws {
        try await withServer(LoopbackServer { _ in ServerReply(body: [7]) }) { other in
            let elsewhere = other.address + "/b"
            try await withDownloads(
                LoopbackServer { request in
                    request.target == "/a" ? .status(302, ["Location": "/c"]) : .status(302, ["Location": elsewhere])
                }
            ) { downloader, server in
                let address = "http://user:secret%21@127.0.0.1:\(server.port)/a"
                _ = try await downloader.fetch(FetchRequest(name: "x", addresses: [address]))
                #expect(
                    server.requests.map { $0.headers["authorization"] }
                        == Array(repeating: "Basic dXNlcjpzZWNyZXQh", count: 2))
                #expect(other.requests.map { $0.headers["authorization"] } == [nil])
            }
        }
    }

    @Test func problemsShowNoCredentials() async throws {
        try await withDownloads(LoopbackServer { _ in .status(401) }, .quick { $0.retries.attempts = 1 }) {
            downloader, server in
            let address = "http://user:secret@127.0.0.1:\(server.port)/a"
            for request in [
                FetchRequest(
                    name: "x", addresses: [address, "bad://user:secret@x/"], size: ByteCount(1), digest: Digest.of([]))
            ] {
                let found = try #require(try await problem { _ = try await downloader.fetch(request) })
                #expect(!"\(found) \(found.hints)".contains("secret"))
            }
        }
    }

    @Test func proxiesAreUsed() async throws {
        try await withServer(LoopbackServer { _ in ServerReply(body: [7]) }) { proxy in
            try await withDownloads(
                LoopbackServer { _ in ServerReply(body: [8]) },
                .quick {
                    $0.proxies = Proxies(variables: [
                        "http_proxy": "http://me:pw@127.0.0.1:\(proxy.port)", "no_proxy": "127.0.0.1",
                    ])
                }
            ) { downloader, server in
                let far = FetchRequest(name: "x", addresses: ["http://mirror.example.org/a"], digest: Digest.of([7]))
                _ = try await downloader.fetch(far)
                #expect(proxy.requests.map(\.target) == ["http://mirror.example.org/a"])
                #expect(proxy.requests[0].headers["proxy-authorization"] == "Basic bWU6cHc=")
                _ = try await downloader.fetch(
                    FetchRequest(name: "x", addresses: [server.address + "/b"], digest: Digest.of([8])))
                #expect(server.requests.count == 1)
                #expect(proxy.requests.count == 1)
            }
        }
    }

    @Test func aFileWithoutCertificatesIsNamed() async throws {
        try await withDownloads(LoopbackServer { _ in .status(404) }, .quick { $0.certificates = "/dev/null" }) {
            downloader, server in
            let found = try await problem {
                _ = try await downloader.document("x", [server.address + "/a"], limit: ByteCount(9))
            }
            #expect(found?.code == "fetch.certificateFile")
        }
    }
}

@Suite struct DocumentTests {
    @Test func unchangedDocumentsAreNotSentAgain() async throws {
        try await withDownloads(
            LoopbackServer { request in
                if request.headers["if-none-match"] == "\"1\"" { return .status(304) }
                return ServerReply(
                    headers: ["ETag": "\"1\"", "Last-Modified": "Sat, 21 Nov 2026 00:00:00 GMT"],
                    body: Array("hello\nworld\n".utf8))
            }
        ) { downloader, server in
            let limit = ByteCount(100)
            let first = try await downloader.document("release", [server.address + "/InRelease"], limit: limit)
            let second = try await downloader.document("release", [server.address + "/InRelease"], limit: limit)
            #expect(first.bytes == Array("hello\nworld\n".utf8))
            #expect(!first.isFromStore)
            #expect(second.bytes == first.bytes)
            #expect(second.isFromStore)
            #expect(server.requests.count == 2)
            let less = try await problem {
                _ = try await downloader.document("r", [server.address + "/b"], limit: ByteCount(5))
            }
            #expect(less?.code == "fetch.size")
        }
    }

    @Test func aDamagedDocumentIsFetchedAnew() async throws {
        try await withDownloads(LoopbackServer { _ in ServerReply(headers: ["ETag": "\"1\""], body: [1, 2, 3]) }) {
            downloader, server in
            _ = try await downloader.document("release", [server.address + "/a"], limit: ByteCount(9))
            let key = Digest.of(Array((server.address + "/a").utf8)).hex
            try flip(downloader.store.path(.documents, key), 6)
            let again = try await downloader.document("release", [server.address + "/a"], limit: ByteCount(9))
            #expect(again.bytes == [1, 2, 3])
            #expect(server.requests[1].headers["if-none-match"] == nil)
        }
    }

    @Test func offlineTheLastOneIsGiven() async throws {
        try await withDownloads(LoopbackServer { _ in ServerReply(body: [1, 2]) }) { downloader, server in
            let address = server.address + "/a"
            _ = try await downloader.document("release", [address], limit: ByteCount(9))
            var offline = FetchConfiguration()
            offline.isOffline = true
            try await Downloader.with(downloader.store, offline) { downloader in
                let found = try await downloader.document(
                    "release", ["http://127.0.0.1:1/b", address], limit: ByteCount(9))
                #expect(found.bytes == [1, 2])
                #expect(found.isFromStore)
                let none = try await problem {
                    _ = try await downloader.document("release", [server.address + "/c"], limit: ByteCount(9))
                }
                #expect(none?.code == "fetch.offline")
            }
            #expect(server.requests.count == 1)
        }
    }

    @Test func theFirstMirrorThatHasItIsTaken() async throws {
        try await withDownloads(LoopbackServer { $0.target == "/a" ? .status(404) : ServerReply(body: [5]) }) {
            downloader, server in
            let found = try await downloader.document(
                "r", [server.address + "/a", server.address + "/b"], limit: ByteCount(9))
            #expect(found.address == server.address + "/b")
            let none = try await problem {
                _ = try await downloader.document("r", [server.address + "/a"], limit: ByteCount(9))
            }
            #expect(none?.code == "fetch.missing")
        }
    }

    @Test func itTriesAgain() async throws {
        try await withDownloads(
            LoopbackServer { request in
                switch request.number {
                case 0: .status(503)
                case 1: ServerReply(body: [1, 2, 3], cut: 1)
                default: ServerReply(body: [1, 2, 3])
                }
            }
        ) { downloader, server in
            let found = try await downloader.document("r", [server.address + "/a"], limit: ByteCount(9))
            #expect(found.bytes == [1, 2, 3])
            #expect(server.requests.count == 3)
        }
    }
}
