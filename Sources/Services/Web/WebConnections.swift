// SPDX-License-Identifier: Apache-2.0
package import AsyncHTTPClient
import NIOCore
package import NIOHTTP1
package import NIOSSL
import Synchronization

/// How servers are reached.
package struct ConnectionSettings: Sendable {
    package var proxies: Proxies
    package var connectTimeout: Duration
    /// How long a server may be silent.
    package var idleTimeout: Duration

    package init(proxies: Proxies, connectTimeout: Duration, idleTimeout: Duration) {
        self.proxies = proxies
        self.connectTimeout = connectTimeout
        self.idleTimeout = idleTimeout
    }
}

/// One request to one address. Credentials in the address are not used.
package struct WebRequest: Sendable {
    package var address: WebAddress
    package var method: HTTPMethod
    package var headers: [(name: String, value: String)]
    package var body: HTTPClientRequest.Body?
    /// Whom to trust and who we are; nil for the machine's own certificates.
    package var security: TLSConfiguration?

    package init(
        _ method: HTTPMethod = .GET, _ address: WebAddress, headers: [(name: String, value: String)] = [],
        body: HTTPClientRequest.Body? = nil, security: TLSConfiguration? = nil
    ) {
        self.address = address
        self.method = method
        self.headers = headers
        self.body = body
        self.security = security
    }
}

/// The head of an answer, and its body to come.
package struct HTTPAnswer: Sendable {
    package let address: WebAddress
    package let response: HTTPClientResponse

    package var status: Int { Int(response.status.code) }
    package func header(_ name: String) -> String? { response.headers.first(name: name) }
}

/// One HTTP client for every proxy in use, made when first needed: commands that need no network start none.
package final class WebConnections: Sendable {
    private let settings: ConnectionSettings
    private let clients = Mutex<[Route: HTTPClient]>([:])

    /// How servers are reached.
    private enum Route: Hashable {
        case direct
        /// Plain `http`: the proxy asks for us.
        case forwarded
        /// `https`: the proxy opens a tunnel.
        case tunnel(WebAddress)
    }

    package init(_ settings: ConnectionSettings) { self.settings = settings }

    /// Closes every connection. They may be used again afterwards.
    package func shutdown() async {
        let open = clients.withLock { clients in
            defer { clients = [:] }
            return Array(clients.values)
        }
        for client in open {
            // All that can fail is closing a connection that nobody uses.
            try? await client.shutdown()
        }
    }

    /// Sends a request and gives the answer, whatever its status; redirects are not followed.
    /// - Throws: what the network threw, or `CancellationError`.
    package func send(_ wanted: WebRequest) async throws -> HTTPAnswer {
        let address = wanted.address
        let proxy = settings.proxies.proxy(for: address)
        var request = HTTPClientRequest(url: address.url)
        request.method = wanted.method
        request.body = wanted.body
        request.tlsConfiguration = wanted.security
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
        for (name, value) in wanted.headers { request.headers.add(name: name, value: value) }
        do {
            let response = try await client(for: route).execute(request, deadline: .distantFuture)
            return HTTPAnswer(address: address, response: response)
        } catch {
            try Task.checkCancellation()
            throw error
        }
    }

    private func client(for route: Route) -> HTTPClient {
        clients.withLock { clients in
            if let client = clients[route] { return client }
            let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration(route))
            clients[route] = client
            return client
        }
    }

    private func configuration(_ route: Route) -> HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.decompression = .disabled
        configuration.httpVersion = .http1Only
        configuration.timeout = .init(
            connect: TimeAmount(settings.connectTimeout), read: TimeAmount(settings.idleTimeout),
            write: TimeAmount(settings.idleTimeout))
        // Our own schedule says when to try again.
        configuration.connectionPool.retryConnectionEstablishment = false
        // Callers bound how much they do at once; a request that waits for a connection fails after a while.
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 64
        switch route {
        case .direct: break
        case .forwarded: configuration.http1_1ConnectionDebugInitializer = AbsoluteTarget.install
        case .tunnel(let proxy):
            let authorization = proxy.userAndPassword.map { HTTPClient.Authorization.basic(username: $0, password: $1) }
            configuration.proxy = .server(host: proxy.host, port: proxy.effectivePort, authorization: authorization)
        }
        return configuration
    }
}
