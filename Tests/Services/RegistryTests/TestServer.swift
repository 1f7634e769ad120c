// SPDX-License-Identifier: Apache-2.0
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

struct TestRequest: Sendable {
    var method: HTTPMethod
    var target: String
    var headers: HTTPHeaders
    var body: [UInt8] = []
    /// The server stopped reading before the body ended.
    var isCut = false

    var path: String { String(target.prefix { $0 != "?" }) }
    func header(_ name: String) -> String? { headers.first(name: name) }
}

struct TestReply: Sendable {
    var status = 200
    var headers: [(String, String)] = []
    var body: [UInt8] = []
    /// Sends only so much of the body, and closes the connection.
    var cut: Int?
    /// Sends nothing at all, and closes the connection.
    var hangsUp = false
    var delay: Duration?
    /// Sends one byte, waits for so long, and so on.
    var drip: Duration?
    /// Is sent although the body of the request was not read.
    var comesEarly = false

    static func status(_ status: Int, _ headers: [(String, String)] = []) -> TestReply {
        TestReply(status: status, headers: headers)
    }

    static func json(_ text: String, status: Int = 200, _ headers: [(String, String)] = []) -> TestReply {
        TestReply(status: status, headers: headers + [("Content-Type", "application/json")], body: Array(text.utf8))
    }
}

/// An HTTP/1.1 server on the loopback interface that does what a test says.
final class TestServer: Sendable {
    typealias Handler = @Sendable (TestRequest) async throws -> TestReply

    let port: Int
    private let handler: Handler
    private let readLimit: @Sendable (TestRequest) -> Int?
    private let log = Mutex<[TestRequest]>([])

    var host: String { "127.0.0.1:\(port)" }
    /// Every request so far, without the bodies.
    var requests: [TestRequest] { log.withLock { $0 } }
    func requests(_ method: HTTPMethod, _ part: String = "") -> [TestRequest] {
        requests.filter { $0.method == method && $0.target.contains(part) }
    }

    private init(port: Int, readLimit: @escaping @Sendable (TestRequest) -> Int?, _ handler: @escaping Handler) {
        self.port = port
        self.handler = handler
        self.readLimit = readLimit
    }

    private typealias Connection = NIOAsyncChannel<HTTPServerRequestPart, HTTPServerResponsePart>

    /// Lends a server.
    static func with(_ handler: @escaping Handler, _ body: (TestServer) async throws -> Void) async throws {
        try await with(readLimit: { _ in nil }, handler, body)
    }

    /// Lends a server.
    /// - Parameter readLimit: after how many bytes of a body the server stops reading; nil for all.
    static func with(
        readLimit: @escaping @Sendable (TestRequest) -> Int?, _ handler: @escaping Handler,
        _ body: (TestServer) async throws -> Void
    ) async throws {
        let listener = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .bind(host: "127.0.0.1", port: 0) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    return try Connection(wrappingChannelSynchronously: channel)
                }
            }
        let server = TestServer(
            port: listener.channel.localAddress?.port ?? 0, readLimit: readLimit, handler)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.serve(listener) }
            do {
                try await body(server)
                group.cancelAll()
            } catch {
                group.cancelAll()
                throw error
            }
        }
    }

    private func serve(_ listener: NIOAsyncChannel<Connection, Never>) async throws {
        try await withThrowingDiscardingTaskGroup { group in
            do {
                try await listener.executeThenClose { connections in
                    for try await connection in connections {
                        group.addTask {
                            // A client that goes away is none of the server's business.
                            try? await connection.executeThenClose { try await self.converse($0, $1) }
                        }
                    }
                }
            } catch is CancellationError {}
            group.cancelAll()
        }
    }

    private func converse(
        _ inbound: NIOAsyncChannelInboundStream<HTTPServerRequestPart>,
        _ outbound: NIOAsyncChannelOutboundWriter<HTTPServerResponsePart>
    ) async throws {
        var parts = inbound.makeAsyncIterator()
        while case .head(let head)? = try await parts.next() {
            var request = TestRequest(method: head.method, target: head.uri, headers: head.headers)
            log.withLock { $0.append(request) }
            let limit = readLimit(request) ?? .max
            reading: while let part = try await parts.next() {
                switch part {
                case .head: return
                case .body(let buffer):
                    request.body += buffer.readableBytesView
                    if request.body.count >= limit {
                        request.body.removeLast(request.body.count - limit)
                        request.isCut = true
                        break reading
                    }
                case .end: break reading
                }
            }
            let reply = try await handler(request)
            if let delay = reply.delay { try await Task.sleep(for: delay) }
            if reply.hangsUp || request.isCut && !reply.comesEarly { return }
            try await send(reply, to: head.method, outbound)
            if reply.cut != nil || request.isCut { return }
        }
    }

    private func send(
        _ reply: TestReply, to method: HTTPMethod, _ outbound: NIOAsyncChannelOutboundWriter<HTTPServerResponsePart>
    ) async throws {
        var headers = HTTPHeaders(reply.headers)
        if !headers.contains(name: "Content-Length"), reply.status != 204 {
            headers.add(name: "Content-Length", value: "\(reply.body.count)")
        }
        let status = HTTPResponseStatus(statusCode: reply.status)
        try await outbound.write(.head(HTTPResponseHead(version: .http1_1, status: status, headers: headers)))
        let sent = method == .HEAD ? [] : reply.body[..<(reply.cut ?? reply.body.count)]
        if let drip = reply.drip {
            for byte in sent {
                try await outbound.write(.body(.byteBuffer(ByteBuffer(bytes: [byte]))))
                try await Task.sleep(for: drip)
            }
        } else if !sent.isEmpty {
            try await outbound.write(.body(.byteBuffer(ByteBuffer(bytes: sent))))
        }
        if reply.cut == nil { try await outbound.write(.end(nil)) }
    }
}
