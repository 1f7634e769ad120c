// SPDX-License-Identifier: Apache-2.0
import PlinthTestSupport
import SystemPackage

/// An authority of the test's own, with `ca.crt`, `server.crt`, `server.key`, `client.cert` and `client.key`.
struct TestIdentity: Sendable {
    let directory: FilePath

    init(in directory: FilePath) throws {
        self.directory = directory
        let extensions = "subjectAltName=IP:127.0.0.1,DNS:localhost\n"
        try writeFile(directory.appending("server.ext"), extensions)
        try writeFile(directory.appending("client.ext"), "extendedKeyUsage=clientAuth\n")
        try openssl(
            ["req", "-x509"] + newKey("ca.key") + ["-out", "ca.crt", "-days", "2", "-subj", "/CN=Test authority"])
        try issue("server", "server.crt")
        try issue("client", "client.cert")
    }

    private func newKey(_ file: String) -> [String] {
        ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", file]
    }

    private func issue(_ name: String, _ certificate: String) throws {
        try openssl(["req", "-new"] + newKey(name + ".key") + ["-out", name + ".csr", "-subj", "/CN=" + name])
        try openssl([
            "x509", "-req", "-in", name + ".csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2",
            "-extfile", name + ".ext", "-out", certificate,
        ])
    }

    private func openssl(_ arguments: [String]) throws { try outputOf("openssl", arguments, directory: directory) }

    /// Copies files to where docker and podman would look for them.
    func install(_ names: [String], for host: String, in certificates: FilePath) throws {
        for name in names {
            try writeFile(
                certificates.appending(host).appending(name), try readFile(directory.appending(name)), mode: 0o600)
        }
    }
}
