// SPDX-License-Identifier: Apache-2.0
import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import PlinthCore
import PlinthOCI
import PlinthWeb

/// Asks a token server for a token.
struct TokenRequest: Sendable {
    let lines: RegistryLines
    let host: String
    let realm: WebAddress
    let service: String?
    let scopes: [String]
    let credential: Credential?

    /// Nil when the challenge names no server that may be told our password.
    init?(
        _ challenge: Challenge, scopes: [String], credential: Credential?, registry: WebAddress, host: String,
        lines: RegistryLines
    ) {
        guard var realm = challenge["realm"].flatMap({ WebAddress($0) }) else { return nil }
        guard realm.isSecure || !registry.isSecure && lines.allowsPlain(realm) else { return nil }
        realm.credentials = nil
        self.realm = realm
        self.lines = lines
        self.host = host
        self.scopes = scopes
        self.credential = credential
        service = challenge["service"]
    }

    /// - Throws: `RegistryFailure` or `Problem` with code `registry.unauthorized`.
    func send() async throws -> TokenAnswer {
        let answer = try await lines.send(request)
        if [400, 401, 403, 404].contains(answer.status), credential != nil || answer.status == 401 {
            _ = try await answer.drained()
            throw Problem(
                "registry.unauthorized", "A registry does not accept the credentials", at: host,
                why: "its token server answered \(answer.status)", hints: ["Log in with `plinth login \(host)`"])
        }
        guard answer.status == 200 else {
            throw try await answer.refusal(of: "Asking for a token", host: host, now: lines.configuration.now())
        }
        let bytes = try await answer.collect("A token", limit: 1 << 20)
        guard let token = try? OCIJSON.decode(TokenAnswer.self, from: bytes, at: realm.place), token.usable != nil
        else {
            throw RegistryFailure.protocolFault(realm, "there is no token in it")
        }
        return token
    }

    private var request: WebRequest {
        if case .identityToken(let token)? = credential { return exchange(token) }
        var fields = [("service", service)] + scopes.map { ("scope", $0) }
        var headers: [(name: String, value: String)] = []
        if case .password(let user, let password)? = credential {
            fields.insert(("account", user), at: 0)
            headers.append(("Authorization", Authorization.basic(user, password).header))
        }
        var address = realm
        let query = TokenRequest.form(fields)
        if !query.isEmpty { address.target += (realm.target.contains("?") ? "&" : "?") + query }
        return WebRequest(.GET, address, headers: headers)
    }

    /// An identity token is exchanged as OAuth 2 has it (RFC 6749, section 6).
    private func exchange(_ token: String) -> WebRequest {
        let fields: [(String, String?)] = [
            ("grant_type", "refresh_token"), ("refresh_token", token), ("client_id", "plinth"), ("service", service),
            ("scope", scopes.isEmpty ? nil : scopes.joined(separator: " ")),
        ]
        return WebRequest(
            .POST, realm, headers: [("Content-Type", "application/x-www-form-urlencoded")],
            body: .bytes(ByteBuffer(string: TokenRequest.form(fields))))
    }

    /// `name=value&…`, escaped; names without a value are left out.
    static func form(_ fields: [(String, String?)]) -> String {
        fields.compactMap { name, value in value.map { name + "=" + escaped($0) } }.joined(separator: "&")
    }

    static func escaped(_ text: String) -> String {
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: bytes.append(byte)
            default: bytes += "-._~:/".utf8.contains(byte) ? [byte] : Array(("%" + hexString([byte])).utf8)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
