// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthWeb
import Synchronization
import SystemPackage
import Testing

@testable import PlinthFetch

/// A store, a downloader that loses no time, and a server.
func withDownloads(
    _ server: LoopbackServer, _ configuration: FetchConfiguration = .quick(),
    _ body: (Downloader, LoopbackServer) async throws -> Void
) async throws {
    try await withScratch { home in
        try await withServer(server) { server in
            try await Downloader.with(try Store(home: home.appending("store")), configuration) {
                try await body($0, server)
            }
        }
    }
}

extension FetchConfiguration {
    static func quick(_ change: (inout FetchConfiguration) -> Void = { _ in }) -> FetchConfiguration {
        var configuration = FetchConfiguration()
        configuration.retries.firstPause = .milliseconds(2)
        configuration.retries.longestPause = .milliseconds(20)
        // On a busy machine a test may wait long for its turn; that is no silence of the server's.
        configuration.idleTimeout = .seconds(600)
        change(&configuration)
        return configuration
    }
}

@Suite struct DownloaderTests {
    private static let thing = noise(300_000)
    var bytes: [UInt8] { Self.thing }

    private func request(_ addresses: String...) -> FetchRequest {
        FetchRequest(name: "thing 1.0", addresses: addresses, size: ByteCount(bytes.count), digest: Digest.of(bytes))
    }

    @Test func fetchesOnce() async throws {
        let bytes = bytes
        try await withDownloads(LoopbackServer { _ in ServerReply(body: bytes) }) { downloader, server in
            let wanted = request(server.address + "/pool/thing.deb")
            let found = try await downloader.fetch([wanted, wanted, wanted], limit: 3)
            #expect(server.requests.count == 1)
            #expect(server.requests[0].target == "/pool/thing.deb")
            #expect(server.requests[0].headers["accept-encoding"] == "identity")
            #expect(found.map(\.digest) == Array(repeating: Digest.of(bytes), count: 3))
            #expect(found.filter { $0.address == server.address + "/pool/thing.deb" }.count == 1)
            #expect(try readFile(found[0].path) == bytes)
            #expect(tree(downloader.store.home).filter { $0.hasPrefix("tmp/") } == [])
        }
    }

    @Test func resumesWhatBrokeOff() async throws {
        let bytes = bytes
        try await withDownloads(
            LoopbackServer { request in
                var reply = ServerReply.range(of: bytes, request)
                if request.number == 0 { reply.cut = 100_000 }
                if request.number == 1 { (reply.cut, reply.end) = (50_000, .reset) }
                return reply
            }
        ) { downloader, server in
            let found = try await downloader.fetch(request(server.address + "/a"))
            #expect(try readFile(found.path) == bytes)
            let starts = server.requests.map { $0.rangeStart ?? 0 }
            // The client may drop what had arrived when the connection broke.
            #expect(starts.count == 3 && 0 < starts[1] && starts[1] < starts[2] && starts[2] <= 150_000)
        }
    }

    @Test func beginsAgainWithoutRanges() async throws {
        let bytes = bytes
        try await withDownloads(
            LoopbackServer { request in
                ServerReply(body: bytes, cut: request.number == 0 ? 100_000 : nil)
            }
        ) { downloader, server in
            let found = try await downloader.fetch(request(server.address + "/a"))
            #expect(try readFile(found.path) == bytes)
            #expect(server.requests.map { $0.rangeStart != nil } == [false, true])
        }
    }

    @Test(arguments: [416, 206]) func beginsAgainAfterAWrongRange(_ status: Int) async throws {
        let bytes = bytes
        try await withDownloads(
            LoopbackServer { request in
                switch request.number {
                case 0: ServerReply(body: bytes, cut: 100_000)
                case 1: ServerReply(status: status, headers: ["Content-Range": "bytes 5-9/10"], body: [1, 2, 3, 4, 5])
                default: ServerReply(body: bytes)
                }
            }
        ) { downloader, server in
            let found = try await downloader.fetch(request(server.address + "/a"))
            #expect(try readFile(found.path) == bytes)
            #expect(server.requests.map { $0.rangeStart != nil } == [false, true, false])
        }
    }

    @Test func resumesWhatAKilledProcessLeft() async throws {
        let bytes = bytes
        try await withDownloads(LoopbackServer { ServerReply.range(of: bytes, $0) }) { downloader, server in
            let tmp = downloader.store.home.appending("tmp")
            try makeDirectories(tmp)
            try writeFile(tmp.appending("partial-\(Digest.of(bytes).hex)"), bytes.prefix(120_000))
            let found = try await downloader.fetch(request(server.address + "/a"))
            #expect(try readFile(found.path) == bytes)
            #expect(server.requests.map(\.rangeStart) == [120_000])
        }
    }

    @Test func damagedLeftoversAreFetchedAnew() async throws {
        let bytes = bytes
        try await withDownloads(LoopbackServer { ServerReply.range(of: bytes, $0) }) { downloader, server in
            let tmp = downloader.store.home.appending("tmp")
            try makeDirectories(tmp)
            try writeFile(tmp.appending("partial-\(Digest.of(bytes).hex)"), noise(120_000, seed: 9))
            let found = try await downloader.fetch(request(server.address + "/a"))
            #expect(try readFile(found.path) == bytes)
            #expect(server.requests.map(\.rangeStart) == [120_000, nil])
        }
    }

    @Test func abandonedDownloadsStayForTheNextRun() async throws {
        let bytes = bytes
        try await withDownloads(
            LoopbackServer { request in
                var reply = ServerReply.range(of: bytes, request)
                if request.number == 0 { reply.cut = 100_000 }
                return reply
            }, .quick { $0.retries.attempts = 1 }
        ) { downloader, server in
            let first = try await problem { _ = try await downloader.fetch(request(server.address + "/a")) }
            #expect(first?.code == "fetch.truncated")
            #expect(first?.place == server.address + "/a")
            let found = try await downloader.fetch(request(server.address + "/a"))
            #expect(try readFile(found.path) == bytes)
            #expect(server.requests.map { $0.rangeStart != nil } == [false, true])
        }
    }

    @Test(arguments: [503, 500, 502, 504, 408]) func triesAgain(_ status: Int) async throws {
        let bytes = bytes
        try await withDownloads(LoopbackServer { $0.number < 2 ? .status(status) : ServerReply(body: bytes) }) {
            downloader, server in
            _ = try await downloader.fetch(request(server.address + "/a"))
            #expect(server.requests.count == 3)
        }
    }

    @Test func givesUpAfterSomeAttempts() async throws {
        try await withDownloads(LoopbackServer { _ in .status(503) }) { downloader, server in
            let found = try await problem { _ = try await downloader.fetch(request(server.address + "/a")) }
            #expect(found?.code == "fetch.status")
            #expect(found?.why == "it answered 503")
            #expect(server.requests.count == 5)
        }
    }

    @Test func waitsAsLongAsTheServerAsks() async throws {
        let bytes = bytes
        try await withDownloads(
            LoopbackServer { request in
                request.number == 0 ? .status(429, ["Retry-After": "3600"]) : ServerReply(body: bytes)
            }, .quick { $0.retries.longestPause = .milliseconds(80) }
        ) { downloader, server in
            let clock = ContinuousClock()
            let time = try await clock.measure { _ = try await downloader.fetch(request(server.address + "/a")) }
            #expect(time >= .milliseconds(80))
            #expect(server.requests.count == 2)
        }
    }

    /// A date, as servers behind caches write it.
    @Test func waitsUntilTheServerSays() async throws {
        let bytes = bytes
        let configuration = FetchConfiguration.quick {
            $0.retries.longestPause = .seconds(20)
            $0.now = { 784_111_776 }
        }
        try await withDownloads(
            LoopbackServer { request in
                request.number == 0
                    ? .status(503, ["Retry-After": "Sun, 06 Nov 1994 08:49:37 GMT"]) : ServerReply(body: bytes)
            }, configuration
        ) { downloader, server in
            let time = try await ContinuousClock().measure {
                _ = try await downloader.fetch(request(server.address + "/a"))
            }
            #expect(time >= .seconds(1))
        }
    }

    @Test(arguments: [(404, "fetch.missing"), (410, "fetch.missing"), (403, "fetch.status"), (401, "fetch.status")])
    func refusalsAreFinal(_ status: Int, _ code: String) async throws {
        try await withDownloads(LoopbackServer { _ in .status(status) }) { downloader, server in
            let found = try await problem { _ = try await downloader.fetch(request(server.address + "/a?b=c")) }
            #expect(found?.code == code)
            #expect(found?.place == server.address + "/a?b=c")
            #expect(server.requests.count == 1)
        }
    }

    @Test func anotherDigestIsRefused() async throws {
        let other = noise(300_000, seed: 3)
        try await withDownloads(LoopbackServer { _ in ServerReply(body: other) }) { downloader, server in
            let found = try await problem { _ = try await downloader.fetch(request(server.address + "/a")) }
            #expect(found?.code == "fetch.digest")
            #expect(found?.why == "expected \(Digest.of(bytes)), got \(Digest.of(other))")
            #expect(server.requests.count == 1)
            #expect(tree(downloader.store.home) == [])
        }
    }

    @Test(arguments: [true, false]) func moreBytesThanExpectedAreNotRead(_ announced: Bool) async throws {
        let endless = noise(3_000_000)
        try await withDownloads(LoopbackServer { _ in ServerReply(body: endless, announcesLength: announced) }) {
            downloader, server in
            let found = try await problem { _ = try await downloader.fetch(request(server.address + "/a")) }
            #expect(found?.code == "fetch.size")
            #expect(tree(downloader.store.home) == [])
            let open = FetchRequest(name: "index", addresses: [server.address + "/b"], limit: ByteCount(1000))
            let unbounded = try await problem { _ = try await downloader.fetch(open) }
            #expect(unbounded?.code == "fetch.size")
        }
    }

    @Test func anUnannouncedShortBodyIsTruncated() async throws {
        let short = Array(bytes.prefix(1000))
        try await withDownloads(
            LoopbackServer { _ in ServerReply(body: short, announcesLength: false) }, .quick { $0.retries.attempts = 2 }
        ) { downloader, server in
            let found = try await problem { _ = try await downloader.fetch(request(server.address + "/a")) }
            #expect(found?.code == "fetch.truncated")
            #expect(found?.why == "1000 of 300000 bytes came")
        }
    }

    @Test func anotherMirrorHelps() async throws {
        let bytes = bytes
        let other = noise(300_000, seed: 3)
        try await withDownloads(
            LoopbackServer { request in
                switch request.target {
                case "/gone": .status(404)
                case "/broken": ServerReply(body: bytes, cut: 10)
                case "/wrong": ServerReply(body: other)
                default: ServerReply.range(of: bytes, request)
                }
            }, .quick { $0.retries.attempts = 1 }
        ) { downloader, server in
            let names = ["/gone", "/broken", "/wrong", "/good"]
            var wanted = request()
            wanted.addresses = names.map { server.address + $0 }
            let found = try await downloader.fetch(wanted)
            #expect(found.address == server.address + "/good")
            #expect(try readFile(found.path) == bytes)
        }
    }

    @Test func everyMirrorIsNamed() async throws {
        try await withDownloads(
            LoopbackServer { .status($0.target == "/a" ? 404 : 403) }, .quick { $0.retries.attempts = 1 }
        ) { downloader, server in
            let found = try await problem {
                _ = try await downloader.fetch(request(server.address + "/a", server.address + "/b"))
            }
            #expect(found?.code == "fetch.missing")
            #expect(found?.hints.last?.contains(server.address + "/b") == true)
        }
    }

    @Test func withoutADigestTheStoreFindsOne() async throws {
        let bytes = bytes
        try await withDownloads(LoopbackServer { _ in ServerReply(body: bytes) }) { downloader, server in
            let found = try await downloader.fetch(FetchRequest(name: "x", addresses: [server.address + "/a"]))
            #expect(found.digest == Digest.of(bytes))
            #expect(found.size == ByteCount(300_000))
        }
    }

    @Test func silenceEndsADownload() async throws {
        let bytes = bytes
        try await withDownloads(
            LoopbackServer { request in
                request.target == "/slow"
                    ? ServerReply(body: bytes, delay: .milliseconds(1000))
                    : ServerReply(body: bytes, cut: 1000, end: .hang)
            },
            .quick {
                $0.idleTimeout = .milliseconds(400)
                $0.retries.attempts = 1
            }
        ) { downloader, server in
            let head = try await problem { _ = try await downloader.fetch(request(server.address + "/slow")) }
            #expect(head?.code == "fetch.unreachable")
            #expect(head?.why == "it was silent for too long")
            let body = try await problem { _ = try await downloader.fetch(request(server.address + "/stall")) }
            #expect(body?.code == "fetch.truncated")
        }
    }

    @Test func nobodyListens() async throws {
        try await withDownloads(LoopbackServer { _ in .status(404) }) { downloader, server in
            server.stop()
            let found = try await problem { _ = try await downloader.fetch(request(server.address + "/a")) }
            #expect(found?.code == "fetch.unreachable")
            #expect(found?.place == "127.0.0.1")
            #expect(found?.why == "Connection refused")
            #expect(found?.hints.isEmpty == false)
        }
    }

    @Test func offlineNothingIsAsked() async throws {
        let bytes = bytes
        try await withDownloads(LoopbackServer { _ in ServerReply(body: bytes) }, .quick { $0.isOffline = true }) {
            downloader, server in
            let found = try await problem { _ = try await downloader.fetch(request(server.address + "/a")) }
            #expect(found?.code == "fetch.offline")
            let writer = try downloader.store.writer()
            try writer.write(bytes)
            _ = try writer.commitBlob()
            let kept = try await downloader.fetch(request(server.address + "/a"))
            #expect(kept.address == nil)
            #expect(server.requests.isEmpty)
        }
    }

    @Test func localFilesAreMirrorsToo() async throws {
        let bytes = bytes
        try await withDownloads(LoopbackServer { _ in .status(404) }, .quick { $0.isOffline = true }) { downloader, _ in
            let file = downloader.store.home.removingLastComponent().appending("a file.deb")
            try writeFile(file, bytes)
            let url = "file://" + file.string.split(separator: " ").joined(separator: "%20")
            for address in [file.string, url] {
                _ = try downloader.store.prune(keepDays: 0, now: 0)
                let found = try await downloader.fetch(request(address))
                #expect(try readFile(found.path) == bytes)
            }
            _ = try downloader.store.prune(keepDays: 0, now: 0)
            let missing = try await problem { _ = try await downloader.fetch(request("/nowhere/x")) }
            #expect(missing?.code == "fetch.missing")
            try writeFile(file, bytes + [1])
            let longer = try await problem { _ = try await downloader.fetch(request(file.string)) }
            #expect(longer?.code == "fetch.size")
            try writeFile(file, bytes.reversed())
            let other = try await problem { _ = try await downloader.fetch(request(file.string)) }
            #expect(other?.code == "fetch.digest")
        }
    }

    @Test func progressIsTold() async throws {
        final class Sink: ProgressSink {
            let lines = Mutex<[String]>([])
            let last = Mutex(ByteCount(0))
            func started(_ name: String, size: ByteCount?, _ movement: Movement) {
                lines.withLock { $0.append("\(name) \(size?.bytes ?? 0) \(movement)") }
            }
            func advanced(_ name: String, received: ByteCount) { last.withLock { $0 = received } }
            func finished(_ name: String, isFromStore: Bool) { lines.withLock { $0.append("\(name) \(isFromStore)") } }
        }
        let bytes = bytes
        try await withDownloads(LoopbackServer { _ in ServerReply(body: bytes) }) { downloader, server in
            let sink = Sink()
            _ = try await downloader.fetch(request(server.address + "/a"), progress: sink)
            _ = try await downloader.fetch(request(server.address + "/a"), progress: sink)
            #expect(
                sink.lines.withLock { $0 } == [
                    "thing 1.0 300000 fetching", "thing 1.0 false", "thing 1.0 300000 fetching", "thing 1.0 true",
                ])
            #expect(sink.last.withLock { $0 } == ByteCount(300_000))
        }
    }
}
