// SPDX-License-Identifier: Apache-2.0
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

struct ServerRequest: Sendable {
    let target: String
    /// Names in lower case.
    let headers: [String: String]
    /// How many requests came before this one.
    let number: Int

    /// The first byte of the range that was asked for.
    var rangeStart: Int? {
        headers["range"].flatMap { $0.hasPrefix("bytes=") && $0.hasSuffix("-") ? Int($0.dropFirst(6).dropLast()) : nil }
    }
}

struct ServerReply: Sendable {
    enum End: Sendable { case close, reset, hang }

    var status = 200
    var headers: [String: String] = [:]
    var body: [UInt8] = []
    /// Sends only so much of the body, then ends the connection.
    var cut: Int?
    var end = End.close
    var announcesLength = true
    var delay: Duration?

    static func status(_ status: Int, _ headers: [String: String] = [:]) -> ServerReply {
        ServerReply(status: status, headers: headers)
    }

    /// What a server that knows ranges answers.
    static func range(of bytes: [UInt8], _ request: ServerRequest) -> ServerReply {
        guard let start = request.rangeStart else { return ServerReply(body: bytes) }
        guard start < bytes.count else { return .status(416, ["Content-Range": "bytes */\(bytes.count)"]) }
        let range = "bytes \(start)-\(bytes.count - 1)/\(bytes.count)"
        return ServerReply(status: 206, headers: ["Content-Range": range], body: Array(bytes[start...]))
    }
}

/// A small HTTP/1.1 server on the loopback interface, with faults; one request a connection.
final class LoopbackServer: Sendable {
    let port: Int
    private let listener: CInt
    private let handler: @Sendable (ServerRequest) -> ServerReply
    private let open = Mutex(true)
    private let log = Mutex<[ServerRequest]>([])

    var address: String { "http://127.0.0.1:\(port)" }
    /// Every request so far.
    var requests: [ServerRequest] { log.withLock { $0 } }

    init(_ handler: @escaping @Sendable (ServerRequest) -> ServerReply) throws {
        self.handler = handler
        listener = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = listener
        let result = withUnsafeMutableBytes(of: &address) { raw -> CInt in
            guard let name = raw.baseAddress?.assumingMemoryBound(to: sockaddr.self) else { return -1 }
            guard bind(listener, name, length) == 0, listen(listener, 64) == 0 else { return -1 }
            return getsockname(listener, name, &length)
        }
        guard result == 0 else { throw ServerError.cannotListen(errno) }
        port = Int(UInt16(bigEndian: address.sin_port))
        inThread { [self] in
            while true {
                let connection = accept(listener, nil, nil)
                if connection < 0 { break }
                inThread { [self] in serve(connection) }
            }
            close(listener)
        }
    }

    enum ServerError: Error { case cannotListen(CInt) }

    /// Refuses connections from now on. The thread that accepts them closes the socket, once.
    func stop() {
        let isOpen = open.withLock { isOpen in
            defer { isOpen = false }
            return isOpen
        }
        if isOpen { shutdown(listener, CInt(SHUT_RDWR)) }
    }

    private func serve(_ connection: CInt) {
        defer { close(connection) }
        guard let request = readRequest(connection) else { return }
        let reply = handler(request)
        if let delay = reply.delay { usleep(UInt32(delay / .microseconds(1))) }
        var head = "HTTP/1.1 \(reply.status) X\r\nConnection: close\r\n"
        if reply.announcesLength { head += "Content-Length: \(reply.body.count)\r\n" }
        for (name, value) in reply.headers { head += "\(name): \(value)\r\n" }
        send(connection, Array((head + "\r\n").utf8))
        send(connection, Array(reply.body.prefix(reply.cut ?? reply.body.count)))
        switch reply.end {
        case .close: shutdown(connection, CInt(SHUT_WR))
        case .hang: usleep(1_000_000)
        case .reset:
            // What was sent must have been read, or it goes with the connection.
            usleep(50_000)
            var linger = linger(l_onoff: 1, l_linger: 0)
            setsockopt(connection, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
        }
    }

    private func send(_ connection: CInt, _ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let sent = rest.withUnsafeBytes { Glibc.send(connection, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL)) }
            if sent <= 0 { return }
            rest = rest.dropFirst(sent)
        }
    }

    private func readRequest(_ connection: CInt) -> ServerRequest? {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while bytes.suffix(4) != [13, 10, 13, 10] {
            let got = recv(connection, &chunk, chunk.count, 0)
            if got <= 0 { return nil }
            bytes += chunk[..<got]
        }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\r\n")
        let headers = lines.dropFirst().map { $0.split(separator: ":", maxSplits: 1) }.filter { $0.count == 2 }
        let target = lines.first.map { $0.split(separator: " ") } ?? []
        guard target.count == 3 else { return nil }
        return log.withLock { log in
            let request = ServerRequest(
                target: String(target[1]),
                headers: Dictionary(
                    headers.map { ($0[0].lowercased(), String($0[1].drop { $0 == " " })) }, uniquingKeysWith: { $1 }),
                number: log.count)
            log.append(request)
            return request
        }
    }
}

/// A thread of its own: the tests' pool must not be blocked by a server.
private func inThread(_ body: @escaping @Sendable () -> Void) {
    final class Box {
        let body: () -> Void
        init(_ body: @escaping () -> Void) { self.body = body }
    }
    var thread = pthread_t()
    let box = Unmanaged.passRetained(Box(body))
    let result = pthread_create(
        &thread, nil,
        { raw in
            if let raw { Unmanaged<Box>.fromOpaque(raw).takeRetainedValue().body() }
            return nil
        }, box.toOpaque())
    if result == 0 { pthread_detach(thread) } else { box.release() }
}

/// Lends a server and stops it.
func withServer<Result>(
    _ server: LoopbackServer, _ body: (LoopbackServer) async throws -> Result
) async throws -> Result {
    defer { server.stop() }
    return try await body(server)
}
