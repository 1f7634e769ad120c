// SPDX-License-Identifier: Apache-2.0
import PlinthAlpine
import PlinthAlpineSamples
import PlinthArchive
import PlinthCore
import PlinthTestSupport
import Testing

private let checksum = "Q1qKcZ+j23xssAXmgQhkOO8dHnbWw="

struct ApkIndexArchiveTests {
    private let text = Array("C:\(checksum)\nP:a\nV:1\n\n".utf8)

    private func file(_ name: String, _ content: [UInt8]) -> [UInt8] {
        ForgeTar.entry(TarEntry(name: Array(name.utf8), kind: .file), content)
    }

    @Test(arguments: [ApkSignature.Algorithm.rsa, .rsa256, .rsa512])
    func signed(_ algorithm: ApkSignature.Algorithm) throws {
        let key = try TestKeys.ours.get()
        let keyring = try TestKeys.keyring([key])
        let bytes = try ApkForge.index(text: text, keys: [key], algorithm)
        let archive = try ApkIndexArchive(bytes, place: "i")
        #expect(archive.index == text)
        #expect(archive.description == "forged")
        #expect(try archive.verify(bytes, by: keyring, place: "i") == key.name)
        #expect(try ApkIndexArchive(bytes, verifiedBy: keyring, place: "i") == archive)
        var generator = SeededGenerator(seed: 8)
        for _ in 0..<100 {
            let changed = mutated(bytes, by: &generator)
            do {
                #expect(try ApkIndexArchive(changed, verifiedBy: keyring, place: "i").index == text)
            } catch let problem as Problem {
                #expect(problem.place == "i")
            }
        }
        // What is signed is not looked at before its signature.
        var changed = bytes
        changed[archive.signed.upperBound - 1] ^= 1
        #expect(problemCode { _ = try ApkIndexArchive(changed, place: "i") } == "archive.corrupt")
        #expect(
            problemCode { _ = try ApkIndexArchive(changed, verifiedBy: keyring, place: "i") } == "apk.badSignature")
    }

    /// Several members behind the signatures, files in either order, nothing but the index.
    @Test func shapes() throws {
        let tar = file("APKINDEX", text) + file("DESCRIPTION", Array("d".utf8)) + TarHeader.endOfArchive
        #expect(try ApkIndexArchive(gzipped(tar), place: "i").description == "d")
        let split = gzipped(Array(tar[..<700])) + gzipped(Array(tar[700...]))
        #expect(try ApkIndexArchive(split, place: "i").index == text)
        #expect(try ApkIndexArchive(gzipped(file("APKINDEX", text)), place: "i").description == "")
    }

    /// A signature in the member that it should sign signs nothing.
    @Test func oneStream() throws {
        let key = try TestKeys.ours.get()
        let proof = try key.signature(.rsa, over: text)
        let bytes = gzipped(file(".SIGN.RSA.\(key.name)", proof) + file("APKINDEX", text) + TarHeader.endOfArchive)
        let archive = try ApkIndexArchive(bytes, place: "i")
        #expect(archive.index == text)
        let keyring = try TestKeys.keyring([key])
        #expect(problemCode { try archive.verify(bytes, by: keyring, place: "i") } == "apk.unsigned")
    }

    @Test func faults() throws {
        #expect(problemCode { _ = try ApkIndexArchive(Array("ADB.".utf8), place: "i") } == "apk.version3")
        for bytes in [
            [], Array("text".utf8), gzipped(file("DESCRIPTION", [])), gzipped(file("APKINDEX", []) + file("evil", [])),
            gzipped(file("APKINDEX", []) + file("APKINDEX", [])), gzipped(file("../APKINDEX", [])),
            gzipped(ForgeTar.entry(TarEntry(name: Array("APKINDEX/".utf8), kind: .directory))),
        ] {
            #expect(problemCode { _ = try ApkIndexArchive(bytes, place: "i") } == "apk.index")
        }
    }
}
