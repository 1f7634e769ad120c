// SPDX-License-Identifier: Apache-2.0
import CryptoExtras
package import PlinthAlpine

/// A key that signs packages and indexes of tests.
package struct ForgeKey: Sendable {
    /// The name of its file below `etc/apk/keys`.
    package let name: String
    private let key: _RSA.Signing.PrivateKey

    /// Makes a new key of 2,048 bits.
    package init(name: String = "forge-00000001.rsa.pub") throws {
        self.name = name
        key = try _RSA.Signing.PrivateKey(keySize: .bits2048)
    }

    /// The public key, as `etc/apk/keys` holds it.
    package var publicPEM: [UInt8] { Array(key.publicKey.pemRepresentation.utf8) }

    package func signature(_ algorithm: ApkSignature.Algorithm, over bytes: [UInt8]) throws -> [UInt8] {
        let padding = _RSA.Signing.Padding.insecurePKCS1v1_5
        let proof =
            switch algorithm {
            case .rsa, .dsa: try key.signature(for: Insecure.SHA1.hash(data: bytes), padding: padding)
            case .rsa256: try key.signature(for: SHA256.hash(data: bytes), padding: padding)
            case .rsa512: try key.signature(for: SHA512.hash(data: bytes), padding: padding)
            }
        return Array(proof.rawRepresentation)
    }
}
