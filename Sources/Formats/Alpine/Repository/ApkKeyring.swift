// SPDX-License-Identifier: Apache-2.0
import Crypto
import CryptoExtras
package import PlinthCore

/// The keys that are trusted, by the names of their files.
package struct ApkKeyring: Sendable {
    private var keys: [String: _RSA.Signing.PublicKey] = [:]

    package init() {}

    /// The names of the keys, sorted.
    package var names: [String] { keys.keys.sorted() }

    /// Adds a public key in PEM, under the name of its file such as `alpine-devel@lists.alpinelinux.org-6165ee59.rsa.pub`.
    /// - Throws: `Problem` with code `apk.key` for a name with a slash, for what is no RSA key in PEM, for fewer than
    ///   2,048 bits, and for a name that stands for another key already.
    package mutating func add(name: String, pem: [UInt8]) throws(Problem) {
        guard Self.isKeyName(name) else { throw Self.bad(name, "the name must be that of a file, without a slash") }
        let key: _RSA.Signing.PublicKey
        do {
            let text = String(decoding: pem, as: UTF8.self)
            guard text.contains("-----BEGIN PUBLIC KEY-----") || text.contains("-----BEGIN RSA PUBLIC KEY-----")
            else { throw CryptoKitError.incorrectParameterSize }
            key = try _RSA.Signing.PublicKey(pemRepresentation: text)
        } catch {
            throw Self.bad(name, "it is not an RSA public key of at least 2,048 bits in PEM")
        }
        let short = Self.stem(name)
        if let known = keys[short], known.pemRepresentation != key.pemRepresentation {
            throw Self.bad(name, "another key has this name")
        }
        keys[short] = key
    }

    /// A file name that means itself.
    static func isKeyName(_ name: String) -> Bool {
        let bytes = Array(name.utf8)
        guard !bytes.isEmpty, bytes.count <= 255, bytes != Array(".".utf8), bytes != Array("..".utf8) else {
            return false
        }
        return bytes.allSatisfy { $0 > 0x20 && $0 != 0x7f && $0 != UInt8(ascii: "/") }
    }

    /// Some mirrors leave the suffix out.
    private static func stem(_ name: String) -> String {
        name.hasSuffix(".rsa.pub") ? String(name.dropLast(8)) : name
    }

    /// Checks what was signed against its signatures: one by a key of ours must be good, and none of them bad.
    /// - Returns: the name of the key, as the signature has it.
    /// - Throws: `Problem` with code `apk.unsigned`, `apk.untrusted` when no key is ours, or `apk.badSignature`.
    @discardableResult
    package func verify(
        _ signatures: [ApkSignature], of message: [UInt8], place: String
    ) throws(Problem) -> String {
        guard !signatures.isEmpty else {
            throw Problem("apk.unsigned", "A file of apk is not signed", at: place)
        }
        var good: String?
        for signature in signatures where signature.algorithm != .dsa {
            guard let key = keys[Self.stem(signature.keyName)] else { continue }
            guard Self.isGood(signature, message, key) else {
                throw Problem(
                    "apk.badSignature", "A signature does not fit its file", at: place,
                    why: "the signature \(signature.algorithm.rawValue) by \(signature.keyName) is wrong: "
                        + "the file was changed, or another key has this name")
            }
            good = good ?? signature.keyName
        }
        guard let good else { throw untrusted(signatures, place) }
        return good
    }

    private func untrusted(_ signatures: [ApkSignature], _ place: String) -> Problem {
        let makers = signatures.map { "\($0.keyName) (\($0.algorithm.rawValue))" }.joined(separator: ", ")
        let ours = names.isEmpty ? "none" : names.joined(separator: ", ")
        return Problem(
            "apk.untrusted", "A file of apk is signed by no key that is trusted", at: place,
            why: "signed by \(makers); trusted: \(ours)",
            hints: ["add the public key to the keyring if you trust it"])
    }

    private static func isGood(
        _ signature: ApkSignature, _ message: [UInt8], _ key: _RSA.Signing.PublicKey
    ) -> Bool {
        let proof = _RSA.Signing.RSASignature(rawRepresentation: signature.bytes)
        let padding = _RSA.Signing.Padding.insecurePKCS1v1_5
        return switch signature.algorithm {
        case .rsa: key.isValidSignature(proof, for: Insecure.SHA1.hash(data: message), padding: padding)
        case .rsa256: key.isValidSignature(proof, for: SHA256.hash(data: message), padding: padding)
        case .rsa512: key.isValidSignature(proof, for: SHA512.hash(data: message), padding: padding)
        case .dsa: false
        }
    }

    private static func bad(_ name: String, _ why: String) -> Problem {
        Problem("apk.key", "A key for apk cannot be used", at: name, why: why)
    }
}
