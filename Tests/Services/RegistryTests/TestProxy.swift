// SPDX-License-Identifier: Apache-2.0
import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import PlinthTestSupport
import PlinthWeb

/// Hands requests on to a registry.
struct TestProxy: Sendable {
    private let connections = WebConnections(
        ConnectionSettings(proxies: .none, connectTimeout: .seconds(10), idleTimeout: .seconds(60)))
    let upstream: String

    /// What the registry answers. A request whose body was cut reaches it cut, too.
    func forward(_ request: TestRequest) async throws -> TestReply {
        guard let address = WebAddress("http://\(upstream)\(request.target)") else { return .status(400) }
        var headers = request.headers
        for name in ["Content-Length", "Transfer-Encoding", "Connection", "User-Agent", "Accept-Encoding"] {
            headers.remove(name: name)
        }
        var wanted = WebRequest(request.method, address, headers: headers.map { ($0.name, $0.value) })
        if request.isCut {
            let length = request.header("Content-Length").flatMap { Int64($0) } ?? 0
            wanted.body = .stream(BrokenBody(bytes: request.body), length: .known(length))
        } else if !request.body.isEmpty {
            wanted.body = .bytes(ByteBuffer(bytes: request.body))
        }
        let answer = try await connections.send(wanted)
        var body: [UInt8] = []
        for try await buffer in answer.response.body { body += buffer.readableBytesView }
        let kept = answer.response.headers.filter { $0.name != "Connection" && $0.name != "Transfer-Encoding" }
        return TestReply(status: answer.status, headers: kept.map { ($0.name, $0.value) }, body: body)
    }

    func shutdown() async { await connections.shutdown() }

    /// Bytes, and then a broken connection.
    private struct BrokenBody: AsyncSequence, Sendable {
        typealias Element = ByteBuffer
        struct Broken: Error {}

        let bytes: [UInt8]

        struct Iterator: AsyncIteratorProtocol {
            var rest: [UInt8]?
            mutating func next() async throws -> ByteBuffer? {
                guard let bytes = rest else {
                    // What was sent shall arrive.
                    try await Task.sleep(for: .milliseconds(50))
                    throw Broken()
                }
                rest = nil
                return ByteBuffer(bytes: bytes)
            }
        }

        func makeAsyncIterator() -> Iterator { Iterator(rest: bytes) }
    }
}

/// What a proxy does to what passes it.
struct Faults: Sendable {
    /// After how many bytes of a body it stops reading, and breaks the connection; nil for none.
    var readLimit: @Sendable (TestRequest) -> Int? = { _ in nil }
    /// What it answers instead of the registry; nil to ask that.
    var fault: @Sendable (TestRequest) async throws -> TestReply? = { _ in nil }
    /// What becomes of the registry's answer.
    var reply: @Sendable (TestRequest, TestReply) -> TestReply = { $1 }
}

/// Lends a server that stands before a registry.
func withProxy(
    _ registry: RegistryProcess, _ faults: Faults = Faults(), _ body: (TestServer) async throws -> Void
) async throws {
    let proxy = TestProxy(upstream: registry.host)
    let handler: TestServer.Handler = { request in
        if let answer = try await faults.fault(request) { return answer }
        return faults.reply(request, try await proxy.forward(request))
    }
    do {
        try await TestServer.with(readLimit: faults.readLimit, handler, body)
        await proxy.shutdown()
    } catch {
        await proxy.shutdown()
        throw error
    }
}
