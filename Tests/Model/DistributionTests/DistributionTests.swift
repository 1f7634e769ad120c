// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthDistribution
import Testing

@Suite struct DistributionTests {
    @Test(arguments: [
        ("debian:trixie", "debian:trixie"), ("debian:13", "debian:trixie"), ("Debian:Trixie", "debian:trixie"),
        ("debian:bookworm", "debian:bookworm"), ("debian:12", "debian:bookworm"), ("debian:11", "debian:bullseye"),
        ("debian:forky", "debian:forky"), ("debian:14", "debian:forky"), ("debian:sid", "debian:sid"),
        ("debian:unstable", "debian:sid"), ("ubuntu:24.04", "ubuntu:24.04"), ("ubuntu:noble", "ubuntu:24.04"),
        ("ubuntu:jammy", "ubuntu:22.04"), ("ubuntu:26.04", "ubuntu:26.04"), ("ubuntu:resolute", "ubuntu:26.04"),
    ])
    func aReleaseHasOneSpellingAndSeveralNames(text: String, name: String) throws {
        #expect(try Distribution.named(text).name == name)
    }

    @Test(arguments: [
        ("debian:stable", "distribution.moving", "today it is debian:trixie: write that"),
        ("debian:testing", "distribution.moving", "today it is debian:forky: write that"),
        ("debian", "distribution.moving", "today it is debian:trixie: write that"),
        ("debian:", "distribution.moving", "today it is debian:trixie: write that"),
        ("ubuntu:latest", "distribution.moving", "today it is ubuntu:26.04: write that"),
        (
            "fedora:42", "distribution.notYet",
            "debian, ubuntu, alpine and wolfi work: try debian:trixie or ubuntu:24.04"
        ),
        ("photon", "distribution.notYet", "debian, ubuntu, alpine and wolfi work: try debian:trixie or ubuntu:24.04"),
        (
            "fedora:42", "distribution.notYet",
            "debian, ubuntu, alpine and wolfi work: try debian:trixie or ubuntu:24.04"
        ),
        ("debian:trixi", "distribution.unknown", "did you mean debian:trixie?"),
        ("debian:bokworm", "distribution.unknown", "did you mean debian:bookworm?"),
        ("ubuntu:nobel", "distribution.unknown", "did you mean ubuntu:noble?"),
        ("debain:trixie", "distribution.unknown", "did you mean debian?"),
        ("trixie", "distribution.unknown", "did you mean debian:trixie?"),
        ("debian:trixie-slim", "distribution.unknown", "write debian:trixie with profile slim"),
        ("debian:13.1", "distribution.unknown", "write debian:trixie; an older state of it is chosen with snapshot"),
        ("", "distribution.unknown", "write it as in debian:trixie or ubuntu:24.04"),
        (":::", "distribution.unknown", "write it as in debian:trixie or ubuntu:24.04"),
    ])
    func otherNamesAreRefusedWithAdvice(text: String, code: String, hint: String) {
        let found = problem { try Distribution.named(text) }
        #expect(found?.code == code)
        #expect(found?.hints.first == hint)
        #expect(found?.kind == .usage)
    }

    @Test func trixiesFacts() throws {
        let trixie = try Distribution.named("debian:13")
        #expect(trixie.family == .debian)
        #expect(trixie.id == "debian")
        #expect(trixie.versionID == "13")
        #expect(trixie.codename == "trixie")
        #expect(trixie.suites.map(\.name) == ["trixie", "trixie-updates", "trixie-security"])
        #expect(trixie.suites.map(\.isSecurity) == [false, false, true])
        #expect(trixie.components == ["main"])
        #expect(
            trixie.architectures == ["amd64", "arm64", "armel", "armhf", "i386", "ppc64el", "riscv64", "s390x"])
        #expect(trixie.isUsrMergedInPackages)
        #expect(trixie.supportEnds == "2030-06-30")
        #expect(trixie.debianVersion == "13")
    }

    @Test(arguments: [
        ("debian:sid", true), ("debian:trixie", true), ("debian:bookworm", false), ("debian:bullseye", false),
        ("ubuntu:26.04", true), ("ubuntu:24.04", true), ("ubuntu:22.04", false),
    ])
    func packagesMergeUsrSinceTrixieAndNoble(name: String, isMerged: Bool) throws {
        #expect(try Distribution.named(name).isUsrMergedInPackages == isMerged)
    }

    @Test func sidHasOneSuiteAndNoNumber() throws {
        let sid = try Distribution.named("debian:sid")
        #expect(sid.suites.map(\.name) == ["sid"])
        #expect(sid.versionID == nil)
        #expect(sid.supportEnds == nil)
        #expect(sid.debianVersion == "forky/sid")
    }

    @Test(arguments: [
        (
            "debian:bookworm",
            """
            PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
            NAME="Debian GNU/Linux"
            VERSION_ID="12"
            VERSION="12 (bookworm)"
            VERSION_CODENAME=bookworm
            ID=debian

            """
        ),
        (
            "debian:trixie",
            """
            PRETTY_NAME="Debian GNU/Linux 13 (trixie)"
            NAME="Debian GNU/Linux"
            VERSION_ID="13"
            VERSION="13 (trixie)"
            VERSION_CODENAME=trixie
            ID=debian

            """
        ),
        (
            "debian:sid",
            """
            PRETTY_NAME="Debian GNU/Linux forky/sid"
            NAME="Debian GNU/Linux"
            VERSION_CODENAME=forky
            ID=debian

            """
        ),
        (
            "ubuntu:24.04",
            """
            PRETTY_NAME="Ubuntu 24.04 LTS"
            NAME="Ubuntu"
            VERSION_ID="24.04"
            VERSION="24.04 LTS (Noble Numbat)"
            VERSION_CODENAME=noble
            ID=ubuntu
            ID_LIKE=debian

            """
        ),
    ])
    func osReleaseIsWhatBaseFilesWrites(name: String, text: String) throws {
        #expect(try Distribution.named(name).osRelease.text == text)
    }

    @Test func osReleaseQuotesWhatAShellWouldRead() {
        let release = OSRelease(id: "x", name: "a \"b\" $c `d` \\", prettyName: "X", homeURL: "https://example.org/")
        let text = #"""
            PRETTY_NAME="X"
            NAME="a \"b\" \$c \`d\` \\"
            ID=x
            HOME_URL="https://example.org/"

            """#
        #expect(release.text == text)
    }

    @Test func everyReleaseAnswersToItsOwnName() throws {
        for release in Distribution.known {
            #expect(try Distribution.named(release.name) == release)
            #expect(release.architectures == release.architectures.sorted())
            for name in release.architectures { #expect(try release.architecture(parsing: name) == name) }
            if !release.family.isApk { #expect(release.suites.first?.name == release.codename) }
        }
    }
}
