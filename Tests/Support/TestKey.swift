// SPDX-License-Identifier: Apache-2.0
import PlinthCore
package import SystemPackage

/// An Ed25519 signing key made with gpg for one test, in a home directory of its own.
///
/// Use it through `withTestKey` or `withAsyncTestKey`: the agent that gpg starts must be ended.
package struct TestKey: Sendable {
    package let home: FilePath
    package let fingerprint: String
    /// The public key, as gpgv takes it with `--keyring`.
    package let keyring: FilePath
    /// The public key in ASCII armour.
    package let armoured: FilePath

    /// Whether this machine can make keys and check signatures.
    package static var isAvailable: Bool { hasProgram("gpg", "gpgv", "gpgconf") }

    fileprivate init(home: FilePath, name: String) throws {
        self.home = home
        try makeDirectories(home)
        try outputOf("chmod", ["700", home.string])
        let user = "\(name) <\(name)@example.org>"
        try Self.gpg(home, ["--passphrase", "", "--quick-generate-key", user, "ed25519", "sign", "never"])
        let listing = try Self.gpg(home, ["--with-colons", "--list-keys"])
        let lines = String(decoding: listing, as: UTF8.self).split(separator: "\n")
        guard let line = lines.first(where: { $0.hasPrefix("fpr:") }) else {
            throw Problem("test.program", "gpg made no key", at: home.string)
        }
        fingerprint = line.split(separator: ":").last.map(String.init) ?? ""
        keyring = home.appending("public.gpg")
        armoured = home.appending("public.asc")
        try writeFile(keyring, try Self.gpg(home, ["--export", fingerprint]))
        try writeFile(armoured, try Self.gpg(home, ["--armor", "--export", fingerprint]))
    }

    package func clearSign(_ bytes: [UInt8]) throws -> [UInt8] {
        try Self.gpg(home, ["--local-user", fingerprint, "--digest-algo", "SHA256", "--clearsign"], input: bytes)
    }

    package func detachedSignature(_ bytes: [UInt8]) throws -> [UInt8] {
        try Self.gpg(home, ["--local-user", fingerprint, "--armor", "--detach-sign"], input: bytes)
    }

    @discardableResult
    private static func gpg(_ home: FilePath, _ arguments: [String], input: [UInt8] = []) throws -> [UInt8] {
        let common = ["--homedir", home.string, "--batch", "--yes", "--no-tty", "--pinentry-mode", "loopback"]
        return try outputOf("gpg", common + arguments, input: input)
    }

    fileprivate func endAgent() { _ = try? runProgram("gpgconf", ["--homedir", home.string, "--kill", "all"]) }
}

/// Lends a new signing key for the length of the body.
package func withTestKey<Result>(_ name: String = "archive", _ body: (TestKey) throws -> Result) throws -> Result {
    try withScratchDirectory { scratch in
        let key = try TestKey(home: scratch.appending("gpg"), name: name)
        defer { key.endAgent() }
        return try body(key)
    }
}

/// Lends a new signing key for the length of the body.
package func withAsyncTestKey<Result>(
    _ name: String = "archive", _ body: (TestKey) async throws -> Result
) async throws -> Result {
    try await withAsyncScratchDirectory { scratch in
        let key = try TestKey(home: scratch.appending("gpg"), name: name)
        defer { key.endAgent() }
        return try await body(key)
    }
}
