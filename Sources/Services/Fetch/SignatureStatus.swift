// SPDX-License-Identifier: Apache-2.0

/// What gpgv says on its status channel (doc/DETAILS of GnuPG): one record for every signature.
struct SignatureStatus: Equatable {
    enum Verdict: Equatable {
        case good, bad, expiredKey, expiredSignature, revokedKey, unknownKey, error
    }

    struct Signature: Equatable {
        var verdict: Verdict
        /// The last sixteen digits of the fingerprint, at least.
        var key: String
        /// Of the key, often a subkey, that made the signature.
        var fingerprint = ""
        var primaryFingerprint = ""
        /// Seconds since 1970.
        var signedAt: Int64 = 0
        /// A number of RFC 9580, section 9.5.
        var digestAlgorithm = 0

        /// MD5, SHA-1 and RIPEMD-160 prove nothing any more.
        var isStrong: Bool { [8, 9, 10, 12, 14].contains(digestAlgorithm) }
    }

    var signatures: [Signature] = []
    /// How many texts gpgv saw: more than one cannot be told apart.
    var plaintexts = 0
    var hasError = false

    init(parsing text: some StringProtocol) {
        for line in text.split(separator: "\n") where line.hasPrefix("[GNUPG:] ") {
            read(line.dropFirst(9).split(separator: " "))
        }
    }

    private mutating func read(_ words: [some StringProtocol]) {
        guard let keyword = words.first else { return }
        let key = words.count > 1 ? String(words[1]) : ""
        switch keyword {
        case "PLAINTEXT": plaintexts += 1
        case "GOODSIG": add(.good, key)
        case "BADSIG": add(.bad, key)
        case "EXPSIG": add(.expiredSignature, key)
        case "EXPKEYSIG": add(.expiredKey, key)
        case "REVKEYSIG": add(.revokedKey, key)
        case "ERRSIG":
            // The seventh word is the reason: 9 means that the key is missing.
            let isUnknown = words.count > 6 && words[6] == "9"
            add(isUnknown ? .unknownKey : .error, words.count > 7 && words[7] != "-" ? String(words[7]) : key)
        case "VALIDSIG": complete(words)
        // The keyring could not be searched, or there is more than one signed text.
        case "ERROR": hasError = hasError || (words.count > 1 && words[1] == "proc_pkt.plaintext")
        default: break
        }
    }

    private mutating func add(_ verdict: Verdict, _ key: String) {
        signatures.append(Signature(verdict: verdict, key: key))
    }

    /// VALIDSIG follows the verdict on the same signature and gives its details.
    private mutating func complete(_ words: [some StringProtocol]) {
        guard words.count >= 10, let last = signatures.indices.last, words[1].hasSuffix(signatures[last].key) else {
            return
        }
        signatures[last].fingerprint = String(words[1])
        signatures[last].signedAt = Int64(words[3]) ?? 0
        signatures[last].digestAlgorithm = Int(words[8]) ?? 0
        signatures[last].primaryFingerprint = words.count > 10 ? String(words[10]) : String(words[1])
    }
}
