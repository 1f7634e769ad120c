// SPDX-License-Identifier: Apache-2.0
import NIOHTTP1
import PlinthCore
import PlinthOCI
import PlinthWeb
package import SystemPackage

extension RegistryClient {
    /// Checks credentials against a registry and keeps them: with the helper that the file names for the host, else in
    /// the file itself, which nobody else may read then.
    ///
    /// - Parameter host: as references name it, with its port.
    /// - Returns: the file.
    /// - Throws: `Problem` with code `registry.unauthorized` when the registry does not accept them, or another code
    ///   `registry.*`.
    @discardableResult
    package func login(_ host: String, _ credential: Credential) async throws -> FilePath {
        let name = try RegistryClient.hostName(host)
        try await check(credential, name)
        let path = try lines.configuration.credentials.target(for: name)
        var file = try CredentialFile(reading: path) ?? CredentialFile(empty: path)
        if let helper = helper(name, file) {
            try await helper.store(credential, CredentialNames(host: name, repository: nil).serverKey)
            // No older secret may stay in the file.
            if file.remove(name) { try file.save() }
        } else {
            file.set(credential, host: name)
            try file.save()
        }
        return path
    }

    /// Forgets the credentials for a registry in every file and helper that has them.
    /// - Returns: the files that had some.
    /// - Throws: `Problem` with code `registry.credentialFile` or `registry.credentialHelper`.
    @discardableResult
    package func logout(_ host: String) async throws -> [FilePath] {
        let name = try RegistryClient.hostName(host)
        var changed: [FilePath] = []
        for path in lines.configuration.credentials.paths {
            guard var file = try CredentialFile(reading: path) else { continue }
            var hadSome = file.remove(name)
            if hadSome { try file.save() }
            if let helper = helper(name, file) {
                let key = CredentialNames(host: name, repository: nil).serverKey
                if try await helper.get(key) != nil {
                    try await helper.erase(key)
                    hadSome = true
                }
            }
            if hadSome { changed.append(path) }
        }
        return changed
    }

    private func helper(_ host: String, _ file: CredentialFile) -> CredentialHelper? {
        let program = file.helpers[host] ?? file.store
        return program.map { CredentialHelper($0, lines.configuration.credentials.variables) }
    }

    /// Asks the registry for its `/v2/` with these credentials and no others.
    private func check(_ credential: Credential, _ name: String) async throws {
        var configuration = lines.configuration
        configuration.credentials.given = [name: credential]
        try await RegistryClient.with(configuration) { client in
            let host = client.host(name)
            try await client.lines.retrying {
                let call = RegistryCall(address: try await host.address(), scopes: [])
                let answer = try await host.answer(to: call, client.lines)
                // 403 and 404 come from registries that know us and have nothing to show.
                guard [200, 403, 404].contains(answer.status) else {
                    throw try await answer.refusal(
                        of: "Logging in", host: name, now: client.lines.configuration.now())
                }
                _ = try await answer.drained()
            }
        }
    }

    /// `https://registry.example.org/` is accepted for `registry.example.org`.
    static func hostName(_ text: String) throws -> String {
        let name = CredentialNames.host(of: text)
        guard ReferenceGrammar.isHost(name) else {
            throw Problem(
                "registry.reference", "This is no registry", at: name,
                hints: ["A registry is named by its host and port, such as registry.example.org:5000"], kind: .usage)
        }
        return name
    }
}
