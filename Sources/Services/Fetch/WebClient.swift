// SPDX-License-Identifier: Apache-2.0
import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOSSL
import PlinthCore
import PlinthWeb
import Synchronization
import SystemPackage

/// Asks servers for files, following redirects.
final class WebClient: Sendable {
    private let configuration: FetchConfiguration
    private let connections: WebConnections
    /// Read once: the file may be large.
    private let trusted = Mutex<TLSConfiguration?>(nil)

    init(_ configuration: FetchConfiguration) {
        self.configuration = configuration
        connections = WebConnections(
            ConnectionSettings(
                proxies: configuration.proxies, connectTimeout: configuration.connectTimeout,
                idleTimeout: configuration.idleTimeout))
    }

    /// Closes every connection. The client may be used again afterwards.
    func shutdown() async { await connections.shutdown() }

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
        var request = WebRequest(.GET, address, headers: headers)
        if let (user, password) = address.userAndPassword {
            let value = HTTPClient.Authorization.basic(username: user, password: password).headerValue
            request.headers.append((name: "Authorization", value: value))
        }
        if let file = configuration.certificates { request.security = try trust(file) }
        do {
            return try await connections.send(request)
        } catch {
            try Task.checkCancellation()
            throw FetchFailure.connecting(error, to: address)
        }
    }

    private func trust(_ file: FilePath) throws -> TLSConfiguration {
        try trusted.withLock { trusted in
            if let trusted { return trusted }
            guard (try? NIOSSLCertificate.fromPEMFile(file.string))?.isEmpty == false else {
                throw FetchFailure(
                    problem: Problem(
                        "fetch.certificateFile", "There are no certificates in a file", at: file.string,
                        hints: ["PLINTH_CA_FILE names a file with certificates in PEM form"]))
            }
            var settings = TLSConfiguration.makeClientConfiguration()
            settings.additionalTrustRoots = [.file(file.string)]
            trusted = settings
            return settings
        }
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
