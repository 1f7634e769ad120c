// SPDX-License-Identifier: Apache-2.0
import NIOHTTP1
import PlinthCore
import PlinthOCI
import PlinthWeb
import Synchronization

/// A client for registries: asks for manifests, tags and referrers, and moves blobs both ways.
///
/// [OCI distribution-spec v1.1](https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md). One client
/// serves any number of registries and tasks. What fails for a moment is tried again by the configuration's schedule.
package final class RegistryClient: Sendable {
    let lines: RegistryLines
    /// The uploads that are under way.
    let uploads = Turns<String>()
    private let hosts = Mutex<[String: RegistryHost]>([:])

    /// Opens nothing yet.
    package init(_ configuration: RegistryConfiguration) { lines = RegistryLines(configuration) }

    /// Lends a client and closes its connections afterwards.
    package static func with<Result>(
        _ configuration: RegistryConfiguration, _ body: (RegistryClient) async throws -> Result
    ) async throws -> Result {
        let client = RegistryClient(configuration)
        do {
            let result = try await body(client)
            await client.shutdown()
            return result
        } catch {
            await client.shutdown()
            throw error
        }
    }

    /// Closes every connection; call it before the last reference goes.
    package func shutdown() async { await lines.shutdown() }

    func host(_ name: String) -> RegistryHost {
        hosts.withLock { hosts in
            if let host = hosts[name] { return host }
            let host = RegistryHost(name, lines)
            hosts[name] = host
            return host
        }
    }

    func repository(_ reference: RegistryReference) -> RemoteRepository {
        RemoteRepository(host: host(reference.host), name: reference.repository, lines: lines)
    }
}

/// What may be done in a repository.
enum RegistryAccess: String {
    case pull
    case push = "pull,push"
}

/// One repository of one registry.
struct RemoteRepository: Sendable {
    let host: RegistryHost
    let name: String
    let lines: RegistryLines

    /// `registry.example.org/team/image`.
    var place: String { host.name + "/" + name }

    func scope(_ access: RegistryAccess) -> String { "repository:\(name):\(access.rawValue)" }

    /// A call to a path below `/v2/NAME/`.
    func call(
        _ method: HTTPMethod, _ path: String, _ access: RegistryAccess, headers: [(name: String, value: String)] = []
    ) async throws -> RegistryCall {
        var address = try await host.address()
        address.target += name + "/" + path
        return call(method, address, access, headers: headers)
    }

    func call(
        _ method: HTTPMethod, _ address: WebAddress, _ access: RegistryAccess,
        headers: [(name: String, value: String)] = []
    ) -> RegistryCall {
        RegistryCall(method: method, address: address, headers: headers, scopes: [scope(access)], repository: name)
    }

    func answer(to call: RegistryCall) async throws -> HTTPAnswer { try await host.answer(to: call, lines) }

    func refusal(_ answer: HTTPAnswer, _ what: String) async throws -> RegistryFailure {
        try await answer.refusal(of: what, host: host.name, now: lines.configuration.now())
    }
}
