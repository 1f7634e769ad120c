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
        let index = try ApkIndex(try ApkIndexCompiler.compile(archive.index, place: one.path))
        #expect(index.count == one.packages)
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

    /// The compiled form gives back every line of the index, but for those that it does not know.
    @Test(arguments: ["alpine-316", "alpine-317"])
    func everyLine(_ release: String) throws {
        guard let bytes = try Fixtures.bytes(Self.apk + release + "/APKINDEX.tar.gz") else { return }
        let archive = try ApkIndexArchive(bytes, place: release)
        let index = try ApkIndex(try ApkIndexCompiler.compile(archive.index, place: release))
        let written = try index.packages.map { String(decoding: try index.record($0).lines, as: UTF8.self) }
        let expected = String(decoding: archive.index, as: UTF8.self).split(separator: "\n\n").map {
            $0.hasSuffix("\n") ? String($0) : $0 + "\n"
        }
        #expect(written.sorted() == expected.sorted())
    }

    /// What the resolver asks.
    @Test func lookups() throws {
        guard let bytes = try Fixtures.bytes(Self.apk + "alpine-317/APKINDEX.tar.gz") else { return }
        let archive = try ApkIndexArchive(bytes, place: "index")
        let index = try ApkIndex(try ApkIndexCompiler.compile(archive.index, place: "index"))
        let busybox = try #require(try index.versions(of: "busybox").first)
        #expect(try index.record(busybox).origin == "busybox")
        let shells = try index.providers(of: "/bin/sh").map { try index.name(of: $0.package) }
        #expect(shells.contains("busybox-binsh") || shells.contains("busybox"))
        let libraries = try index.providers(of: "so:libcrypto.so.3")
        #expect(try libraries.map { try index.name(of: $0.package) } == ["libcrypto3"])
        #expect(libraries.first?.version == "3")
        let documents = try index.conditions(on: "docs").map { try index.name(of: $0) }
        #expect(documents.contains("nasm-doc"))
        #expect(
            try index.relations(.installIf, of: try #require(try index.versions(of: "nasm-doc").first))
                .map(\.description) == ["docs", "nasm=2.15.05-r1"])
        #expect(try index.versions(of: "no-such-package").isEmpty)
        #expect(try index.names().count == index.count)
    }
}
