// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import Subprocess
package import SystemPackage

/// Bytes that somebody with a trusted key has signed.
package struct VerifiedText: Sendable, Equatable {
    /// The signed text alone: what stood around it in the file is gone.
    package let bytes: [UInt8]
    /// Of the keys whose signatures are good, without the unknown ones.
    package let fingerprints: [String]
    /// When the first of them signed, in seconds since 1970.
    package let signedAt: Int64
}

/// Checks OpenPGP signatures with gpgv.
///
/// A text is accepted when one signature by a trusted key is good and none by a trusted key is bad; signatures by
/// unknown keys are normal. MD5, SHA-1, expired and revoked keys do not count.
package struct SignatureVerifier: Sendable {
    let keyrings: [FilePath]
    let keys: [[UInt8]]
    let fingerprints: [String]
    private let scratch: FilePath
    private let program: String

    /// - Parameters:
    ///   - keyrings: binary or armoured files; those that do not exist are passed over, and one must.
    ///   - keys: more keys, armoured or binary, such as those inside a `Signed-By` field.
    ///   - fingerprints: if any are given, only these keys count; a trailing `!` excludes their subkeys.
    ///   - scratch: an existing directory for temporary files.
    ///   - program: a name to look for in `PATH`, or a path.
    package init(
        keyrings: [FilePath], keys: [[UInt8]] = [], fingerprints: [String] = [], scratch: FilePath = "/tmp",
        program: String = "gpgv"
    ) {
        self.keyrings = keyrings
        self.keys = keys
        self.fingerprints = fingerprints
        self.scratch = scratch
        self.program = program
    }

    /// Checks a clear-signed document such as InRelease and gives the text inside.
    /// - Throws: `Problem` with code `signature.missing`, `signature.bad`, `signature.unknownKey`,
    ///   `signature.expiredKey`, `signature.revokedKey`, `signature.expired`, `signature.weak`, `signature.wrongKey`, `signature.keyring`,
    ///   `gpgv.missing` or `gpgv.failed`.
    package func verify(clearSigned document: [UInt8], place: String) async throws -> VerifiedText {
        let begin = Array("-----BEGIN PGP SIGNED MESSAGE-----".utf8)
        let blocks = document.split(separator: 0x0a).count { $0.starts(with: begin) }
        guard blocks > 0 else { throw missing(place) }
        guard blocks == 1 else { throw bad(place, "there is more than one signed text in it") }
        let directory = try ScratchDirectory(in: scratch)
        let signed = try directory.write("signed", document)
        let text = directory.path.appending("text")
        let options = ["--output", text.string]
        let status = try await run(options, [signed], directory, place)
        guard status.plaintexts == 1 else { throw bad(place, "gpgv found \(status.plaintexts) signed texts in it") }
        let good = try judge(status, place)
        let bytes = try FileSource(text).readAll(limit: document.count + 1)
        return verified(bytes, good)
    }

    /// Checks a document such as Release against its detached signature, armoured or binary.
    /// - Throws: as the other `verify`.
    package func verify(
        _ document: [UInt8], signature: [UInt8], place: String
    ) async throws -> VerifiedText {
        guard !signature.isEmpty else { throw missing(place) }
        let directory = try ScratchDirectory(in: scratch)
        let files = [try directory.write("signature", signature), try directory.write("document", document)]
        let good = try judge(try await run([], files, directory, place), place)
        return verified(document, good)
    }

    private func verified(_ bytes: [UInt8], _ good: [SignatureStatus.Signature]) -> VerifiedText {
        VerifiedText(
            bytes: bytes, fingerprints: good.map(\.fingerprint), signedAt: good.map(\.signedAt).min() ?? 0)
    }

    private func run(
        _ options: [String], _ files: [FilePath], _ directory: borrowing ScratchDirectory,
        _ place: String
    ) async throws -> SignatureStatus {
        let keyrings = try keyringFiles(in: directory)
        let arguments =
            ["--status-fd", "1", "--homedir", directory.path.string] + options
            + keyrings.flatMap { ["--keyring", $0.string] } + ["--"] + files.map(\.string)
        do {
            let result = try await Subprocess.run(
                program.contains("/") ? .path(FilePath(program)) : .name(program), arguments: Arguments(arguments),
                environment: .inherit.updating(["LC_ALL": "C"]), output: .string(limit: 1 << 20),
                error: .string(limit: 1 << 20))
            // Exit codes mix unknown keys, which are normal, with failures: the status lines tell them apart.
            guard case .exited = result.terminationStatus else {
                throw Problem(
                    "gpgv.failed", "gpgv was ended by a signal", at: place, why: "\(result.terminationStatus)")
            }
            let status = SignatureStatus(parsing: result.standardOutput)
            if status.signatures.isEmpty {
                let last = result.standardError.split(separator: "\n").last.map(String.init)
                throw Problem("signature.missing", "There is no signature that can be read", at: place, why: last)
            }
            return status
        } catch let error as SubprocessError where error.code == .executableNotFound {
            throw Problem(
                "gpgv.missing", "Signatures cannot be checked without the program gpgv", at: program,
                hints: ["Install the package gpgv"], cause: error)
        } catch let error as SubprocessError {
            try Task.checkCancellation()
            throw Problem("gpgv.failed", "The program gpgv cannot be run", at: program, why: "\(error)", cause: error)
        }
    }

    /// gpgv reads binary keys only: armoured ones are decoded here.
    private func keyringFiles(in directory: borrowing ScratchDirectory) throws -> [FilePath] {
        var files: [FilePath] = []
        func add(_ bytes: [UInt8], _ place: String) throws {
            guard let keys = Armour.isArmoured(bytes) ? Armour.decodeKeys(bytes) : bytes else {
                throw Problem("signature.keyring", "A file with keys is damaged", at: place)
            }
            files.append(try directory.write("keys-\(files.count)", keys))
        }
        for path in keyrings where (try? path.stat()) != nil {
            let bytes = try FileSource(path).readAll(limit: 16 << 20)
            try add(bytes, path.string)
        }
        for key in keys { try add(key, "a key given in place") }
        guard !files.isEmpty else {
            throw Problem(
                "signature.keyring", "There are no keys to check signatures with",
                at: keyrings.first?.string,
                why: keyrings.isEmpty ? "no keyring was named" : "none of the keyrings exists",
                hints: ["Install the distribution's keyring package, or name a file with its keys"])
        }
        return files
    }

    private func judge(
        _ status: SignatureStatus, _ place: String
    ) throws -> [SignatureStatus.Signature] {
        if let signature = status.signatures.first(where: { $0.verdict == .bad }) {
            throw bad(place, "the signature by \(signature.key) does not fit the text")
        }
        if status.hasError { throw bad(place, "gpgv found more than one signed text in it") }
        let good = status.signatures.filter { $0.verdict == .good && $0.isStrong && accepts($0) }
        if good.isEmpty { throw refusal(status, place) }
        return good
    }

    private func missing(_ place: String) -> Problem {
        Problem("signature.missing", "A document is not signed", at: place)
    }

    private func bad(_ place: String, _ why: String) -> Problem {
        Problem(
            "signature.bad", "A signature is bad", at: place, why: why,
            hints: ["The file was changed or damaged on its way: try another mirror"])
    }
}

extension SignatureVerifier {
    private func accepts(_ signature: SignatureStatus.Signature) -> Bool {
        if fingerprints.isEmpty { return true }
        return fingerprints.contains { wanted in
            let isExact = wanted.hasSuffix("!")
            let digits = wanted.filter { $0 != " " && $0 != "!" }.uppercased()
            guard digits.utf8.count >= 40 else { return false }
            return signature.fingerprint == digits || !isExact && signature.primaryFingerprint == digits
        }
    }
}

extension SignatureVerifier {
    /// Why none of the signatures counts: the nearest miss is told.
    private func refusal(_ status: SignatureStatus, _ place: String) -> Problem {
        func signers(_ verdict: SignatureStatus.Verdict) -> String? {
            let found = status.signatures.filter { $0.verdict == verdict }.map(\.key)
            return found.isEmpty ? nil : found.joined(separator: ", ")
        }
        let newer = "Install a newer version of the keyring package"
        if let weak = status.signatures.first(where: { $0.verdict == .good && !$0.isStrong }) {
            return Problem(
                "signature.weak", "A signature is made with a digest that can be forged", at: place,
                why: "\(weak.key) signed with algorithm \(weak.digestAlgorithm)")
        }
        if let good = signers(.good) {
            return Problem(
                "signature.wrongKey", "A document is signed by a key other than the one that was asked for", at: place,
                why: "it is signed by \(good), and \(fingerprints.joined(separator: ", ")) was asked for")
        }
        if let revoked = signers(.revokedKey) {
            return Problem(
                "signature.revokedKey", "The key that signed has been revoked", at: place, why: revoked, hints: [newer])
        }
        if let expired = signers(.expiredKey) {
            return Problem(
                "signature.expiredKey", "The key that signed has expired", at: place, why: expired, hints: [newer])
        }
        if let expired = signers(.expiredSignature) {
            return Problem("signature.expired", "A signature has expired", at: place, why: "it is by \(expired)")
        }
        if let unknown = signers(.unknownKey) {
            return Problem(
                "signature.unknownKey", "A document is signed by keys that are not in the keyring", at: place,
                why: unknown,
                hints: ["Name a keyring that holds one of them", newer])
        }
        return bad(place, "gpgv could not check it")
    }
}
