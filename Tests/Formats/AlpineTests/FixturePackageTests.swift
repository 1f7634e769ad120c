// SPDX-License-Identifier: Apache-2.0
import PlinthAlpine
import PlinthAlpineSamples
import PlinthArchive
import PlinthCore
import PlinthTestSupport
import SystemPackage
import Testing

/// Reads a whole package and checks all four links of its chain; gives the files with their checksums.
func unpack(_ bytes: [UInt8], keyring: ApkKeyring?, place: String = "a.apk") throws -> (ApkControl, [ApkEntry]) {
    let file = try ApkFile(bytes, place: place)
    func read(_ offset: Int64, _ count: Int) -> [UInt8] { Array(bytes[Int(offset)...].prefix(count)) }
    if let keyring { try file.verify(by: keyring, place: place, read: read) }
    let control = try file.control(place: place, read: read)
    let data = MemorySource(Array(bytes[Int(file.data.offset)..<Int(file.data.end)]))
    let reader = try ApkDataReader(data, length: file.data.size, digest: control.dataDigest, place: place)
    var entries: [ApkEntry] = []
    while var entry = try reader.next() {
        _ = try readAll(reader)
        if entry.header.kind == .file { entry.checksum = reader.checksum }
        entries.append(entry)
    }
    return (control, entries)
}

func readAll(_ reader: ApkDataReader) throws -> [UInt8] {
    var content: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4096)
    while true {
        var span = chunk.mutableSpan
        let count = try reader.read(into: &span)
        if count == 0 { return content }
        content += chunk[..<count]
    }
}

/// The real packages beside the checkout, judged as apk 2.14 judges them.
struct FixturePackageTests {
    struct Verdict: Sendable, CustomTestStringConvertible {
        let path: String
        /// nil for good.
        let code: String?
        let name: String
        let files: Int
        var testDescription: String { path }
    }

    private static let apko = "alpine/apko/internal/cli/testdata/"
    private static let apk = "alpine/apko/pkg/apk/apk/testdata/"

    static let verdicts =
        ["x86_64", "aarch64"].flatMap { architecture in
            [
                Verdict(
                    path: apko + "packages/\(architecture)/replayout-1.0.0-r0.apk", code: nil, name: "replayout",
                    files: 7),
                Verdict(
                    path: apko + "packages/\(architecture)/custom-ca-certs-1-1.0.0-r0.apk", code: nil,
                    name: "custom-ca-certs-1", files: 11),
                Verdict(
                    path: apko + "private_packages/packages/\(architecture)/package-x-1.0.0-r0.apk", code: nil,
                    name: "package-x", files: 7),
                Verdict(
                    path: "alpine/apko-history/internal/cli/testdata/packages/\(architecture)/tzdata-2023c-r0.apk",
                    code: "apk.untrusted", name: "tzdata", files: 0),
            ]
        } + [
            Verdict(
                path: apk + "alpine-316/alpine-baselayout-3.2.0-r23.apk", code: nil, name: "alpine-baselayout",
                files: 83),
            // A copy of 3.2.0 under another name.
            Verdict(
                path: apk + "alpine-317/alpine-baselayout-3.4.0-r0.apk", code: nil, name: "alpine-baselayout", files: 83
            ),
            // Its key has the name of one that is trusted, and is another.
            Verdict(path: apk + "hello-wolfi-2.12.1-r0.apk", code: "apk.badSignature", name: "hello-wolfi", files: 0),
            Verdict(path: apk + "hello-0.1.0-r0.apk", code: "apk.unsigned", name: "hello", files: 1),
            Verdict(path: apk + "replaces/replaces-0.0.1-r0.apk", code: "apk.unsigned", name: "replaces", files: 6),
            Verdict(
                path: "alpine/apko/pkg/apk/fs/testdata/hello-2.12-r0.apk", code: "apk.untrusted", name: "hello",
                files: 0),
        ]

    static func keyring() throws -> ApkKeyring? {
        guard let alpine = Fixtures.path("alpine/keys") else { return nil }
        var keyring = ApkKeyring()
        for name in namesInDirectory(alpine) { try keyring.add(name: name, pem: try readFile(alpine.appending(name))) }
        for path in [apko + "packages/melange.rsa.pub", apko + "private_packages/private_pkg_key.rsa.pub"] {
            guard let pem = try Fixtures.bytes(path) else { return nil }
            try keyring.add(name: String(path.split(separator: "/").last ?? ""), pem: pem)
        }
        return keyring
    }

    @Test(arguments: verdicts)
    func verdict(_ verdict: Verdict) throws {
        guard let bytes = try Fixtures.bytes(verdict.path), let keyring = try Self.keyring() else { return }
        if let code = verdict.code {
            let problem = #expect(throws: Problem.self) { try unpack(bytes, keyring: keyring) }
            #expect(problem?.code == code)
        }
        let (control, entries) = try unpack(bytes, keyring: verdict.code == nil ? keyring : nil)
        #expect(control.record.name == verdict.name)
        if verdict.files > 0 { #expect(entries.count == verdict.files) }
        for entry in entries where entry.header.kind == .file { #expect(entry.checksum != nil) }
    }

    /// Each of the four links, broken: the problem names what is wrong.
    @Test func flippedBits() throws {
        guard let bytes = try Fixtures.bytes(Self.apk + "alpine-316/alpine-baselayout-3.2.0-r23.apk"),
            let keyring = try Self.keyring()
        else { return }
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<200 {
            var changed = bytes
            let place = Int.random(in: 0..<bytes.count, using: &generator)
            changed[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            // The flags and the time of a gzip header's first member say nothing; all else must be found.
            if (3..<10).contains(place) { continue }
            #expect(throws: (any Error).self, "byte \(place)") { try unpack(changed, keyring: keyring) }
        }
    }
}
