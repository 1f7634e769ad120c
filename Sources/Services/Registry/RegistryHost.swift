// SPDX-License-Identifier: Apache-2.0
import NIOHTTP1
import PlinthCore
import PlinthOCI
import PlinthWeb

/// One registry: how it is reached, and what it wants to see.
actor RegistryHost {
    /// As references name it.
    nonisolated let name: String
    private nonisolated let lines: RegistryLines
    private nonisolated let probing = SharedWork<Bool, WebAddress>()
    private nonisolated let buying = SharedWork<[String], TokenAnswer>()
    private var root: WebAddress?
    private var challenge: Challenge?
    private var tokens: [[String]: (authorization: Authorization, ends: ContinuousClock.Instant)] = [:]

    init(_ name: String, _ lines: RegistryLines) {
        self.name = name
        self.lines = lines
    }

    /// The address of the registry's `/v2/`.
    ///
    /// Only a server on this machine, or one that was called insecure, is ever asked by plain HTTP: TLS first, unless
    /// it is on this machine.
    /// - Throws: `RegistryFailure`, or `Problem` with code `registry.reference`.
    func address() async throws -> WebAddress {
        if let root { return root }
        let server = RegistryReference.server(of: name)
        guard let secure = WebAddress("https://\(server)/v2/"), let plain = WebAddress("http://\(server)/v2/") else {
            throw Problem("registry.reference", "This is no registry", at: name, kind: .usage)
        }
        let found = lines.allowsPlain(plain) ? try await probe(secure, plain) : secure
        root = found
        return found
    }

    private func probe(_ secure: WebAddress, _ plain: WebAddress) async throws -> WebAddress {
        let lines = lines
        return try await probing.value(true) {
            let order = plain.isLoopback ? [plain, secure] : [secure, plain]
            var failure: RegistryFailure?
            for address in order {
                do {
                    let answer = try await lines.send(WebRequest(.GET, address))
                    _ = try await answer.drained()
                    // A server that expects TLS answers plain HTTP with 400, if at all.
                    if answer.status != 400 { return address }
                } catch let error as RegistryFailure {
                    // Who is silent has not asked for TLS, and what TLS makes of it would hide that.
                    if error.isSilence, !address.isSecure { throw error }
                    if failure == nil || error.problem.code == "registry.certificate" { failure = error }
                }
            }
            throw failure ?? .protocolFault(secure, "it speaks neither HTTP nor HTTPS")
        }
    }
}

extension RegistryHost {
    /// What to show with a request; nil while the registry has not asked for anything.
    func authorization(_ scopes: [String], _ repository: String?) async throws -> Authorization? {
        guard let challenge else { return nil }
        if let held = tokens[scopes], held.ends > .now { return held.authorization }
        return try await authorization(for: challenge, scopes, repository, asked: scopes)
    }

    /// What to show after a refusal; nil when there is nothing better to show.
    func authorization(
        after challenges: [Challenge], _ scopes: [String], _ repository: String?, instead refused: Authorization?
    ) async throws -> Authorization? {
        guard let wanted = RegistryHost.choice(challenges) else { return nil }
        challenge = wanted
        // Somebody else may have bought a new token meanwhile.
        if let held = tokens[scopes], held.ends > .now, held.authorization != refused { return held.authorization }
        tokens[scopes] = nil
        let extra = wanted.scopes.filter { !scopes.contains($0) }
        let next = try await authorization(for: wanted, scopes + extra, repository, asked: scopes)
        return next == refused ? nil : next
    }

    /// Bearer wins over basic; the rest we do not know.
    static func choice(_ challenges: [Challenge]) -> Challenge? {
        challenges.first { $0.scheme == "bearer" && $0["realm"] != nil } ?? challenges.first { $0.scheme == "basic" }
    }

    private func authorization(
        for challenge: Challenge, _ scopes: [String], _ repository: String?, asked: [String]
    ) async throws -> Authorization? {
        let credential = try await lines.configuration.credentials.credential(host: name, repository: repository)
        switch credential {
        case .registryToken(let token)?: return keep(.bearer(token), .seconds(3600), asked)
        case .password(let user, let password)? where challenge.scheme == "basic":
            return keep(.basic(user, password), .seconds(3600), asked)
        default: if challenge.scheme == "basic" { return nil }
        }
        let registry = try await address()
        guard
            let request = TokenRequest(
                challenge, scopes: scopes, credential: credential, registry: registry, host: name, lines: lines)
        else { throw RegistryFailure.protocolFault(registry, "it names no token server that could be trusted") }
        let token = try await buying.value(scopes) { try await request.send() }
        return token.usable.map { keep(.bearer($0), token.lifetime, asked) }
    }

    /// Files and helpers are not asked for every request.
    private func keep(_ authorization: Authorization, _ lifetime: Duration, _ scopes: [String]) -> Authorization {
        tokens[scopes] = (authorization, .now + lifetime)
        return authorization
    }
}
