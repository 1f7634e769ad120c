// SPDX-License-Identifier: Apache-2.0
import PlinthAlpine
import PlinthArchive
import PlinthCore
import PlinthTestSupport
import SystemPackage
import Testing

/// Real indexes: signed and not, in one member and in many.
struct IndexFixtureTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let path: String
        /// The key that signed it; nil when nobody did.
        let key: String?
        let packages: Int
        var testDescription: String { path }
    }

    private static let apk = "alpine/apko/pkg/apk/apk/testdata/"

    static let cases = [
        Case(
            path: apk + "alpine-316/APKINDEX.tar.gz", key: "alpine-devel@lists.alpinelinux.org-6165ee59.rsa.pub",
            packages: 4929),
        Case(
            path: apk + "alpine-317/APKINDEX.tar.gz", key: "alpine-devel@lists.alpinelinux.org-616ae350.rsa.pub",
            packages: 5004),
        Case(path: apk + "APKINDEX.tar.gz", key: nil, packages: 2),
        Case(
            path: "alpine/apko/internal/cli/testdata/packages/x86_64/APKINDEX.tar.gz", key: "melange.rsa.pub",
            packages: 4),
        Case(
            path: "alpine/apko/internal/cli/testdata/private_packages/packages/aarch64/APKINDEX.tar.gz",
            key: "private_pkg_key.rsa.pub", packages: 2),
    ]

    @Test(arguments: cases)
    func signed(_ one: Case) throws {
        guard let bytes = try Fixtures.bytes(one.path), let keyring = try FixturePackageTests.keyring() else { return }
        let archive = try ApkIndexArchive(bytes, place: one.path)
        if let key = one.key {
            #expect(try archive.verify(bytes, by: keyring, place: one.path) == key)
        } else {
            let problem = #expect(throws: Problem.self) { try archive.verify(bytes, by: keyring, place: one.path) }
            #expect(problem?.code == "apk.unsigned")
        }
        #expect(try ApkCandidate.parse(archive.index, place: one.path).count == one.packages)
    }

    /// Three signatures by three keys: each alone is enough.
    @Test func severalKeys() throws {
        let folder = Self.apk + "signing/"
        guard let bytes = try Fixtures.bytes(folder + "APKINDEX.tar.gz"), let keys = Fixtures.path(folder + "keys")
        else { return }
        let archive = try ApkIndexArchive(bytes, place: "index")
        #expect(archive.signatures.count == 3)
        for name in namesInDirectory(keys) {
            var keyring = ApkKeyring()
            try keyring.add(name: name, pem: try readFile(keys.appending(name)))
            #expect(try archive.verify(bytes, by: keyring, place: "index") == name)
        }
    }
}
