// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage
import Testing

@testable import PlinthBuild

@Suite struct SkeletonTests {
    private func context(_ architecture: String = "amd64", profile: String = "minimal") -> EffectContext {
        EffectContext(architecture: architecture, triplet: "", profile: profile)
    }

    @Test func makesASystemOutOfNothing() throws {
        #expect(
            try SmallTree.added(by: SkeletonEffect(), to: [], in: context()) == [
                "bin -> usr/bin", "dev/", "etc/", "home/", "lib -> usr/lib", "lib64 -> usr/lib64", "opt/",
                "proc/ [555 0:0]",
                "root/ [700 0:0]", "run/", "run/lock/ [1777 0:0]", "sbin -> usr/sbin", "srv/", "sys/ [555 0:0]",
                "tmp/ [1777 0:0]", "usr/", "usr/bin/", "usr/lib/", "usr/lib64/", "usr/sbin/", "var/", "var/cache/",
                "var/lib/",
                "var/lock -> /run/lock", "var/log/", "var/run -> /run", "var/tmp/ [1777 0:0]",
            ])
    }

    @Test(arguments: [
        ("arm64", []), ("ppc64el", ["lib64"]), ("x32", ["libx32"]), ("s390x", []), ("riscv64", []),
        ("loong64", ["lib64"]),
    ])
    func linksTheLoadersDirectory(_ architecture: String, _ expected: [String]) throws {
        let lines = try SmallTree.added(by: SkeletonEffect(), to: [], in: context(architecture))
        #expect(lines.filter { $0.hasPrefix("lib") && !$0.hasPrefix("lib ") } == expected.map { "\($0) -> usr/\($0)" })
    }

    @Test func leavesWhatPackagesBring() throws {
        let lines = try SmallTree.added(
            by: SkeletonEffect(),
            to: [
                "tmp/ [777 5:5]", "bin -> usr/bin", "lib64/", "var/run/", "var/lock/", "var/lock/x = y", "usr/libx32/",
            ],
            in: context(profile: "full"))
        #expect(!lines.contains { $0.hasPrefix("tmp") || $0.hasPrefix("bin") || $0.hasPrefix("lib64") })
        #expect(lines.contains("libx32 -> usr/libx32"))
        #expect(lines.contains("var/run -> /run"))
        #expect(!lines.contains { $0.hasPrefix("var/lock") })
        #expect(lines.contains("mnt/"))
    }

    @Test func namesTheRelease() throws {
        var context = context()
        context.distribution = DistributionFacts(
            versionID: "13", codename: "trixie", prettyName: "Debian \"13\" $x", pointVersion: "13.1",
            homeURL: "https://example.org/")
        #expect(
            try SmallTree.added(by: ReleaseEffect(), to: [], in: context) == [
                "etc/", "etc/debian_version = 13.1\n", "etc/os-release -> ../usr/lib/os-release", "usr/", "usr/lib/",
                "usr/lib/os-release = PRETTY_NAME=\"Debian \\\"13\\\" \\$x\"\nNAME=\"Debian GNU/Linux\"\nVERSION_ID=\"13\"\n"
                    + "VERSION=\"13 (trixie)\"\nVERSION_CODENAME=trixie\nDEBIAN_VERSION_FULL=13.1\nID=debian\n"
                    + "HOME_URL=\"https://example.org/\"\n",
            ])
        #expect(
            try SmallTree.added(
                by: ReleaseEffect(), to: ["usr/lib/os-release = ID=x\n", "etc/debian_version = 1\n"], in: context
            ) == ["etc/os-release -> ../usr/lib/os-release"])
    }

    @Test func namesServices() throws {
        #expect(
            try SmallTree.added(
                by: NameServiceEffect(), to: ["usr/share/libc-bin/nsswitch.conf = a\n", "etc/hosts = h"], in: context())
                == ["etc/nsswitch.conf = a\n"])
        let lines = try SmallTree.added(by: NameServiceEffect(), to: ["etc/hosts = h"], in: context())
        #expect(lines.count == 1 && lines[0].contains("hosts:          files dns\n"))
        let known = ["etc/nsswitch.conf = b\n"]
        #expect(
            try SmallTree.added(by: NameServiceEffect(), to: known, in: context())
                == ["etc/hosts = 127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n"])
        #expect(try SmallTree.added(by: NameServiceEffect(), to: known, in: context(profile: "full")) == [])
    }

    @Test func setsTheTimeZone() throws {
        var context = context()
        let zones = ["usr/share/zoneinfo/Etc/UTC = u", "usr/share/zoneinfo/Europe/Berlin = b"]
        #expect(try SmallTree.added(by: TimeZoneEffect(), to: zones, in: context) == [])
        let old = "echo \"$TIMEZONE\" > \"$DPKG_ROOT/etc/timezone\"\n"
        context.packages = [EffectPackage(name: "tzdata", version: "1", scripts: ["postinst": Array(old.utf8)])]
        #expect(
            try SmallTree.added(by: TimeZoneEffect(), to: zones, in: context)
                == ["etc/", "etc/localtime -> /usr/share/zoneinfo/Etc/UTC", "etc/timezone = Etc/UTC\n"])
        let new = "if test -f \"$DPKG_ROOT/etc/timezone\"; then " + old
        context.packages[0].scripts["postinst"] = Array(new.utf8)
        context.timeZone = "Europe/Berlin"
        #expect(
            try SmallTree.added(by: TimeZoneEffect(), to: zones, in: context)
                == ["etc/", "etc/localtime -> /usr/share/zoneinfo/Europe/Berlin"])
    }

    @Test(arguments: [("Europe/Berli", "perhaps Europe/Berlin"), ("../../etc/passwd", nil), ("Europe", nil)])
    func refusesUnknownZones(_ zone: String, _ hint: String?) throws {
        var tree = SmallTree.make(["usr/share/zoneinfo/Europe/Berlin = b", "etc/passwd = x"])
        var context = context()
        context.timeZone = zone
        let problem = #expect(throws: Problem.self) { try TimeZoneEffect().apply(to: &tree, in: context) }
        #expect(problem?.code == "timeZone.missing")
        if let hint { #expect(problem?.hints.first == hint) }
    }
}
