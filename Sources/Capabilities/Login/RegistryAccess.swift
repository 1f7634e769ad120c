// SPDX-License-Identifier: Apache-2.0
import PlinthCore
package import PlinthRegistry
package import PlinthReports
import SystemPackage

/// `plinth login` and `plinth logout`.
package struct RegistryAccess: Sendable {
    private let configuration: RegistryConfiguration

    package init(_ configuration: RegistryConfiguration) { self.configuration = configuration }

    /// Checks a name and password with the registry, then keeps them where other tools find them too.
    /// - Throws: `login.empty`; `registry.unauthorized` when they are refused; other `registry.*`.
    package func login(_ registry: String, user: String, password: String) async throws -> LoginReport {
        guard !user.isEmpty, !password.isEmpty else {
            throw Problem(
                "login.empty", "A registry needs a name and a password", at: registry,
                why: user.isEmpty ? "the name is empty" : "the password is empty", kind: .usage)
        }
        return try await RegistryClient.with(configuration) { client in
            let file = try await client.login(registry, .password(user: user, password))
            return LoginReport(registry: registry, files: [file.string])
        }
    }

    /// Forgets what is kept for a registry.
    /// - Throws: `registry.credentialFile`, `registry.credentialHelper`.
    package func logout(_ registry: String) async throws -> LoginReport {
        try await RegistryClient.with(configuration) { client in
            LoginReport(registry: registry, files: try await client.logout(registry).map(\.string))
        }
    }
}
