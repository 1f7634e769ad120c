// SPDX-License-Identifier: Apache-2.0
import AsyncHTTPClient
import NIOCore
import PlinthCore
import PlinthOCI
import PlinthWeb

/// `{"errors":[{"code":"DENIED","message":"…"}]}`
/// ([OCI distribution-spec v1.1, error codes](https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#error-codes)).
struct RegistryErrors: Decodable {
    struct Entry: Decodable {
        var code: String?
        var message: String?
    }
    var errors: [Entry]?

    static func decode(_ bytes: [UInt8]) -> [Entry] {
        (try? OCIJSON.decode(RegistryErrors.self, from: bytes, at: ""))?.errors ?? []
    }

    /// What a server wrote, as it may be shown: one line, not endless.
    static func shown(_ text: String) -> String {
        let line = text.unicodeScalars.map { scalar -> Character in
            // Neither control characters nor those that turn the direction of writing.
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: " "
            default: Character(scalar)
            }
        }
        return line.count > 200 ? String(line.prefix(200)) + "…" : String(line)
    }
}

extension HTTPAnswer {
    /// What a registry's refusal means. Reads the rest of the answer, so that the connection can be used again.
    func refusal(of what: String, host: String, now: Int64) async throws -> RegistryFailure {
        let entries = RegistryErrors.decode(try await drained())
        let codes = Set(entries.compactMap(\.code))
        let said = entries.prefix(3).map { entry in
            RegistryErrors.shown([entry.code, entry.message].compactMap { $0 }.joined(separator: ": "))
        }
        let why = "it answered \(status)" + (said.isEmpty ? "" : ": " + said.joined(separator: "; "))
        let problem = Problem(code(codes), "\(what) failed", at: address.place, why: why, hints: hints(host))
        // A registry may be a moment behind with blobs that it has just been given.
        let lacksBlobs = codes.contains("MANIFEST_BLOB_UNKNOWN")
        return RegistryFailure(
            problem: problem, isTemporary: lacksBlobs || [408, 425, 429, 500, 502, 503, 504].contains(status),
            seldomPasses: lacksBlobs,
            retryAfter: header("Retry-After").flatMap { RetryAfter.parse($0, now: now) })
    }

    private func code(_ codes: Set<String>) -> String {
        if codes.contains("MANIFEST_BLOB_UNKNOWN") { return "registry.missing" }
        if codes.contains("DIGEST_INVALID") { return "registry.digest" }
        return switch status {
        case 401: "registry.unauthorized"
        case 403: codes.contains("TOOMANYREQUESTS") ? "registry.limited" : "registry.denied"
        case 404, 410: "registry.missing"
        case 429: "registry.limited"
        default: "registry.status"
        }
    }

    private func hints(_ host: String) -> [String] {
        switch status {
        case 401: ["Log in with `plinth login \(host)`"]
        case 403: ["Check that the account may do this in the repository"]
        case 404: ["Check the name of the repository, the tag and the digest"]
        case 429: ["Try again later, or log in: accounts are often allowed more"]
        default: []
        }
    }

    /// The beginning of the body. Errors do not matter: what stands in the head has been said.
    func drained(limit: Int = 65_536) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        do {
            for try await buffer in response.body {
                bytes.append(contentsOf: buffer.readableBytesView.prefix(limit - bytes.count))
                if bytes.count >= limit { break }
            }
        } catch {
            try Task.checkCancellation()
        }
        return bytes
    }

    /// The whole body in memory.
    /// - Throws: `RegistryFailure` with code `registry.size` past the limit, or `registry.truncated`.
    func collect(_ what: String, limit: Int) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        do {
            for try await buffer in response.body {
                guard bytes.count + buffer.readableBytes <= limit else {
                    let why = "more than \(ByteCount(limit)) came"
                    throw RegistryFailure(
                        problem: Problem("registry.size", "\(what) is too large", at: address.place, why: why))
                }
                bytes.append(contentsOf: buffer.readableBytesView)
            }
        } catch let error as RegistryFailure {
            throw error
        } catch {
            try Task.checkCancellation()
            throw RegistryFailure.truncated("\(what) broke off", address, networkReason(error))
        }
        return bytes
    }
}
