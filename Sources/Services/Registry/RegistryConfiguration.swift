// SPDX-License-Identifier: Apache-2.0
package import PlinthCore
package import PlinthWeb

/// How registries are reached.
package struct RegistryConfiguration: Sendable {
    package var connections: ConnectionSettings
    package var retries = RetrySchedule()
    package var credentials: CredentialFiles
    package var certificates: CertificateFiles
    /// Hosts, with their port, that may speak plain HTTP or have a certificate that nobody vouches for.
    package var insecureHosts: Set<String> = []
    /// Blobs are sent in pieces of so many bytes instead of in one request.
    package var chunk: ByteCount?
    /// Seconds since 1970.
    package var now: @Sendable () -> Int64

    package init(
        connections: ConnectionSettings, credentials: CredentialFiles = CredentialFiles(),
        certificates: CertificateFiles = CertificateFiles(), now: @escaping @Sendable () -> Int64 = { 0 }
    ) {
        self.connections = connections
        self.credentials = credentials
        self.certificates = certificates
        self.now = now
    }

    /// Reads the variables that skopeo, podman and docker read too.
    package init(_ environment: Environment) {
        self.init(
            connections: ConnectionSettings(
                proxies: Proxies(variables: environment.variables).sparingLoopback, connectTimeout: .seconds(10),
                // A registry may think for long before it says that it has a large blob.
                idleTimeout: .seconds(120)),
            credentials: CredentialFiles(environment), certificates: CertificateFiles(environment),
            now: environment.now)
    }
}

extension WebAddress {
    /// Whether the server is on this machine, so that nobody else can listen or answer.
    var isLoopback: Bool {
        if host == "localhost" || host.hasSuffix(".localhost") || host == "[::1]" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}
