// SPDX-License-Identifier: Apache-2.0
import AsyncHTTPClient
import NIOHTTP1
import PlinthCore
import PlinthOCI
import PlinthWeb

/// A request to a registry, with what it takes to be allowed to make it.
struct RegistryCall: Sendable {
    var method: HTTPMethod = .GET
    var address: WebAddress
    var headers: [(name: String, value: String)] = []
    /// Such as `repository:team/image:pull`.
    var scopes: [String]
    var repository: String?
    /// Makes the body anew for every time that it is sent.
    var body: (@Sendable () -> HTTPClientRequest.Body)?
}

extension RegistryHost {
    /// Makes a call, proving who we are if the registry wants to know, and follows redirects.
    ///
    /// The proof goes to the registry alone: a redirect that leaves it takes nothing along, and does not come back to
    /// it with anything either.
    /// - Throws: `RegistryFailure`, `Problem`, or `CancellationError`.
    nonisolated func answer(to call: RegistryCall, _ lines: RegistryLines) async throws -> HTTPAnswer {
        let root = try await address()
        var authorization = try await authorization(call.scopes, call.repository)
        var round = 0
        while true {
            let answer = try await exchange(call, authorization, root, lines)
            guard answer.status == 401, answer.address.isSameServer(root), round < 2 else { return answer }
            let challenges = Challenge.parse(answer.response.headers["WWW-Authenticate"])
            guard
                let next = try await self.authorization(
                    after: challenges, call.scopes, call.repository, instead: authorization)
            else { return answer }
            _ = try await answer.drained()
            authorization = next
            round += 1
        }
    }

    private nonisolated func exchange(
        _ call: RegistryCall, _ authorization: Authorization?, _ root: WebAddress, _ lines: RegistryLines
    ) async throws -> HTTPAnswer {
        var address = call.address
        var isAtHome = address.isSameServer(root)
        for _ in 0...5 {
            var request = WebRequest(call.method, address, headers: call.headers, body: call.body?())
            if isAtHome, let authorization { request.headers.append(("Authorization", authorization.header)) }
            let answer = try await lines.send(request)
            guard let next = try redirect(answer, call.method, root, lines) else { return answer }
            _ = try await answer.drained()
            if !next.isSameServer(root) { isAtHome = false }
            address = next
        }
        throw refused(call.address, "it redirects more than five times")
    }

    /// Where an answer leads; nil when it is to be taken as it is.
    private nonisolated func redirect(
        _ answer: HTTPAnswer, _ method: HTTPMethod, _ root: WebAddress, _ lines: RegistryLines
    ) throws -> WebAddress? {
        let statuses = method == .GET || method == .HEAD ? [301, 302, 303, 307, 308] : [307, 308]
        guard statuses.contains(answer.status), let location = answer.header("Location") else { return nil }
        guard let next = answer.address.leading(to: location) else {
            throw refused(answer.address, "it redirects to an address of an unknown kind")
        }
        guard next.isSecure || !root.isSecure && lines.allowsPlain(next) else {
            throw refused(answer.address, "it redirects to plain HTTP")
        }
        return next
    }

    private nonisolated func refused(_ address: WebAddress, _ why: String) -> RegistryFailure {
        RegistryFailure(
            problem: Problem("registry.redirect", "A redirect was not followed", at: address.place, why: why))
    }
}

extension WebAddress {
    /// Where a `Location` or `Link` leads. A registry behind something that adds TLS may not know about it, and call
    /// itself by `http`: it is asked by `https` all the same.
    func leading(to location: String) -> WebAddress? {
        guard var next = following(location) else { return nil }
        next.credentials = nil
        if isSecure, !next.isSecure, next.host == host, next.port == port || next.port == 80 {
            next.isSecure = true
            next.port = port
        }
        return next
    }
}
