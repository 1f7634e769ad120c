// SPDX-License-Identifier: Apache-2.0
import NIOCore
import NIOPosix
import PlinthTestSupport
import SystemPackage

/// Gives out the files of a folder over plain HTTP on loopback, a connection for each.
final class FileServer: Sendable {
    let port: Int
    private let folder: FilePath

    var address: String { "http://127.0.0.1:\(port)" }

    private typealias Connection = NIOAsyncChannel<ByteBuffer, ByteBuffer>

    private init(port: Int, folder: FilePath) {
        self.port = port
        self.folder = folder
    }

    /// Lends a server.
    static func with<Result: Sendable>(
        _ folder: FilePath, _ body: (FileServer) async throws -> Result
    ) async throws -> Result {
        let listener = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .bind(host: "127.0.0.1", port: 0) { channel in
                channel.eventLoop.makeCompletedFuture { try Connection(wrappingChannelSynchronously: channel) }
            }
        let server = FileServer(port: listener.channel.localAddress?.port ?? 0, folder: folder)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.serve(listener) }
            defer { group.cancelAll() }
            return try await body(server)
        }
    }

    private func serve(_ listener: NIOAsyncChannel<Connection, Never>) async throws {
        try await withThrowingDiscardingTaskGroup { group in
            do {
                try await listener.executeThenClose { connections in
                    for try await connection in connections {
                        group.addTask { try? await self.answer(connection) }
                    }
                }
            } catch is CancellationError {}
            group.cancelAll()
        }
    }

    private func answer(_ connection: Connection) async throws {
        try await connection.executeThenClose { requests, answers in
            var head: [UInt8] = []
            for try await part in requests {
                head += Array(part.readableBytesView)
                if head.suffix(4).elementsEqual("\r\n\r\n".utf8) { break }
            }
            let words = String(decoding: head, as: UTF8.self).split(separator: " ")
            let name = words.count > 1 ? String(words[1].drop { $0 == "/" }) : ""
            let content = name.contains("..") ? nil : try? readFile(folder.appending(name))
            let status = content == nil ? "404 Not Found" : "200 OK"
            let bytes = content ?? []
            let lines = "HTTP/1.1 \(status)\r\nContent-Length: \(bytes.count)\r\nConnection: close\r\n\r\n"
            try await answers.write(ByteBuffer(bytes: Array(lines.utf8) + bytes))
        }
    }
}
