// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthOCI
import Subprocess

/// A program `docker-credential-NAME` that keeps secrets, such as a desktop's key ring.
///
/// [docker-credential-helpers](https://github.com/docker/docker-credential-helpers/tree/v0.8.2): one word says what to do,
/// standard input says for whom, standard output answers in JSON.
struct CredentialHelper {
    let name: String
    let variables: [String: String]

    init(_ name: String, _ variables: [String: String]) {
        self.name = name
        self.variables = variables
    }

    private struct Entry: Codable {
        var server: String?
        var user: String
        var secret: String

        enum CodingKeys: String, CodingKey {
            case server = "ServerURL"
            case user = "Username"
            case secret = "Secret"
        }
    }

    /// Nil when the helper knows nothing about the server.
    /// - Throws: `Problem` with code `registry.credentialHelper`.
    func get(_ server: String) async throws -> Credential? {
        let (status, output) = try await run("get", input: server)
        if !status {
            // The protocol tells this case from failures by this very text.
            if output.contains("credentials not found in native keychain") { return nil }
            throw problem("it failed")
        }
        guard let entry = try? OCIJSON.decode(Entry.self, from: Array(output.utf8), at: name) else {
            throw problem("its answer is not what it should be")
        }
        if entry.secret.isEmpty { return nil }
        return entry.user == "<token>" ? .identityToken(entry.secret) : .password(user: entry.user, entry.secret)
    }

    /// - Throws: `Problem` with code `registry.credentialHelper`.
    func store(_ credential: Credential, _ server: String) async throws {
        let entry =
            switch credential {
            case .password(let user, let password): Entry(server: server, user: user, secret: password)
            case .identityToken(let token): Entry(server: server, user: "<token>", secret: token)
            case .registryToken: throw problem("it cannot keep a registry token")
            }
        let text = String(decoding: try OCIJSON.encode(entry), as: UTF8.self)
        guard try await run("store", input: text).succeeded else { throw problem("it could not keep the credentials") }
    }

    /// Does not mind when there was nothing to remove.
    /// - Throws: `Problem` with code `registry.credentialHelper`.
    func erase(_ server: String) async throws { _ = try await run("erase", input: server) }

    private func run(_ word: String, input: String) async throws -> (succeeded: Bool, output: String) {
        let allowed = name.utf8.allSatisfy {
            (0x30...0x39).contains($0) || (0x61...0x7a).contains($0 | 0x20) || $0 == 0x2d || $0 == 0x5f || $0 == 0x2e
        }
        guard allowed, !name.isEmpty, !name.hasPrefix(".") else { throw problem("its name is no word") }
        do {
            let result = try await Subprocess.run(
                .name("docker-credential-" + name), arguments: Arguments([word]),
                environment: variables.isEmpty ? .inherit : .custom(helperVariables), input: .string(input),
                output: .string(limit: 1 << 16), error: .discarded)
            return (result.terminationStatus.isSuccess, result.standardOutput)
        } catch let error as SubprocessError {
            try Task.checkCancellation()
            throw problem(error.code == .executableNotFound ? "it is not installed" : "it cannot be run")
        }
    }

    private var helperVariables: [Subprocess.Environment.Key: String] {
        Dictionary(
            variables.compactMap { pair in Subprocess.Environment.Key(rawValue: pair.key).map { ($0, pair.value) } }
        ) { first, _ in first }
    }

    private func problem(_ why: String) -> Problem {
        Problem(
            "registry.credentialHelper", "A credential helper cannot be used", at: "docker-credential-" + name,
            why: why,
            hints: ["Look at credHelpers and credsStore in the file with credentials"])
    }
}
