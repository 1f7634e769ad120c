// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthOCI

/// What a token server answers
/// ([distribution, token authentication](https://github.com/distribution/distribution/blob/v2.8.2/docs/spec/auth/jwt.md)).
struct TokenAnswer: Decodable {
    var token: String?
    /// What OAuth 2 calls it.
    var accessToken: String?
    /// 60 when nothing is said.
    var seconds: Int64?

    enum CodingKeys: String, CodingKey {
        case token
        case accessToken = "access_token"
        case seconds = "expires_in"
    }

    /// Nil when there is no token in it that could stand in a header.
    var usable: String? {
        guard let text = token ?? accessToken, !text.isEmpty, text.utf8.count <= 65_536,
            text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f })
        else { return nil }
        return text
    }

    /// A tenth is kept back, so that a token does not end on its way.
    var lifetime: Duration { .milliseconds(max(0, min(seconds ?? 60, 86_400)) * 900) }
}

/// The value of `Authorization`. Its description says nothing.
struct Authorization: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    let header: String

    static func basic(_ user: String, _ password: String) -> Authorization {
        Authorization(header: "Basic " + Base64.encode(user + ":" + password))
    }
    static func bearer(_ token: String) -> Authorization { Authorization(header: "Bearer " + token) }

    var description: String { "an authorization" }
    var debugDescription: String { description }
    var customMirror: Mirror { Mirror(self, children: []) }
}
