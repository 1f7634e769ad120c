// SPDX-License-Identifier: Apache-2.0
import NIOHTTP1
import PlinthCore
import PlinthOCI
import Synchronization
import Testing

@testable import PlinthRegistry

/// Takes uploads in pieces and keeps what came before a break, as the specification has it.
///
/// Debian's docker-registry throws an upload away when a piece of it breaks.
private final class PatientRegistry: Sendable {
    private struct State {
        var bytes: [UInt8] = []
        var uploads = 0
        var blobs: Set<String> = []
    }

    private let state = Mutex(State())
    private let damages: Times
    private let least: Int

    init(damages: Int = 0, least: Int = 0) {
        self.damages = Times(damages)
        self.least = least
    }

    func answer(_ request: TestRequest) -> TestReply {
        state.withLock { state in
            switch request.method {
            case .HEAD: return .status(state.blobs.contains { request.path.hasSuffix($0) } ? 200 : 404)
            case .POST: return begin(&state)
            case .PATCH, .PUT: return append(request, &state)
            default: return request.path == "/v2/" ? .status(200) : status(204, state)
            }
        }
    }

    private func begin(_ state: inout State) -> TestReply {
        state.bytes = []
        state.uploads += 1
        let location = "/v2/a/blobs/uploads/\(state.uploads)"
        return .status(202, [("Location", location), ("OCI-Chunk-Min-Length", "\(least)")])
    }

    private func status(_ status: Int, _ state: State) -> TestReply {
        let range = state.bytes.isEmpty ? "0-0" : "0-\(state.bytes.count - 1)"
        let location = "/v2/a/blobs/uploads/\(state.uploads)?n=\(state.bytes.count)"
        return .status(status, [("Location", location), ("Range", range)])
    }

    private func append(_ request: TestRequest, _ state: inout State) -> TestReply {
        if let range = request.header("Content-Range"), !range.hasPrefix("\(state.bytes.count)-") {
            return status(416, state)
        }
        state.bytes += request.body
        if request.isCut, damages.take() { state.bytes[0] ^= 1 }
        guard request.method == .PUT, !request.isCut else { return status(202, state) }
        let digest = "\(Digest.of(state.bytes))"
        guard request.target.hasSuffix("digest=" + digest) else {
            return .json("{\"errors\":[{\"code\":\"DIGEST_INVALID\"}]}", status: 400)
        }
        state.blobs.insert(digest)
        return .status(201)
    }
}

@Suite(.timeLimit(.minutes(3)))
struct ResumedUploadTests {
    private static let megabytes = noise(3_000_000, seed: 14)
    private let content = Self.megabytes

    /// Uploads, and gives the requests that did it.
    private func upload(
        _ registry: PatientRegistry, _ configuration: RegistryConfiguration = .quick(),
        readLimit: @escaping @Sendable (TestRequest) -> Int? = { _ in nil }
    ) async throws -> [TestRequest] {
        var requests: [TestRequest] = []
        let handler: TestServer.Handler = { registry.answer($0) }
        try await TestServer.with(readLimit: readLimit, handler) { server in
            try await RegistryClient.with(configuration) { client in
                let reference = try RegistryReference(parsing: "\(server.host)/a:1")
                let meter = Meter()
                let arrival = try await client.upload(BlobContent(.layer, content), to: reference, progress: meter)
                #expect(arrival == .sent)
                #expect(meter.total == 3_000_000)
            }
            requests = server.requests.filter { [.PUT, .PATCH, .POST].contains($0.method) }
        }
        return requests
    }

    @Test func theRestIsSent() async throws {
        let cuts = Times(1)
        let requests = try await upload(
            PatientRegistry(), readLimit: { $0.method == .PUT && cuts.take() ? 1_000_000 : nil })
        #expect(requests.map(\.method) == [.POST, .PUT, .PATCH, .PUT])
        #expect(requests[2].header("Content-Range") == "1000000-2999999")
    }

    @Test func aPieceIsGoneOnWith() async throws {
        let cuts = Times(2)
        let requests = try await upload(
            PatientRegistry(), .quick { $0.chunk = ByteCount(1_000_000) },
            readLimit: { $0.method == .PATCH && cuts.take() ? 600_000 : nil })
        let ranges = requests.compactMap { $0.header("Content-Range") }
        #expect(ranges == ["0-999999", "600000-1599999", "1200000-2199999", "2200000-2999999"])
        #expect(requests.count { $0.method == .POST } == 1)
    }

    @Test func aDamagedBeginningIsSentAgain() async throws {
        let cuts = Times(1)
        let requests = try await upload(
            PatientRegistry(damages: 1), readLimit: { $0.method == .PUT && cuts.take() ? 1_000_000 : nil })
        #expect(requests.map(\.method) == [.POST, .PUT, .PATCH, .PUT, .POST, .PUT])
    }

    @Test func theRegistrySaysHowSmallAPieceMayBe() async throws {
        let requests = try await upload(PatientRegistry(least: 2_000_000), .quick { $0.chunk = ByteCount(10) })
        #expect(requests.compactMap { $0.header("Content-Range") } == ["0-1999999", "2000000-2999999"])
    }

    @Test func whoSendsTheSameWaits() async throws {
        let registry = PatientRegistry()
        try await TestServer.with {
            registry.answer($0)
        } _: { server in
            try await RegistryClient.with(.quick()) { client in
                let reference = try RegistryReference(parsing: "\(server.host)/a:1")
                let content = content
                let arrivals = try await mapConcurrently(Array(0..<8), limit: 8) { _ in
                    try await client.upload(BlobContent(.layer, content), to: reference)
                }
                #expect(arrivals.count { $0 == .sent } == 1)
                #expect(server.requests(.POST).count == 1)
            }
        }
    }

    @Test func aPieceMustNotBeEndless() async throws {
        let cuts = Times(1)
        let requests = try await upload(
            PatientRegistry(least: .max), readLimit: { $0.method == .PUT && cuts.take() ? 1_000_000 : nil })
        #expect(requests.compactMap { $0.header("Content-Range") } == ["1000000-2999999"])
    }

    /// Every upload gets to the second piece, and is forgotten then.
    @Test func aRegistryThatForgets() async throws {
        let handler: TestServer.Handler = { request in
            switch request.method {
            case .POST, .PATCH: .status(202, [("Location", "/v2/a/blobs/uploads/1")])
            default: .status(request.path == "/v2/" ? 200 : 404)
            }
        }
        let limit: @Sendable (TestRequest) -> Int? = { request in
            request.header("Content-Range")?.hasPrefix("0-") == false ? 10 : nil
        }
        try await TestServer.with(readLimit: limit, handler) { server in
            try await RegistryClient.with(.quick { $0.chunk = ByteCount(1_100_000) }) { client in
                let reference = try RegistryReference(parsing: "\(server.host)/a:1")
                let found = try await problem { try await client.upload(BlobContent(.layer, content), to: reference) }
                #expect(["registry.truncated", "registry.unreachable"].contains(found?.code))
                #expect(server.requests(.POST).count <= 6)
            }
        }
    }

    /// The registry says no before it has read the body, and reads no more of it.
    @Test func anEarlyRefusal() async throws {
        let handler: TestServer.Handler = { request in
            switch request.method {
            case .HEAD: return .status(404)
            case .POST: return .status(202, [("Location", "/v2/a/blobs/uploads/1")])
            default: return TestReply(status: request.method == .PUT ? 403 : 200, comesEarly: true)
            }
        }
        let limit: @Sendable (TestRequest) -> Int? = { $0.method == .PUT ? 1 : nil }
        try await TestServer.with(readLimit: limit, handler) { server in
            try await RegistryClient.with(.quick()) { client in
                let reference = try RegistryReference(parsing: "\(server.host)/a:1")
                let found = try await problem { try await client.upload(BlobContent(.layer, content), to: reference) }
                #expect(["registry.denied", "registry.truncated"].contains(found?.code))
            }
        }
    }

    /// Whoever may not read the other repository sends the blob.
    @Test(arguments: [400, 401, 403, 404, 405])
    func refusedMounts(_ status: Int) async throws {
        let registry = PatientRegistry()
        let handler: TestServer.Handler = { $0.target.contains("mount=") ? .status(status) : registry.answer($0) }
        try await TestServer.with(handler) { server in
            try await RegistryClient.with(.quick()) { client in
                let reference = try RegistryReference(parsing: "\(server.host)/a:1")
                let blob = BlobContent(.layer, content)
                let arrival = try await client.upload(blob, to: reference, mountingFrom: "b")
                #expect(arrival == .sent)
            }
        }
    }

    @Test func cancellation() async throws {
        try await TestServer.with { request in
            if request.method == .HEAD { return .status(404) }
            if request.method == .PUT { try await Task.sleep(for: .seconds(100)) }
            return .status(202, [("Location", "/v2/a/blobs/uploads/1")])
        } _: { server in
            try await RegistryClient.with(.quick()) { client in
                let reference = try RegistryReference(parsing: "\(server.host)/a:1")
                let content = content
                await withTaskGroup(of: Void.self) { group in
                    group.addTask {
                        await #expect(throws: CancellationError.self) {
                            try await client.upload(BlobContent(.layer, content), to: reference)
                        }
                    }
                    while server.requests(.PUT).isEmpty { await Task.yield() }
                    group.cancelAll()
                }
            }
        }
    }
}
