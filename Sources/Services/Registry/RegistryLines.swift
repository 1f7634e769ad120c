// SPDX-License-Identifier: Apache-2.0
import NIOHTTP1
import NIOSSL
import PlinthCore
import PlinthOCI
import PlinthWeb
import Synchronization

/// The way to every server: connections, and for each host the certificates that count.
final class RegistryLines: Sendable {
    let configuration: RegistryConfiguration
    private let connections: WebConnections
    private let securities = Mutex<[String: TLSConfiguration]>([:])

    init(_ configuration: RegistryConfiguration) {
        self.configuration = configuration
        connections = WebConnections(configuration.connections)
    }

    func shutdown() async { await connections.shutdown() }

    /// Whether the server may be asked without TLS.
    func allowsPlain(_ address: WebAddress) -> Bool { address.isLoopback || isInsecure(address) }

    private func isInsecure(_ address: WebAddress) -> Bool {
        let hosts = configuration.insecureHosts
        return hosts.contains(address.hostAndPort) || hosts.contains("\(address.host):\(address.effectivePort)")
            || address.host == RegistryReference.server(of: "docker.io") && hosts.contains("docker.io")
    }

    /// Sends one request and gives the answer, whatever its status.
    /// - Throws: `RegistryFailure`, or what the source of a body throws.
    func send(_ wanted: WebRequest) async throws -> HTTPAnswer {
        var request = wanted
        if request.address.isSecure { request.security = try security(for: request.address) }
        do {
            return try await connections.send(request)
        } catch let error as Problem {
            throw error
        } catch {
            try Task.checkCancellation()
            throw RegistryFailure.connecting(error, to: request.address)
        }
    }

    private func security(for address: WebAddress) throws -> TLSConfiguration {
        let name = address.hostAndPort
        return try securities.withLock { known in
            if let found = known[name] { return found }
            let hub = RegistryReference.server(of: "docker.io")
            let names = address.host == hub ? [name, "docker.io"] : [name]
            let made = try configuration.certificates.security(for: names, verifies: !isInsecure(address))
            known[name] = made
            return made
        }
    }

    /// Does something again while that may help.
    ///
    /// - Parameter advanced: whether the last attempt got on, so that counting begins anew.
    /// - Throws: the last `Problem`, `CancellationError`, or what is not ours.
    func retrying<Result>(
        advanced: () -> Bool = { false }, _ body: () async throws -> Result
    ) async throws -> Result {
        var failures = 0
        while true {
            do { return try await body() } catch let failure as RegistryFailure {
                failures = advanced() ? 1 : failures + 1
                guard let pause = configuration.retries.pause(after: failures, because: failure) else {
                    throw failure.problem
                }
                try await Task.sleep(for: pause)
            }
        }
    }
}
