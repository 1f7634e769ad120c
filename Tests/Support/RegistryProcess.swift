// SPDX-License-Identifier: Apache-2.0
import PlinthCore
package import SystemPackage

/// Why tests with a real registry do not run.
package let noRegistry = "docker-registry is not installed"
package let hasRegistry = hasProgram("docker-registry")

/// How a registry is set up for a test.
package struct RegistrySetup: Sendable {
    /// Wants the name `user` and the password `secret`.
    package var wantsPassword: Bool
    /// Speaks TLS with `server.crt` and `server.key` from here.
    package var identity: FilePath?
    /// Wants certificates signed by this authority.
    package var clientAuthority: FilePath?

    package init(wantsPassword: Bool = false, identity: FilePath? = nil, clientAuthority: FilePath? = nil) {
        self.wantsPassword = wantsPassword
        self.identity = identity
        self.clientAuthority = clientAuthority
    }
}

/// Debian's docker-registry on a free port of the loopback interface; stopped in the end.
package final class RegistryProcess: Sendable {
    package let port: Int
    private let program: RunningProgram

    package var host: String { "127.0.0.1:\(port)" }

    package init(_ setup: RegistrySetup, in directory: FilePath) async throws {
        let file = directory.appending("registry.yml")
        try writeFile(file, try RegistryProcess.configuration(setup, directory))
        let log = directory.appending("registry.log")
        program = try RunningProgram(
            "docker-registry", ["serve", file.string], log: log, variables: ["PATH": "/usr/bin:/bin"])
        port = try await RegistryProcess.port(in: log)
    }

    private static func configuration(_ setup: RegistrySetup, _ directory: FilePath) throws -> String {
        var lines = ["version: 0.1", "log: {level: info}"]
        lines.append("storage: {filesystem: {rootdirectory: \(directory.appending("storage"))}}")
        lines.append("http:\n  addr: 127.0.0.1:0\n  secret: of-a-test")
        if let identity = setup.identity {
            lines.append("  tls:\n    certificate: \(identity.appending("server.crt"))")
            lines.append("    key: \(identity.appending("server.key"))")
            if let authority = setup.clientAuthority { lines.append("    clientcas: [\(authority)]") }
        }
        if setup.wantsPassword {
            // bcrypt of `secret`
            let hash = "$2b$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW"
            try writeFile(directory.appending("htpasswd"), "user:\(hash)\n")
            lines.append("auth: {htpasswd: {realm: test, path: \(directory.appending("htpasswd"))}}")
        }
        return lines.map { $0 + "\n" }.joined()
    }

    /// Waits until the registry says where it listens.
    private static func port(in log: FilePath) async throws -> Int {
        for _ in 0..<1500 {
            let text = (try? readFile(log)).map { String(decoding: $0, as: UTF8.self) } ?? ""
            if let found = text.firstRange(of: "listening on 127.0.0.1:"),
                let port = Int(text[found.upperBound...].prefix { $0.isNumber })
            {
                return port
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw Problem("test.program", "A registry does not start", at: log.string)
    }
}

/// Lends a registry that keeps its images in a directory of the test's own.
package func withRegistry(
    _ setup: RegistrySetup = RegistrySetup(), _ body: (RegistryProcess) async throws -> Void
) async throws {
    try await withAsyncScratchDirectory { directory in
        try await body(try await RegistryProcess(setup, in: directory))
    }
}
