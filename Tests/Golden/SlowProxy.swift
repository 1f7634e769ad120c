// SPDX-License-Identifier: Apache-2.0
import NIOCore
import NIOPosix
import Synchronization

/// Hands bytes on between a program and a server on this machine, no faster than it is told, and counts them.
final class SlowProxy: Sendable {
    let port: Int
    private let upstream: Int
    /// Bytes a second for each connection and direction; nil for as fast as it goes.
    private let pace: Int?
    private let counts = Mutex((up: 0, down: 0))

    var host: String { "127.0.0.1:\(port)" }
    /// Bytes that the program sent.
    var up: Int { counts.withLock { $0.up } }
    /// Bytes that the server sent.
    var down: Int { counts.withLock { $0.down } }

    private typealias Connection = NIOAsyncChannel<ByteBuffer, ByteBuffer>

    private init(port: Int, upstream: Int, pace: Int?) {
        self.port = port
        self.upstream = upstream
        self.pace = pace
    }

    /// Lends a proxy.
    static func with<Result: Sendable>(
        _ upstream: Int, pace: Int? = nil, _ body: (SlowProxy) async throws -> Result
    ) async throws -> Result {
        let listener = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .bind(host: "127.0.0.1", port: 0) { Self.wrapped($0) }
        let proxy = SlowProxy(port: listener.channel.localAddress?.port ?? 0, upstream: upstream, pace: pace)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await proxy.serve(listener) }
            defer { group.cancelAll() }
            return try await body(proxy)
        }
    }

    private static func wrapped(_ channel: any Channel) -> EventLoopFuture<Connection> {
        channel.eventLoop.makeCompletedFuture { try Connection(wrappingChannelSynchronously: channel) }
    }

    private func serve(_ listener: NIOAsyncChannel<Connection, Never>) async throws {
        try await withThrowingDiscardingTaskGroup { group in
            do {
                try await listener.executeThenClose { connections in
                    for try await connection in connections {
                        group.addTask {
                            // Who goes away is none of the proxy's business.
                            try? await self.join(connection)
                        }
                    }
                }
            } catch is CancellationError {}
            group.cancelAll()
        }
    }

    private func join(_ client: Connection) async throws {
        let server = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connect(host: "127.0.0.1", port: upstream) { Self.wrapped($0) }
        try await client.executeThenClose { fromClient, toClient in
            try await server.executeThenClose { fromServer, toServer in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await self.move(fromClient, toServer) { $0.up += $1 } }
                    group.addTask { try await self.move(fromServer, toClient) { $0.down += $1 } }
                    try await group.next()
                    group.cancelAll()
                }
            }
        }
    }

    private func move(
        _ source: NIOAsyncChannelInboundStream<ByteBuffer>, _ target: NIOAsyncChannelOutboundWriter<ByteBuffer>,
        _ count: @Sendable (inout (up: Int, down: Int), Int) -> Void
    ) async throws {
        for try await buffer in source {
            counts.withLock { count(&$0, buffer.readableBytes) }
            if let pace { try await Task.sleep(for: .seconds(Double(buffer.readableBytes) / Double(pace))) }
            try await target.write(buffer)
        }
    }
}
