// SPDX-License-Identifier: Apache-2.0
import PlinthAlpine
import PlinthAlpineSamples
import PlinthArchive
import PlinthCore
import PlinthTestSupport
import SystemPackage
import Testing

struct KeyringTests {
    @Test func names() throws {
        let key = try TestKeys.ours.get()
        var keyring = ApkKeyring()
        for name in ["../x.rsa.pub", "a/b", "", ".", "..", "a b", "a\n"] {
            #expect(problemCode { try keyring.add(name: name, pem: key.publicPEM) } == "apk.key", "\(name)")
        }
        try keyring.add(name: "a.rsa.pub", pem: key.publicPEM)
        try keyring.add(name: "a.rsa.pub", pem: key.publicPEM)
        #expect(keyring.names == ["a"])
        let other = try TestKeys.theirs.get()
        #expect(problemCode { try keyring.add(name: "a", pem: other.publicPEM) } == "apk.key")
    }

    @Test func keysThatAreNone() throws {
        var keyring = ApkKeyring()
        let good = String(decoding: try TestKeys.ours.get().publicPEM, as: UTF8.self)
        for text in ["", "hello", good.replacing("PUBLIC", with: "PRIVATE"), String(good.dropFirst(40)), "\u{0}"] {
            #expect(problemCode { try keyring.add(name: "k", pem: Array(text.utf8)) } == "apk.key")
        }
    }

    @Test(.enabled(if: hasProgram("openssl"), "openssl is not installed"))
    func foreignKeys() throws {
        var keyring = ApkKeyring()
        func made(_ arguments: [String]) throws -> [UInt8] {
            try outputOf("openssl", ["pkey", "-pubout"], input: try outputOf("openssl", ["genpkey"] + arguments))
        }
        let short = try made(["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"])
        #expect(problemCode { try keyring.add(name: "short", pem: short) } == "apk.key")
        let curve = try made(["-algorithm", "ED25519"])
        #expect(problemCode { try keyring.add(name: "curve", pem: curve) } == "apk.key")
        #expect(keyring.names.isEmpty)
    }

    /// Signatures of openssl are ours, and a changed message is not signed.
    @Test(.enabled(if: hasProgram("openssl"), "openssl is not installed"))
    func openssl() throws {
        try withScratchDirectory { scratch in
            let file = scratch.appending("key.pem")
            try outputOf(
                "openssl", ["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", file.string])
            var keyring = ApkKeyring()
            try keyring.add(name: "o.rsa.pub", pem: try outputOf("openssl", ["pkey", "-pubout", "-in", file.string]))
            let message = Array("a message".utf8)
            for (algorithm, digest) in [(ApkSignature.Algorithm.rsa, "sha1"), (.rsa256, "sha256"), (.rsa512, "sha512")]
            {
                let bytes = try outputOf(
                    "openssl", ["dgst", "-\(digest)", "-sign", file.string], input: message)
                let signature = ApkSignature(algorithm: algorithm, keyName: "o.rsa.pub", bytes: bytes)
                #expect(try keyring.verify([signature], of: message, place: "m") == "o.rsa.pub")
                for wrong in [
                    ApkSignature(algorithm: algorithm, keyName: "o.rsa.pub", bytes: []),
                    ApkSignature(algorithm: algorithm, keyName: "o.rsa.pub", bytes: Array(bytes.dropLast())),
                    ApkSignature(algorithm: algorithm, keyName: "o.rsa.pub", bytes: bytes + [0]),
                    ApkSignature(
                        algorithm: algorithm == .rsa ? .rsa256 : .rsa, keyName: "o.rsa.pub", bytes: bytes),
                ] {
                    #expect(problemCode { try keyring.verify([wrong], of: message, place: "m") } == "apk.badSignature")
                    // A good one beside it does not make it good.
                    #expect(
                        problemCode { try keyring.verify([signature, wrong], of: message, place: "m") }
                            == "apk.badSignature")
                }
                #expect(
                    problemCode { try keyring.verify([signature], of: message + [0], place: "m") }
                        == "apk.badSignature")
            }
        }
    }

    /// What stands in the signature member but is no signature that could count.
    @Test func oddSignatures() throws {
        let key = try TestKeys.ours.get()
        let proof = try key.signature(.rsa, over: [1])
        func entry(_ name: String, _ content: [UInt8]) -> [UInt8] {
            ForgeTar.entry(TarEntry(name: Array(name.utf8), kind: .file), content)
        }
        let member = gzipped(
            entry(".SIGN.RSA.a/../b", proof) + entry(".SIGN.MD5.ours-1.rsa.pub", proof) + entry(".SIGN.RSA.", proof)
                + entry(".SIGN.RSA256.x", [UInt8](repeating: 0, count: 65_537))
                + entry(".SIGN.RSA512.\(key.name)", proof))
        let found = try ApkSignature.parse(member: member, place: "a")
        #expect(found == [ApkSignature(algorithm: .rsa512, keyName: key.name, bytes: proof)])
    }
}
