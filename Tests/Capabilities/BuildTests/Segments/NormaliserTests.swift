// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage
import PlinthTestSupport
import SystemPackage
import Testing

@testable import PlinthBuild

/// What becomes of a package: whole packages in, whole listings out.
struct NormaliserTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        var policy = NormalisationPolicy.plain
        let files: [TestFile]
        let lines: [String]
    }

    static let cases: [Case] = [
        Case(
            testDescription: "entries are sorted depth first, bytewise by name",
            files: [
                .file("etc/b", "2"), .file("etc/a0", "0"), .file("etc/a/x", "x"), .file("etc/a-b", "-"),
                .file("etc/a.b", "."), .file("etc/B", "B"),
            ],
            lines: [
                "0755 etc/", "0644 etc/B “B”", "0755 etc/a/", "0644 etc/a/x “x”", "0644 etc/a-b “-”",
                "0644 etc/a.b “.”", "0644 etc/a0 “0”", "0644 etc/b “2”",
            ]),
        Case(
            testDescription: "the first of several names carries the content",
            files: [
                .file("usr/bin/zcat", "program", mode: 0o755), .hardLink("usr/bin/gunzip", to: "usr/bin/zcat"),
                .hardLink("usr/bin/uncompress", to: "usr/bin/gunzip"),
            ],
            lines: [
                "0755 usr/", "0755 usr/bin/", "0755 usr/bin/gunzip “program”",
                "0755 usr/bin/uncompress == usr/bin/gunzip", "0755 usr/bin/zcat == usr/bin/gunzip",
            ]),
        Case(
            testDescription: "empty files are never links, and never swallow the file behind them",
            files: [
                .file("a/empty", ""), .file("a/full", "content"), .hardLink("a/link", to: "a/empty"),
                .file("a/z", ""),
            ],
            lines: ["0755 a/", "0644 a/empty “”", "0644 a/full “content”", "0644 a/link “”", "0644 a/z “”"]),
        Case(
            testDescription: "/bin, /sbin and /lib* move below /usr, hard links and their targets too",
            files: [
                .file("bin/sh", "shell", mode: 0o755), .hardLink("usr/bin/dash", to: "bin/sh"),
                .hardLink("bin/ash", to: "usr/bin/dash"), .file("sbin/init", "init", mode: 0o755),
                .file("lib/x86_64-linux-gnu/libc.so.6", "c"), .file("lib32/a", "32"), .file("libx32/a", "x"),
                .symlink("lib64/ld.so", to: "/lib/x86_64-linux-gnu/ld.so"), .file("library/x", "stays"),
                .file("opt/bin/x", "stays"),
            ],
            lines: [
                "0755 library/", "0644 library/x “stays”", "0755 opt/", "0755 opt/bin/", "0644 opt/bin/x “stays”",
                "0755 usr/", "0755 usr/bin/", "0755 usr/bin/ash “shell”", "0755 usr/bin/dash == usr/bin/ash",
                "0755 usr/bin/sh == usr/bin/ash", "0755 usr/lib/", "0755 usr/lib/x86_64-linux-gnu/",
                "0644 usr/lib/x86_64-linux-gnu/libc.so.6 “c”", "0755 usr/lib32/", "0644 usr/lib32/a “32”",
                "0755 usr/lib64/", "0777 usr/lib64/ld.so -> /lib/x86_64-linux-gnu/ld.so", "0755 usr/libx32/",
                "0644 usr/libx32/a “x”", "0755 usr/sbin/", "0755 usr/sbin/init “init”",
            ]),
        Case(
            testDescription: "base-files' own links stay at the root",
            files: [
                .symlink("bin", to: "usr/bin"), .symlink("lib64", to: "usr/lib64"), .directory("usr/bin"),
                .directory("usr/lib64"),
            ],
            lines: [
                "0777 bin -> usr/bin", "0777 lib64 -> usr/lib64", "0755 usr/", "0755 usr/bin/", "0755 usr/lib64/",
            ]),
        Case(
            testDescription: "special mode bits and owners stay",
            files: [
                .directory("tmp", mode: 0o1777), TestFile("var/local", .directory, mode: 0o2775, group: 50),
                TestFile("usr/bin/sudo", .file([1]), mode: 0o4755),
                TestFile("usr/bin/crontab", .file([2]), mode: 0o2755, group: 101),
                TestFile("var/lib/x", .directory, mode: 0o700, user: 2_000_000, group: 65_534),
            ],
            lines: [
                "1777 tmp/", "0755 usr/", "0755 usr/bin/", "2755 usr/bin/crontab 1 bytes dbc1b4c9 0:101",
                "4755 usr/bin/sudo 1 bytes 4bf5122f", "0755 var/", "0755 var/lib/", "0700 var/lib/x/ 2000000:65534",
                "2775 var/local/ 0:50",
            ]),
        Case(
            testDescription: "times are clamped, earlier ones stay",
            policy: NormalisationPolicy(mergesUsr: true, dropsDocumentation: false, clamp: 1_600_000_000, level: 6),
            files: [
                TestFile("a", .directory, modified: 1_500_000_000),
                TestFile("a/new", .file([65]), modified: 1_700_000_000),
                TestFile("a/old", .file([65]), modified: 0),
                TestFile("a/same", .symlink("new"), modified: 1_600_000_000),
            ],
            lines: [
                "0755 a/ @1500000000", "0644 a/new “A” @1600000000", "0644 a/old “A” @0",
                "0777 a/same -> new @1600000000",
            ]),
        Case(
            testDescription: "documentation goes, copyright files and what leads to them stay",
            policy: .undocumented,
            files: [
                .file("usr/share/doc/tool/copyright", "MIT"), .file("usr/share/doc/tool/README.gz", "r"),
                .file("usr/share/doc/tool/examples/copyright", "e"), .symlink("usr/share/doc/libtool1", to: "tool"),
                .file("usr/share/doc/tool/copyright.old", "o"), .file("usr/share/man/man1/tool.1.gz", "m"),
                .file("usr/share/locale/de/LC_MESSAGES/tool.mo", "l"), .file("usr/share/info/tool.info.gz", "i"),
                .file("usr/share/lintian/overrides/tool", "o"), .file("usr/share/documents/x", "stays"),
                .file("usr/share/manual/x", "stays"), .file("usr/lib/tool/doc/README", "stays"),
            ],
            lines: [
                "0755 usr/", "0755 usr/lib/", "0755 usr/lib/tool/", "0755 usr/lib/tool/doc/",
                "0644 usr/lib/tool/doc/README “stays”", "0755 usr/share/", "0755 usr/share/doc/",
                "0777 usr/share/doc/libtool1 -> tool", "0755 usr/share/doc/tool/",
                "0644 usr/share/doc/tool/copyright “MIT”", "0755 usr/share/documents/",
                "0644 usr/share/documents/x “stays”", "0755 usr/share/info/", "0755 usr/share/lintian/",
                "0755 usr/share/locale/", "0755 usr/share/man/", "0755 usr/share/manual/",
                "0644 usr/share/manual/x “stays”",
            ]),
        Case(
            testDescription: "a link to a file that stays out becomes the file",
            policy: .undocumented,
            files: [
                .file("usr/share/doc/tool/example", "text"),
                .hardLink("usr/lib/tool/example", to: "usr/share/doc/tool/example"),
            ],
            lines: [
                "0755 usr/", "0755 usr/lib/", "0755 usr/lib/tool/", "0644 usr/lib/tool/example “text”",
                "0755 usr/share/", "0755 usr/share/doc/", "0755 usr/share/doc/tool/",
            ]),
        Case(
            testDescription: "of one path twice the last stays, whatever kind the first was",
            files: [
                .file("a/x", "first"), .file("a/x", "second"), .hardLink("a/y", to: "a/x"), .file("a/y", "third"),
                .symlink("a/z", to: "x"), .file("a/z", "fourth"),
            ],
            lines: ["0755 a/", "0644 a/x “second”", "0644 a/y “third”", "0644 a/z “fourth”"]),
        Case(
            testDescription: "a hard link keeps the content its target had when it was made",
            files: [.file("a/x", "first"), .hardLink("a/y", to: "a/x"), .file("a/x", "second")],
            lines: ["0755 a/", "0644 a/x “second”", "0644 a/y “first”"]),
        Case(
            testDescription: "names with and without ./ and with a slash in front mean the same",
            files: [
                TestFile("a", .directory, archiveName: "a/"), TestFile("a/x", .file([65]), archiveName: "a/x"),
                TestFile("a/y", .file([66]), archiveName: "/a/y"),
                TestFile("a/z", .file([67]), archiveName: ".//a/./z"),
            ],
            lines: ["0755 a/", "0644 a/x “A”", "0644 a/y “B”", "0644 a/z “C”"]),
        Case(
            testDescription: "devices and pipes",
            files: [TestFile("dev/null", .characterDevice(major: 1, minor: 3), mode: 0o666), TestFile("run/p", .fifo)],
            lines: ["0755 dev/", "0666 dev/null character 1,3", "0755 run/", "0644 run/p fifo"]),
        Case(
            testDescription: "names that are odd, long or not ASCII",
            files: [
                .file("a/with space", "1"), .file("a/ümlaut", "2"), .file("a/-dash", "3"),
                .file("a/" + String(repeating: "n", count: 200), "4"),
                .symlink("a/long", to: String(repeating: "t/", count: 100)),
            ],
            lines: [
                "0755 a/", "0644 a/-dash “3”", "0777 a/long -> " + String(repeating: "t/", count: 100),
                "0644 a/" + String(repeating: "n", count: 200) + " “4”", "0644 a/with space “1”", "0644 a/ümlaut “2”",
            ]),
    ]

    @Test(arguments: cases)
    func becomes(_ item: Case) throws {
        try PackageBench.with { bench in
            let segment = try bench.segment(TestPackage("sample", files: item.files), item.policy)
            #expect(try segment.lines() == item.lines)
            let tar = try segment.tarLines()
            #expect(tar == item.lines.filter { $0.contains(" -> ") || !$0.hasSuffix("/") && !$0.contains("/ ") })
        }
    }

    @Test(arguments: ["../etc/passwd", "a/../../etc/passwd", "a/..", "a/\u{1}b", "a/\u{7f}"])
    func hostileName(_ name: String) throws {
        let package = TestPackage("evil", files: [TestFile("x", .file([1]), archiveName: name)])
        try PackageBench.with { bench in #expect(code { try bench.segment(package) } == "package.path") }
    }

    @Test func componentTooLong() throws {
        let name = String(repeating: "n", count: 256)
        try PackageBench.with { bench in
            #expect(
                code { try bench.segment(deb: TestPackage.plainDeb("evil", files: [.directory(name)])) }
                    == "package.path")
        }
    }

    @Test(arguments: ["../../etc/shadow", "a/missing", "a", "a/link", "a/self"])
    func hardLinkToNoFile(_ target: String) throws {
        let package = TestPackage(
            "evil",
            files: [.directory("a"), .symlink("a/link", to: "b"), .hardLink("a/self", to: target), .file("a/late", "")])
        let expected = target.hasPrefix("..") ? "package.path" : "package.hardLink"
        try PackageBench.with { bench in #expect(code { try bench.segment(package) } == expected) }
    }

    @Test func hardLinkToLaterFile() throws {
        let package = TestPackage("evil", files: [.hardLink("a/x", to: "a/y"), .file("a/y", "late")])
        try PackageBench.with { bench in #expect(code { try bench.segment(package) } == "package.hardLink") }
    }

    @Test(arguments: [TestFile.symlink("a/link", to: "/etc"), .file("a/link", "file"), TestFile("a/link", .fifo)])
    func entryBelowNoDirectory(_ file: TestFile) throws {
        var package = TestPackage("evil", files: [file, .file("a/link-b", "fine"), .file("a/link/x", "below")])
        package.addsParents = false
        try PackageBench.with { bench in #expect(code { try bench.segment(package) } == "package.notDirectory") }
    }

    @Test func controlDataAndSums() throws {
        let package = TestPackage(
            "tool", "2:1.0-1", architecture: "amd64",
            files: [
                TestFile("etc/tool.conf", .file(Array("a=1\n".utf8)), modified: 1_700_000_123),
                .file("lib/tool/data", "data"), .symlink("etc/link.conf", to: "tool.conf"), .file("sbin/tool", ""),
            ],
            scripts: ["postinst": "#!/bin/sh\n"],
            conffiles: ["/etc/tool.conf", "/etc/missing.conf", "/lib/tool/data", "/etc/link.conf"])
        try PackageBench.with { bench in
            let table = try bench.segment(package).table
            #expect(table.package == "tool")
            #expect(table.version == "2:1.0-1")
            #expect(table.architecture == "amd64")
            #expect(table.newest == 1_700_000_123)
            #expect(table.control.keys.sorted() == ["conffiles", "control", "md5sums", "postinst"])
            // md5sum of "a=1\n" and of "data".
            #expect(
                table.sums == [
                    "etc/tool.conf": "d5e29449b9e66d5b4bb0d6ce48fbbcb1",
                    "lib/tool/data": "8d777f385d3dfec8815d20f7496026dc",
                ])
            #expect(
                table.entries.filter(\.wasMoved).map(\.path.description) == [
                    "usr/lib", "usr/lib/tool", "usr/lib/tool/data", "usr/sbin", "usr/sbin/tool",
                ])
            #expect(table.dropped.isEmpty)
        }
    }

    @Test func droppedPathsAreKept() throws {
        let files: [TestFile] = [.file("usr/share/man/man1/x.1", "m"), .file("usr/share/doc/x/copyright", "c")]
        try PackageBench.with { bench in
            let table = try bench.segment(TestPackage("x", files: files), .undocumented).table
            #expect(table.dropped.map(\.description) == ["usr/share/man/man1", "usr/share/man/man1/x.1"])
        }
    }

    @Test func packageWithoutFiles() throws {
        try PackageBench.with { bench in
            let segment = try bench.segment(TestPackage("metapackage"))
            #expect(segment.table.entries.isEmpty)
            #expect(segment.table.rawSize == 0)
            #expect(segment.table.members.isEmpty)
            #expect(try segment.stretch().raw.isEmpty)
        }
    }

    @Test func madeOnce() throws {
        try PackageBench.with { bench in
            let package = TestPackage("x", files: [.file("a", "1")])
            let first = try bench.segment(package)
            // The package is not read again: its file is gone.
            let digest = Digest.of(try package.deb())
            let again = try Normaliser(store: bench.store, policy: .plain, open: DebianFamily().open)
                .segment(of: digest, at: "/nowhere/x.deb")
            #expect(first.key == again.key)
            #expect(first.table.encoded() == again.table.encoded())
        }
    }

    @Test(arguments: TestCompression.allCases.filter(\.isAvailable))
    func everyCompressionGivesTheSame(_ compression: TestCompression) throws {
        var package = TestPackage("x", files: [.file("a/b", "content"), .symlink("a/c", to: "b")])
        try PackageBench.with { bench in
            let plain = try bench.segment(package).stretch()
            package.compression = compression
            // dpkg takes bzip2 and lzma for the data alone.
            if compression == .bzip2 || compression == .lzma { return }
            let other = try bench.segment(package).stretch()
            #expect(plain.raw == other.raw)
            #expect(plain.packed == other.packed)
        }
    }

    @Test func keysTellPoliciesApart() {
        let one = Digest.of([1])
        let policies = [true, false].flatMap { usr in
            [true, false].flatMap { docs in
                [nil, 0, 1].flatMap { clamp in
                    [1, 6].map { level in
                        NormalisationPolicy(mergesUsr: usr, dropsDocumentation: docs, clamp: clamp, level: level)
                    }
                }
            }
        }
        let keys = policies.flatMap { [$0.key(of: one), $0.key(of: Digest.of([2]))] }
        #expect(Set(keys).count == 48)
    }
}
