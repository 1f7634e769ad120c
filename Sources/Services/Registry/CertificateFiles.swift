// SPDX-License-Identifier: Apache-2.0
import NIOSSL
package import PlinthCore
package import SystemPackage

/// Which certificates count for which registry, and which are our own, as docker and podman keep them.
///
/// In a directory `HOST:PORT`, `*.crt` are authorities to trust beside the machine's own, and `*.cert` with `*.key` of
/// the same name is what we show. Of several of those the first counts.
package struct CertificateFiles: Sendable {
    /// Asked in this order; the first that has a directory for the host counts.
    package var directories: [FilePath] = []
    /// Trusted instead of the machine's own (`SSL_CERT_FILE`).
    package var roots: FilePath?
    /// Trusted beside the machine's own (`PLINTH_CA_FILE`).
    package var added: FilePath?

    package init(directories: [FilePath] = []) { self.directories = directories }

    package init(_ environment: Environment) {
        let user = environment["HOME"].map { FilePath($0) }
        let own = user.map { [$0.appending(".config/containers/certs.d"), $0.appending(".docker/certs.d")] } ?? []
        directories = own + ["/etc/containers/certs.d", "/etc/docker/certs.d"]
        roots = environment["SSL_CERT_FILE"].map { FilePath($0) }
        added = environment["PLINTH_CA_FILE"].map { FilePath($0) }
    }

    /// - Parameter hosts: names of the same server, with their ports.
    /// - Throws: `Problem` with code `registry.certificateFile`.
    func security(for hosts: [String], verifies: Bool) throws -> TLSConfiguration {
        let directory = directories.flatMap { directory in hosts.map { directory.appending($0) } }
            .first { (try? $0.stat())?.type == .directory }
        var security = TLSConfiguration.makeClientConfiguration()
        security.minimumTLSVersion = .tlsv12
        if let roots { security.trustRoots = .certificates(try certificates(roots)) }
        var trusted = try added.map { try certificates($0) } ?? []
        if let directory {
            let names = HostFiles.names(in: directory)
            for name in names where name.hasSuffix(".crt") { trusted += try certificates(directory.appending(name)) }
            if let name = names.first(where: { $0.hasSuffix(".cert") }) {
                try identify(with: directory, String(name.dropLast(5)), &security)
            }
        }
        if !trusted.isEmpty { security.additionalTrustRoots = [.certificates(trusted)] }
        if !verifies { security.certificateVerification = .none }
        return security
    }

    private func identify(
        with directory: FilePath, _ name: String, _ security: inout TLSConfiguration
    ) throws {
        let key = directory.appending(name + ".key")
        guard let found = try? NIOSSLPrivateKey(file: key.string, format: .pem) else {
            throw problem(key, "it holds no private key in PEM form")
        }
        security.certificateChain = try certificates(directory.appending(name + ".cert")).map { .certificate($0) }
        security.privateKey = .privateKey(found)
    }

    private func certificates(_ path: FilePath) throws -> [NIOSSLCertificate] {
        guard let found = try? NIOSSLCertificate.fromPEMFile(path.string), !found.isEmpty else {
            throw problem(path, "it holds no certificates in PEM form")
        }
        return found
    }

    private func problem(_ path: FilePath, _ why: String) -> Problem {
        Problem("registry.certificateFile", "A file for TLS cannot be used", at: path.string, why: why)
    }
}
