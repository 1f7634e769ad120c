// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import SystemPackage
import Testing

@testable import PlinthFetch

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite struct SignatureStatusTests {
    @Test func readsWhatGpgvSays() throws {
        let status = SignatureStatus(
            parsing: """
                [GNUPG:] PLAINTEXT 74 0 
                [GNUPG:] NEWSIG
                [GNUPG:] ERRSIG 454A7821C6BFF796 22 8 01 1795262368 9 FAB4482A6153960999BB75FA454A7821C6BFF796
                [GNUPG:] NO_PUBKEY 454A7821C6BFF796
                gpgv: noise
                [GNUPG:] NEWSIG t@example.org
                [GNUPG:] GOODSIG F88BC0EC949423BF T <t@example.org>
                [GNUPG:] VALIDSIG 3FABE187A4C3A144A46BFD0EF88BC0EC949423BF 2020-01-01 1577872800 0 4 0 22 10 01 AAAA
                [GNUPG:] NEWSIG
                [GNUPG:] EXPKEYSIG 1111111111111111 Old
                [GNUPG:] VALIDSIG 3FABE187A4C3A144A46BFD0EF88BC0EC949423BF 2020-01-01 1 0 4 0 22 8 01 AAAA
                """)
        #expect(status.plaintexts == 1)
        #expect(!status.hasError)
        #expect(status.signatures.map(\.verdict) == [.unknownKey, .good, .expiredKey])
        #expect(status.signatures[0].key == "FAB4482A6153960999BB75FA454A7821C6BFF796")
        #expect(status.signatures[1].fingerprint == "3FABE187A4C3A144A46BFD0EF88BC0EC949423BF")
        #expect(status.signatures[1].primaryFingerprint == "AAAA")
        #expect(status.signatures[1].signedAt == 1_577_872_800)
        #expect(status.signatures[1].isStrong)
        // The details belong to another key: they are not taken over.
        #expect(status.signatures[2].fingerprint == "")
    }

    @Test(arguments: ["", "[GNUPG:]", "[GNUPG:] VALIDSIG x", "[GNUPG:] GOODSIG", "[GNUPG:] ERRSIG 1 2"])
    func oddLines(_ text: String) {
        #expect(!SignatureStatus(parsing: text).signatures.contains { $0.isStrong })
    }

    @Test(arguments: [("", ""), ("TQ==", "M"), ("TWE=", "Ma"), ("TWFu", "Man")])
    func base64(_ text: String, _ plain: String) { #expect(Armour.decodeBase64(Array(text.utf8)) == Array(plain.utf8)) }

    @Test(arguments: ["T", "TQ", "TQ=", "TQ===", "T=Q=", "TW*u", "TWE=TWFu"])
    func noBase64(_ text: String) { #expect(Armour.decodeBase64(Array(text.utf8)) == nil) }

    @Test func armour() {
        let block =
            "-----BEGIN PGP PUBLIC KEY BLOCK-----\r\nVersion: x\r\n\r\nTWFu\r\nTWE=\r\n=abcd\r\n-----END PGP PUBLIC KEY BLOCK-----\r\n"
        let bare = "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nTWFu\n-----END PGP PUBLIC KEY BLOCK-----\n"
        #expect(Armour.isArmoured(Array(("\n" + block).utf8)))
        #expect(!Armour.isArmoured([0x98, 0x33]))
        #expect(Armour.decodeKeys(Array(("comment\n" + block + bare).utf8)) == Array("ManMaMan".utf8))
        #expect(Armour.decodeKeys(Array(block.dropLast(10).utf8)) == nil)
        #expect(Armour.decodeKeys([]) == nil)
    }
}

/// Keys and signed documents that gpg makes once for all tests.
private struct Signed {
    let home: FilePath

    static let text = Array("Origin: x\n- dash\nSuite: y\n".utf8)

    private static let files: [String: [UInt8]] = {
        guard let home = try? scratchDirectory() else { return [:] }
        defer { discard(home) }
        let script = """
            set -e; cd \(home.string); mkdir -m 700 h; export GNUPGHOME=\(home.string)/h
            g() { gpg --batch --quiet --pinentry-mode loopback --passphrase '' "$@"; }
            g --quick-gen-key 'T <t@example.org>' ed25519 sign never
            g --quick-gen-key 'U <u@example.org>' ed25519 sign never
            g --faked-system-time 20200101T000000 --quick-gen-key 'O <o@example.org>' ed25519 sign 1d
            printf 'Origin: x\\n- dash\\nSuite: y\\n' > text
            g -u t@example.org -u u@example.org --clearsign -o both text
            g -u t@example.org --clearsign -o one text
            g -u t@example.org --digest-algo SHA1 --clearsign -o weak text
            g --faked-system-time 20200101T100000 -u o@example.org --clearsign -o old text
            g -u t@example.org --detach-sign -a -o text.asc text
            for k in t u o; do g --export $k@example.org > $k.gpg; done
            g --export -a t@example.org > t.asc
            cat u.gpg t.gpg > all.gpg
            g -k --with-colons t@example.org | grep -m1 ^fpr | cut -d: -f10 > t.fpr
            gpgconf --kill gpg-agent; rm -r h
            """
        guard system("(\(script)) >/dev/null 2>&1") == 0 else { return [:] }
        return Dictionary(uniqueKeysWithValues: tree(home).map { ($0, (try? readFile(home.appending($0))) ?? []) })
    }()

    init(_ home: FilePath) throws {
        self.home = home
        try #require(!Self.files.isEmpty, "gpg made the keys")
        for (name, bytes) in Self.files { try writeFile(home.appending(name), bytes) }
    }

    subscript(name: String) -> [UInt8] { (try? readFile(home.appending(name))) ?? [] }

    func verifier(_ names: String...) -> SignatureVerifier {
        SignatureVerifier(keyrings: names.map { home.appending($0) })
    }
}

private let hasPrograms = system("command -v gpg gpgv gpgconf >/dev/null 2>&1") == 0

@Suite(.enabled(if: hasPrograms)) struct SignatureTests {
    private func withSigned(_ body: (Signed) async throws -> Void) async throws {
        try await withScratch { try await body(try Signed($0)) }
    }

    @Test func goodSignatures() async throws {
        try await withSigned { signed in
            let fingerprint = String(decoding: signed["t.fpr"].dropLast(), as: UTF8.self)
            for verifier in [
                signed.verifier("t.gpg"), signed.verifier("t.asc"), signed.verifier("none.gpg", "u.gpg", "t.gpg"),
                signed.verifier("all.gpg"),
                SignatureVerifier(keyrings: [], keys: [signed["t.asc"]]),
            ] {
                let found = try await verifier.verify(clearSigned: signed["one"], place: "InRelease")
                #expect(found.bytes == Signed.text)
                #expect(found.fingerprints == [fingerprint])
                #expect(found.signedAt > 1_600_000_000)
            }
            // One known key among two is enough.
            let both = try await signed.verifier("t.gpg").verify(clearSigned: signed["both"], place: "InRelease")
            #expect(both.fingerprints == [fingerprint])
            let two = try await signed.verifier("all.gpg").verify(clearSigned: signed["both"], place: "InRelease")
            #expect(two.fingerprints.count == 2)
            let detached = try await signed.verifier("t.gpg").verify(
                signed["text"], signature: signed["text.asc"], place: "Release")
            #expect(detached.bytes == Signed.text)
        }
    }

    @Test func onlyTheNamedKeyCounts() async throws {
        try await withSigned { signed in
            let fingerprint = String(decoding: signed["t.fpr"].dropLast(), as: UTF8.self)
            for (wanted, code) in [
                (fingerprint, nil), (fingerprint + "!", nil), (String(repeating: "0", count: 40), "signature.wrongKey"),
                (String(fingerprint.suffix(16)), "signature.wrongKey"),
            ] as [(String, String?)] {
                let verifier = SignatureVerifier(keyrings: [signed.home.appending("all.gpg")], fingerprints: [wanted])
                let found = try await problem { _ = try await verifier.verify(clearSigned: signed["one"], place: "x") }
                #expect(found?.code == code)
            }
        }
    }

    @Test func refusals() async throws {
        try await withSigned { signed in
            func code(_ bytes: [UInt8], _ key: String = "t.gpg") async throws -> String? {
                try await problem { _ = try await signed.verifier(key).verify(clearSigned: bytes, place: "x") }?.code
            }
            var codes: [String: String?] = [:]
            var flipped = signed["one"]
            let suite = try #require(flipped.firstRange(of: Array("Suite: y".utf8)))
            flipped[suite.upperBound - 1] ^= 1
            codes["flipped"] = try await code(flipped)
            codes["unknown"] = try await code(signed["one"], "u.gpg")
            codes["weak"] = try await code(signed["weak"])
            codes["old"] = try await code(signed["old"], "o.gpg")
            codes["plain"] = try await code(Signed.text)
            codes["twice"] = try await code(signed["one"] + signed["one"])
            codes["cut"] = try await code(Array(signed["one"].prefix(90)))
            codes["nokeys"] = try await code(signed["one"], "none.gpg")
            codes["damagedkeys"] = try await code(signed["one"], "text")
            #expect(
                codes == [
                    "flipped": "signature.bad", "unknown": "signature.unknownKey", "weak": "signature.weak",
                    "old": "signature.expiredKey", "plain": "signature.missing", "twice": "signature.bad",
                    "cut": "signature.missing", "nokeys": "signature.keyring", "damagedkeys": "signature.unknownKey",
                ])
            let detached = try await problem {
                _ = try await signed.verifier("t.gpg").verify(
                    Signed.text + [10], signature: signed["text.asc"], place: "x")
            }
            #expect(detached?.code == "signature.bad")
        }
    }

    @Test func everyFlippedBitInTheTextIsFound() async throws {
        try await withSigned { signed in
            let document = signed["one"]
            let range = try #require(document.firstRange(of: Array("Origin".utf8)))
            for offset in range.lowerBound..<(range.lowerBound + 27) where document[offset] != 10 {
                var flipped = document
                flipped[offset] ^= 1
                let found = try await problem {
                    _ = try await signed.verifier("t.gpg").verify(clearSigned: flipped, place: "x")
                }
                #expect(found != nil, "at \(offset)")
            }
        }
    }

    @Test func textAroundTheBlockIsLeftOut() async throws {
        try await withSigned { signed in
            let document = Array("Evil: 1\n\n".utf8) + signed["one"] + Array("Evil: 2\n".utf8)
            let found = try await signed.verifier("t.gpg").verify(clearSigned: document, place: "x")
            #expect(found.bytes == Signed.text)
        }
    }

    @Test func withoutGpgv() async throws {
        let verifier = SignatureVerifier(keyrings: [], keys: [[1]], program: "plinth-no-such-program")
        let document = Array("-----BEGIN PGP SIGNED MESSAGE-----\n".utf8)
        let found = try await problem { _ = try await verifier.verify(clearSigned: document, place: "x") }
        #expect(found?.code == "gpgv.missing")
        #expect(found?.hints == ["Install the package gpgv"])
    }
}
