// SPDX-License-Identifier: Apache-2.0
import PlinthAlpine
import PlinthAlpineSamples
import PlinthArchive
import PlinthCore
import Testing

/// `.PKGINFO` and its neighbours.
struct ApkControlTests {
    private static let zeros = String(repeating: "0", count: 64)

    private func control(_ info: String, others: [String: String] = [:]) throws -> ApkControl {
        var files = others.mapValues { Array($0.utf8) }
        files[".PKGINFO"] = Array(info.utf8)
        return try ApkControl(
            files: files, checksum: .of([]), digest: Digest.of([]), fileSize: ByteCount(1), place: "a")
    }

    @Test func everyKey() throws {
        let control = try control(
            """
            # a comment
            pkgname = a
            pkgver = 1.0-r0
            pkgdesc = with = inside
            url =\u{20}
            builddate = 17
            packager = somebody
            size = 4096
            arch = noarch
            origin = o
            commit = c
            maintainer = m
            license = MIT AND X
            provider_priority = 5
            replaces_priority = 6
            depend = b>1 c
            depend = !d
            provides = so:e.so.1=1 f
            install_if = g=1 h
            replaces = i
            triggers = /x /y
            a line that says nothing
            unknown = kept
            datahash = \(Self.zeros)
            """)
        var expected = ApkRecord(name: "a", version: "1.0-r0", architecture: "noarch", checksum: .of([]))
        expected.size = ByteCount(1)
        expected.installedSize = ByteCount(4096)
        expected.summary = "with = inside"
        expected.license = "MIT AND X"
        expected.origin = "o"
        expected.maintainer = "m"
        expected.buildTime = 17
        expected.commit = "c"
        expected.providerPriority = 5
        expected.depends = ["b>1", "c", "!d"]
        expected.provides = ["so:e.so.1=1", "f"]
        expected.installIf = ["g=1", "h"]
        #expect(control.record == expected)
        #expect(control.replaces == ["i"])
        #expect(control.replacesPriority == 6)
        #expect(control.triggers == ["/x", "/y"])
        #expect(control.dataDigest.hex == Self.zeros)
        #expect(control.fields.count == 22)
        #expect(control.fields.last?.key == "datahash")
    }

    @Test(arguments: [
        "", "pkgver = 1\n", "pkgname = a\n", "pkgname = \npkgver = 1\n", "pkgname = a/b\npkgver = 1\n",
        "pkgname = a\npkgver = ../1\n", "pkgname = a\npkgver = 1\narch = x y\n", "pkgname = a\r\npkgver = 1\r\n",
        "pkgname = a\npkgver = 1\nsize = -1\n", "pkgname = a\npkgver = 1\nsize = 99999999999999999999\n",
        "pkgname = a\npkgver = 1\nbuilddate = now\n", "pkgname = a\npkgver = 1\nprovider_priority = x\n",
        "pkgname = a\npkgver = 1\nreplaces_priority = 1x\n", "pkgname = a\npkgver = 1\ndatahash = 00\n",
        "pkgname = .a\npkgver = 1\n",
    ])
    func faults(_ info: String) {
        #expect(problemCode { _ = try control(info) } == "apk.control")
    }

    @Test func noDigest() throws {
        #expect(problemCode { _ = try control("pkgname = a\npkgver = 1\n") } == "apk.noDataDigest")
        var package = ForgedPackage.sample
        package.hasDataDigest = false
        #expect(problemCode { _ = try unpack(try package.apk(), keyring: nil) } == "apk.noDataDigest")
    }

    @Test func members() throws {
        let good = "pkgname = a\npkgver = 1\ndatahash = \(Self.zeros)\n"
        #expect(try control(good, others: [".melange.yaml": "x"]).files.count == 2)
        #expect(problemCode { _ = try control(good, others: [".INSTALL": "x"]) } == "apk.control")
        func member(_ entries: [(String, TarEntry.Kind)]) -> [UInt8] {
            gzipped(
                entries.flatMap { name, kind in
                    let link = kind == .symlink ? Array("x".utf8) : []
                    let content = kind == .file ? Array(good.utf8) : []
                    return ForgeTar.entry(TarEntry(name: Array(name.utf8), kind: kind, linkTarget: link), content)
                })
        }
        let size = ByteCount(1)
        _ = try ApkControl(member([(".PKGINFO", .file)]), fileSize: size, place: "a")
        for entries in [
            [(".PKGINFO", TarEntry.Kind.file), (".PKGINFO", .file)], [(".PKGINFO", .symlink)],
            [(".PKGINFO", .file), ("etc/", .directory)], [(".PKGINFO", .file), (".a/b", .file)], [],
        ] {
            #expect(problemCode { _ = try ApkControl(member(entries), fileSize: size, place: "a") } == "apk.control")
        }
        let two = member([(".PKGINFO", .file)]) + gzipped([0])
        #expect(problemCode { _ = try ApkControl(two, fileSize: size, place: "a") } == "apk.control")
    }
}
