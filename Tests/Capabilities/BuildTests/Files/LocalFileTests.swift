// SPDX-License-Identifier: Apache-2.0
import PlinthArchive
import PlinthCore
import PlinthFetch
import PlinthImage
import PlinthOCI
import PlinthReports
import PlinthTestSupport
import SystemPackage
import Testing

@testable import PlinthBuild

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Files, directories and archives of this machine, and files of other images, as they lie in the image.
struct LocalFileTests {
    @Test func `a file, its owner and permissions`() async throws {
        try await FilesBench.with { bench in
            try bench.write("hello", "hi\n", mode: 0o700)
            try bench.write("conf/a.conf", "x\n", mode: 0o666)
            let report = try await bench.build([
                "source: hello, path: /usr/bin/", "source: conf/a.conf, path: /etc/b.conf",
                "source: hello, path: s, permissions: 0o4711, uid: 5, gid: 6",
            ])
            #expect(
                try bench.lines() == [
                    "0755 etc/ @0", "0755 usr/ @0", "0755 usr/bin/ @0", "0755 usr/bin/hello “hi” @0",
                    "0644 etc/b.conf “x” @0", "4711 s “hi” 5:6 @0",
                ])
            #expect(report.platforms[0].files.map(\.path) == ["/usr/bin/hello", "/etc/b.conf", "/s"])
            #expect(report.platforms[0].files[0].digest == Digest.of(Array("hi\n".utf8)))
            #expect(report.created == "1970-01-01T00:00:00Z")
        }
    }

    @Test func `a directory, whatever its times and permissions are`() async throws {
        try await FilesBench.with { bench in
            try bench.write("site/index.html", "<p>", mode: 0o600)
            try bench.write("site/bin/run", "#!", mode: 0o711)
            try bench.write("site/a-b", "", mode: 0o444)
            try makeDirectories(bench.path("site/empty"))
            symlink("../bin/run", bench.path("site/empty/link").string)
            link(bench.path("site/index.html").string, bench.path("site/second.html").string)
            let first = try await bench.build(["source: site, path: /srv/www"])
            let lines = [
                "0755 srv/ @0", "0755 srv/www/ @0", "0755 srv/www/bin/ @0", "0755 srv/www/empty/ @0",
                "0644 srv/www/a-b “” @0", "0755 srv/www/bin/run “#!” @0", "0777 srv/www/empty/link -> ../bin/run @0",
                "0644 srv/www/index.html “<p>” @0", "0644 srv/www/second.html “<p>” @0",
            ]
            #expect(try bench.lines() == lines)
            // The same content elsewhere, newer, with other permissions and without the second name's link.
            removeTree(bench.path("site/second.html"))
            try bench.write("site/second.html", "<p>", mode: 0o640)
            chmod(bench.path("site").string, 0o700)
            removeTree(bench.store.home)
            #expect(try await bench.build(["source: site, path: /srv/www"], verify: true).digest == first.digest)
            // With permissions and owners said, directories can be entered.
            try await bench.build(["source: site, path: /srv/www, permissions: 0640, uid: 7, gid: 0"])
            #expect(try bench.lines().contains("0750 srv/www/bin/ 7:0 @0"))
            #expect(try bench.lines().contains("0640 srv/www/bin/run “#!” 7:0 @0"))
            #expect(try bench.lines().contains("0777 srv/www/empty/link -> ../bin/run 7:0 @0"))
        }
    }

    static let archive: [TestFile] = [
        TestFile("top/set", .file([65]), mode: 0o4755, user: 3, group: 4, modified: 1_600_000_000),
        .hardLink("top/z", to: "top/set"), .hardLink("top/b", to: "top/set"), .symlink("l", to: "/etc"),
        TestFile("dev/null", .characterDevice(major: 1, minor: 3)), TestFile("pipe", .fifo, mode: 0o600),
    ]

    @Test(arguments: TestCompression.allCases.filter(\.isAvailable))
    func `an archive of any compression`(_ compression: TestCompression) async throws {
        try await FilesBench.with { bench in
            let bytes = try compression.compress(TestTar.archive(Self.archive))
            try writeFile(bench.path("a.tar"), bytes)
            let report = try await bench.build(
                ["source: a.tar, path: /, type: tar, digest: '\(Digest.of(bytes))'"], verify: true)
            #expect(
                try bench.lines() == [
                    "0755 dev/", "0755 top/", "0777 l -> /etc", "0600 pipe fifo",
                    "4755 top/b “A” @1600000000", "4755 top/set == top/b @1600000000",
                    "4755 top/z == top/b @1600000000",
                ])
            #expect(report.created == "2023-11-14T22:13:20Z")
            #expect(
                report.platforms[0].effects.flatMap(\.notes) == [
                    "the device /dev/null was left out: the runtime brings devices"
                ])
            try await bench.build(["source: a.tar, path: /opt/x, type: tar, keep-owners: true"])
            #expect(try bench.lines().contains("4755 opt/x/top/b “A” 3:4 @1600000000"))
        }
    }

    @Test func `what a later file takes from an earlier one`() async throws {
        try await FilesBench.with { bench in
            try writeFile(bench.path("a.tar"), TestTar.archive(Self.archive))
            try bench.write("new", "new")
            try await bench.build(["source: a.tar, path: /, type: tar", "source: new, path: /top/b"], verify: true)
            let lines = try bench.lines()
            #expect(lines.contains("0644 top/b “new” @0"))
            #expect(lines.contains("4755 top/set “A” @1600000000"))
            #expect(lines.contains("4755 top/z “A” @1600000000"))
            #expect(!lines.contains("4755 top/b “A” @1600000000"))
        }
    }

    @Test func `a file of another image, links followed within it`() async throws {
        try await FilesBench.with { bench in
            try writeFile(bench.path("a.tar"), TestTar.archive(Self.archive + [.symlink("etc", to: "top")]))
            let base = try await bench.build(["source: a.tar, path: /, type: tar, keep-owners: true"], to: "base")
            let digest = try #require(base.digest)
            let from = "from: oci:base, digest: '\(digest)'"
            try await bench.build(
                ["\(from), source: l/set, path: /bin/", "\(from), source: /top, path: /all, keep-owners: true"],
                verify: true)
            #expect(
                try bench.lines() == [
                    "0755 all/", "0755 bin/", "4755 bin/set “A” @1600000000", "4755 all/b “A” 3:4 @1600000000",
                    "4755 all/set == all/b 3:4 @1600000000", "4755 all/z == all/b 3:4 @1600000000",
                ])
        }
    }

    @Test func `what is not as the recipe says`() async throws {
        try await FilesBench.with { bench in
            try bench.write("hello", "hi\n")
            try bench.write("dir/.wh.x", "")
            try writeFile(bench.path("a.tar"), TestTar.archive(Self.archive))
            try writeFile(bench.path("up.tar"), TestTar.archive([TestFile("x", .file([65]), archiveName: "../x")]))
            try await bench.build(["source: hello, path: /hello"], to: "base")
            let other = "digest: '\(Digest.of([1]))'"
            for (files, expected) in [
                (["source: missing, path: /a"], "files.missing"), (["source: dir/.wh.x, path: /"], "files.root"),
                (["source: dir, path: /a"], "files.path"), (["source: dir/.wh.x, path: /a/"], "files.path"),
                (["source: hello, path: /a, \(other)"], "files.digest"),
                (["source: a.tar, path: /a, type: tar, \(other)"], "files.digest"),
                (["source: dir, path: /a, \(other)"], "files.digest"),
                (["from: oci:base, source: /hello, path: /a, \(other)"], "files.digest"),
                (["from: dir:dir, source: /, path: /a, \(other)"], "files.digest"),
                (["from: oci:base, source: /helo, path: /a"], "files.missing"),
                (["from: none, source: /hello, path: /a"], "image.missing"),
                (["from: oci:none, source: /hello, path: /a"], "image.missing"),
                (["source: dir, path: /a, type: file"], "files.kind"),
                (["source: hello, path: /a, type: directory"], "files.kind"),
                (["source: dir, path: /a, type: tar"], "files.kind"),
                (["source: up.tar, path: /a, type: tar"], "layer.leavesTree"),
                (["source: hello, path: /a", "source: hello, path: /a/b"], "paths.occupied"),
                (["source: hello, path: /a/b", "source: hello, path: /a"], "paths.occupied"),
                (["source: a.tar, path: /, type: tar", "source: hello, path: /l/x"], "paths.occupied"),
            ] {
                #expect(await awaitedCode { try await bench.build(files) } == expected, "\(files)")
            }
            bench.architectures = ["arm64"]
            let from = ["from: oci:base, source: /hello, path: /a"]
            #expect(await awaitedCode { try await bench.build(from) } == "image.noSuchPlatform")
        }
    }

    /// `bin` is a link to `usr/bin`, as in every Debian: what goes below the one lies below the other.
    @Test func `files go where links lead`() async throws {
        try await FilesBench.with { bench in
            try writeFile(
                bench.path("a.tar"),
                TestTar.archive([.file("bin/x", "x"), .hardLink("bin/y", to: "bin/x"), .file("usr/bin/x", "later")]))
            let recipe = """
                profile: scratch
                paths:
                  - {path: /usr/bin, type: directory}
                  - {path: /bin, type: symlink, source: usr/bin}
                  - {path: /usr/bin, type: permissions, permissions: 0o500, recursive: true}
                files:
                  - {source: a.tar, path: /, type: tar}
                """
            let first = try await bench.build(recipe, true)
            #expect(
                try bench.lines() == [
                    "0755 usr/", "0500 usr/bin/", "0777 bin -> usr/bin", "0500 usr/bin/x “later”", "0500 usr/bin/y “x”",
                ])
            removeTree(bench.store.home.appending("layers"))
            #expect(try await bench.build(recipe).digest == first.digest)
        }
    }

    @Test func `a dynamic program without its loader`() async throws {
        try await FilesBench.with { bench in
            var object = ObjectSpec(shape: .init(is64: true, isLittleEndian: true), type: 3, machine: 62)
            object.interpreter = "/lib64/ld-linux-x86-64.so.2"
            object.needed = ["libc.so.6"]
            try writeFile(bench.path("app"), object.bytes, mode: 0o755)
            let report = try await bench.build(["source: app, path: /app"], "entrypoint: /app")
            #expect(
                report.platforms[0].effects.flatMap(\.notes) == [
                    "/app is linked dynamically and cannot start: the image does not have "
                        + "/lib64/ld-linux-x86-64.so.2: link it statically, or add libc6"
                ])
        }
    }

    /// Permissions and times of a root file system are taken over, so they are part of what it is known by.
    @Test func `a root file system with other permissions is another one`() async throws {
        try await FilesBench.with { bench in
            try bench.write("root/bin/x", "x", mode: 0o700)
            let from = ["from: dir:root, source: /bin, path: /b"]
            let first = try await bench.build(from)
            try bench.write("root/bin/x", "x", mode: 0o711)
            #expect(try await bench.build(from).digest != first.digest)
            #expect(try bench.lines().contains { $0.hasPrefix("0711 b/x “x”") })
        }
    }

    /// Everything of a large directory is given to somebody: nothing of it has to fit into memory.
    @Test func `files that paths change`() async throws {
        try await FilesBench.with { bench in
            try bench.write("d/a", String(repeating: "a", count: 3_000_000))
            try bench.write("d/b", "b")
            let report = try await bench.build(["source: d, path: /d"], "writable: [/d]\naccounts: {run-as: 7}")
            let lines = try bench.lines()
            #expect(
                lines.filter { $0.contains(" d") }.map { String($0.prefix(9)) } == [
                    "0775 d/ 7", "0664 d/a ", "0664 d/b ",
                ])
            #expect(report.platforms[0].layers[0].unpacked.bytes > 3_000_000)
            let zstd = try await bench.build(
                ["source: d, path: /d"], "compression: zstd\naccounts: {run-as: 7}\nwritable: [/d]")
            #expect(zstd.platforms[0].layers[0].diffID == report.platforms[0].layers[0].diffID)
        }
    }

    @Test func `accounts where they are asked for`() async throws {
        try await FilesBench.with { bench in
            try bench.write("hello", "hi\n")
            let files = ["source: hello, path: /hello"]
            try await bench.build(files, "accounts: {run-as: 65532}")
            #expect(try bench.lines() == ["0644 hello “hi” @0"])
            try await bench.build(files, "accounts: {run-as: nonroot}")
            let lines = try bench.lines()
            #expect(lines.contains("0700 home/nonroot/ 65532:65532 @0"))
            #expect(lines.contains { $0.hasPrefix("0644 etc/passwd ") })
            let image = try StoredImage.open(ImageDestination(parsing: "oci:\(bench.path("out"))"))
            #expect(image.platforms[0].config.config?.user == "65532")
        }
    }

    @Test func `the bill of materials names the files`() async throws {
        try await FilesBench.with { bench in
            try bench.write("hello", "hi\n")
            try await bench.build(["source: hello, path: /usr/bin/"])
            let bill = String(decoding: try readFile(bench.path("out.spdx.json")), as: UTF8.self)
            #expect(bill.contains("\"name\" : \"/usr/bin/hello\""))
            #expect(bill.contains("\"checksumValue\" : \"\(Digest.of(Array("hi\n".utf8)).hex)\""))
            #expect(bill.contains("\"sourceInfo\" : \"copied from hello\""))
            #expect(!bill.contains("OPERATING-SYSTEM"))
        }
    }
}
