// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthOCI
import PlinthReports
import PlinthTestSupport
import Testing

@testable import PlinthInventory

struct SystemFactsTests {
    static let release = TestFile.file("etc/os-release", "ID=debian\nVERSION_ID=\"11\"\nPRETTY_NAME=\"Debian 11\"\n")
    static let busyBox = TestFile.file("bin/busybox", "…BusyBox v1.36.1 (2024-01-01)", mode: 0o755)

    @Test(
        arguments: [
            ([], SystemReport.Family.scratch), ([release], .debian), ([.file("lib/apk/db/installed", "")], .alpine),
            ([.file("var/lib/rpm/rpmdb.sqlite", "x")], .rpm), ([.file("usr/lib/sysimage/rpm/Packages.db", "x")], .rpm),
            ([busyBox], .busybox), ([busyBox, release], .debian), ([.file("bin/bash", "x", mode: 0o755)], .other),
            ([.file("etc/os-release", "ID=gentoo\n")], .other), ([.file("etc/os-release", "ID=wolfi\n")], .alpine),
        ] as [([TestFile], SystemReport.Family)])
    func family(_ files: [TestFile], _ expected: SystemReport.Family) async throws {
        #expect(try await facts(of: files).system.family == expected)
    }

    @Test func support() async throws {
        let ended = try await facts(of: [Self.release]).system.distribution
        #expect(ended?.supportEnds == "2026-08-31")
        #expect(ended?.isSupportOver == true)
        let alive = try await facts(of: [.file("etc/os-release", "ID=alpine\nVERSION_ID=3.23.1\n")]).system.distribution
        #expect(alive?.supportEnds == "2027-11-01")
        #expect(alive?.isSupportOver == false)
        #expect(alive?.name == "alpine 3.23.1")
    }

    @Test func busyBoxLinks() async throws {
        let report = try await facts(of: [
            Self.busyBox, .hardLink("bin/ls", to: "bin/busybox"), .hardLink("usr/bin/env", to: "bin/busybox"),
            .symlink("bin/sh", to: "/bin/busybox"), .symlink("usr/bin/awk", to: "../../bin/busybox"),
            .symlink("usr/bin/else", to: "nowhere"),
        ]).system
        #expect(
            report.busyBox
                == SystemReport.BusyBox(path: "/bin/busybox", version: "1.36.1", hardLinks: 2, symbolicLinks: 2))
        #expect(report.shells == [SystemReport.Shell(path: "/bin/sh", program: "/bin/busybox")])
        #expect(report.packageManagers.isEmpty)
        #expect(!report.isDistroless)
    }

    @Test func mergedUsrShowsEverythingOnce() async throws {
        let report = try await facts(of: [
            .directory("usr/bin"), .symlink("bin", to: "usr/bin"), .file("usr/bin/dash", "x", mode: 0o755),
            .symlink("usr/bin/sh", to: "dash"), .file("usr/bin/apt-get", "x", mode: 0o755),
            .file("usr/bin/dpkg", "x", mode: 0o755),
        ]).system
        #expect(report.shells.map(\.path) == ["/bin/sh", "/bin/dash"])
        #expect(report.shells.map(\.program) == ["/usr/bin/dash", "/usr/bin/dash"])
        #expect(report.packageManagers == ["apt", "dpkg"])
    }

    static let passwd = TestFile.file(
        "etc/passwd", "root:x:0:0:root:/root:/bin/sh\nbad line\nweb:x:33:33::/var/www:/usr/sbin/nologin\n")

    @Test(
        arguments: [
            ("", 0, "root"), ("root", 0, "root"), ("0", 0, "root"), ("web", 33, "web"), ("33:44", 33, "web"),
            ("web:web", 33, "web"), ("65532", 65532, nil), ("nobody", nil, nil),
        ] as [(String, UInt32?, String?)])
    func runsAs(_ user: String, _ number: UInt32?, _ name: String?) async throws {
        var runtime = RuntimeConfig()
        runtime.user = user
        let report = try await facts(of: [Self.passwd], runtime).system
        #expect(report.accounts.map(\.name) == ["root", "web"])
        #expect(report.runsAs == SystemReport.RunsAs(user: user, number: number, name: name))
        #expect(report.runsAs.isRoot == (number == 0))
    }

    @Test func privileges() async throws {
        let report = try await facts(of: [
            TestFile("usr/bin/su", .file([1]), mode: 0o4755),
            TestFile("usr/bin/wall", .file([1]), mode: 0o2755, group: 5),
            TestFile("var/mail", .directory, mode: 0o2775), .file("usr/bin/ls", "x", mode: 0o755),
        ]).system
        #expect(
            report.privileged.map { "\($0.path) \($0.mode) \($0.group)" } == [
                "/usr/bin/su 4755 0", "/usr/bin/wall 2755 5",
            ])
    }

    @Test func certificatesAndTimeZones() async throws {
        let one = "-----BEGIN CERTIFICATE-----\nAA\n-----END CERTIFICATE-----\n"
        let report = try await facts(of: [
            .file("etc/ssl/certs/ca-certificates.crt", one + one + one),
            .symlink("etc/ssl/cert.pem", to: "certs/ca-certificates.crt"),
            .file("usr/share/zoneinfo/Europe/Berlin", "TZif"), .file("usr/share/zoneinfo/UTC", "TZif"),
            .file("usr/share/zoneinfo/posix/UTC", "TZif"), .file("usr/share/zoneinfo/tzdata.zi", "x"),
            .symlink("etc/localtime", to: "/usr/share/zoneinfo/Europe/Berlin"),
        ]).system
        #expect(report.certificates == SystemReport.Certificates(path: "/etc/ssl/certs/ca-certificates.crt", count: 3))
        #expect(report.timeZones == SystemReport.TimeZones(zones: 2, local: "Europe/Berlin"))
    }

    @Test(arguments: [
        ("lib/ld-musl-x86_64.so.1", "x\u{0}1.2.3.4\u{0}1.2.5\u{0}", "musl 1.2.5"),
        ("lib/libuClibc-0.9.33.2.so", "x", "uclibc 0.9.33.2"),
        (
            "usr/lib64/libc.so.6", "\u{0}GNU C Library (GNU libc) stable release version 2.34.\nCopyright",
            "glibc 2.34 GNU libc"
        ),
        ("lib/libc-2.19.so", "GNU C Library (X) development release version 2.19, by", "glibc 2.19 X"),
        ("lib/ld-musl-s390x.so.1", "nothing", "musl ?"), ("etc/libc.conf", "x", "none"),
    ])
    func cLibrary(_ path: String, _ content: String, _ expected: String) async throws {
        let found = try await facts(of: [.file(path, content)]).system.cLibrary
        let text = found.map { "\($0.kind.rawValue) \($0.version ?? "?")" + ($0.build.map { " \($0)" } ?? "") }
        #expect(text ?? "none" == expected)
    }

    @Test func entryProgram() async throws {
        var runtime = RuntimeConfig()
        runtime.entrypoint = ["run"]
        runtime.environment = ["PATH=/opt/bin:/usr/bin"]
        let script = try await facts(of: [.file("usr/bin/run", "#! /bin/sh -e\n", mode: 0o755)], runtime).system.program
        #expect(script == SystemReport.Program(path: "/usr/bin/run", kind: .script, interpreter: "/bin/sh -e"))
        let missing = try await facts(of: [Self.release], runtime).system.program
        #expect(missing == SystemReport.Program(path: "/opt/bin/run", kind: .missing))
        runtime.entrypoint = ["/usr/bin/python3"]
        let link = try await facts(
            of: [.file("usr/bin/python3.13", "\u{7f}ELF?"), .symlink("usr/bin/python3", to: "python3.13")], runtime)
        #expect(link.system.program == SystemReport.Program(path: "/usr/bin/python3", kind: .other))
        #expect(try await facts(of: [Self.release]).system.program == nil)
    }

    @Test func packagesOfEveryFamily() async throws {
        let report = try await facts(of: [
            .file("lib/apk/db/installed", "P:b\nV:2\nA:x86_64\n\n"), .file("var/lib/rpm/rpmdb.sqlite", "x"),
            .file("var/lib/dpkg/status.d/a", "Package: a\nVersion: 1\nArchitecture: all\n"),
        ]).packages
        #expect(report.list.map { "\($0.name) \($0.version)" } == ["a 1", "b 2"])
        #expect(report.databases.map(\.kind) == ["dpkg", "apk", "rpm"])
        #expect(report.databases.map(\.isRead) == [true, true, false])
    }
}
