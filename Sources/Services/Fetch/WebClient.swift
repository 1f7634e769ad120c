// SPDX-License-Identifier: Apache-2.0
import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOSSL
import PlinthCore
import Synchronization
import SystemPackage

/// The head of an answer, and its body to come.
struct HTTPAnswer {
    /// After redirects.
    let address: WebAddress
    let response: HTTPClientResponse

    var status: Int { Int(response.status.code) }
    func header(_ name: String) -> String? { response.headers.first(name: name) }
}

/// One HTTP client for every proxy in use, made when first needed: commands that need no network start none.
final class WebClient: Sendable {
    private let configuration: FetchConfiguration
    private let clients = Mutex<[Route: HTTPClient]>([:])

    /// How servers are reached.
    private enum Route: Hashable {
        case direct
        /// Plain `http`: the proxy asks for us.
        case forwarded
        /// `https`: the proxy opens a tunnel.
        case tunnel(WebAddress)
    }

    init(_ configuration: FetchConfiguration) { self.configuration = configuration }

    /// Closes every connection. The client may be used again afterwards.
    func shutdown() async {
        let open = clients.withLock { clients in
            defer { clients = [:] }
            return Array(clients.values)
        }
        for client in open {
            // All that can fail is closing a connection that nobody uses.
            try? await client.shutdown()
        }
    }

    /// Asks for an address, follows at most five redirects and gives the first other answer.
    /// - Throws: `FetchFailure`, or `CancellationError`.
    func get(_ start: WebAddress, headers: [(String, String)]) async throws -> HTTPAnswer {
        var address = start
        for _ in 0...5 {
            let answer = try await ask(address, headers: headers)
            guard [301, 302, 303, 307, 308].contains(answer.status), let location = answer.header("Location") else {
                return answer
            }
            guard let next = address.following(location) else {
                throw refused(address, "it redirects to an address of an unknown kind")
            }
            guard next.isSecure || !address.isSecure else {
                throw refused(address, "it redirects from https to http")
            }
            let credentials = next.isSameServer(address) ? address.credentials : next.credentials
            address = next
            address.credentials = credentials
        }
        throw refused(start, "it redirects more than five times")
    }

    private func refused(_ address: WebAddress, _ why: String) -> FetchFailure {
        FetchFailure(problem: Problem("fetch.redirect", "A redirect was not followed", at: address.url, why: why))
    }

    private func ask(_ address: WebAddress, headers: [(String, String)]) async throws -> HTTPAnswer {
        let proxy = configuration.proxies.proxy(for: address)
        var request = HTTPClientRequest(url: address.url)
        var route = Route.direct
        if let proxy, address.isSecure { route = .tunnel(proxy) }
        if let proxy, !address.isSecure {
            route = .forwarded
            request.url = address.through(proxy).url
            request.headers.add(name: "Host", value: address.hostAndPort)
            if let (user, password) = proxy.userAndPassword {
                let value = HTTPClient.Authorization.basic(username: user, password: password).headerValue
                request.headers.add(name: "Proxy-Authorization", value: value)
            }
        }
        request.headers.add(name: "User-Agent", value: "plinth")
        // A body that the server compresses on the way has neither the size nor the digest we know.
        request.headers.add(name: "Accept-Encoding", value: "identity")
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        if let (user, password) = address.userAndPassword {
            request.setBasicAuth(username: user, password: password)
        }
        do {
            let client = try client(for: route)
            let response = try await client.execute(request, deadline: .distantFuture)
            return HTTPAnswer(address: address, response: response)
        } catch let error as FetchFailure {
            throw error
        } catch {
            try Task.checkCancellation()
            throw FetchFailure.connecting(error, to: address)
        }
    }

    private func client(for route: Route) throws -> HTTPClient {
        try clients.withLock { clients in
            if let client = clients[route] { return client }
            let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: try settings(route))
            clients[route] = client
            return client
        }
    }

    private func settings(_ route: Route) throws -> HTTPClient.Configuration {
        var settings = HTTPClient.Configuration()
        settings.redirectConfiguration = .disallow
        settings.decompression = .disabled
        settings.httpVersion = .http1Only
        settings.timeout = .init(
            connect: TimeAmount(configuration.connectTimeout), read: TimeAmount(configuration.idleTimeout))
        // Our own schedule says when to try again.
        settings.connectionPool.retryConnectionEstablishment = false
        switch route {
        case .direct: break
        case .forwarded: settings.http1_1ConnectionDebugInitializer = AbsoluteTarget.install
        case .tunnel(let proxy):
            let authorization = proxy.userAndPassword.map { HTTPClient.Authorization.basic(username: $0, password: $1) }
            settings.proxy = .server(host: proxy.host, port: proxy.effectivePort, authorization: authorization)
        }
        if let file = configuration.certificates { settings.tlsConfiguration = try trust(file) }
        return settings
    }

    private func trust(_ file: FilePath) throws -> TLSConfiguration {
        guard (try? NIOSSLCertificate.fromPEMFile(file.string))?.isEmpty == false else {
            throw FetchFailure(
                problem: Problem(
                    "fetch.certificateFile", "There are no certificates in a file", at: file.string,
                    hints: ["PLINTH_CA_FILE names a file with certificates in PEM form"]))
        }
        var settings = TLSConfiguration.makeClientConfiguration()
        settings.additionalTrustRoots = [.file(file.string)]
        return settings
    }
}

extension WebAddress {
    fileprivate var userAndPassword: (String, String)? {
        guard let credentials else { return nil }
        let parts = credentials.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let user = percentDecoded(parts[0]), let password = percentDecoded(parts.count > 1 ? parts[1] : "") else {
            return nil
        }
        return (user, password)
    }
}

extension HTTPAnswer {
    /// The whole body in memory.
    /// - Throws: `FetchFailure` with code `fetch.size` past the limit, or `fetch.truncated`.
    func collect(_ name: String, limit: ByteCount) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        do {
            for try await buffer in response.body {
                guard bytes.count + buffer.readableBytes <= limit.bytes else {
                    let why = "at most \(limit) were expected, more bytes came"
                    throw FetchFailure(
                        problem: Problem(
                            "fetch.size", "A download has the wrong size: \(name)", at: address.url, why: why))
                }
                bytes.append(contentsOf: buffer.readableBytesView)
            }
        } catch let error as FetchFailure {
            throw error
        } catch {
            try Task.checkCancellation()
            throw FetchFailure.receiving(error, from: address, count: Int64(bytes.count), of: nil)
        }
        return bytes
    }
}
