// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImageSamples
import PlinthReports
import PlinthTestSupport
import Testing

@testable import PlinthInspect

struct AnatomyTests {
    @Test(arguments: [
        ("usr/lib/x86_64-linux-gnu/gconv/UTF-16.so", "gconv"), ("usr/lib64/gconv/UTF-16.so", "gconv"),
        ("lib/gconv/UTF-16.so", "gconv"), ("usr/share/i18n/charmaps/x.gz", "locale sources"),
        ("usr/lib/locale/C.utf8/LC_CTYPE", "locales"), ("usr/share/locale/de/x.mo", "locales"),
        ("var/lib/rpm/rpmdb.sqlite", "package database"), ("lib/apk/db/installed", "package database"),
        ("var/lib/apt/lists/x_Packages", "package lists"), ("usr/share/zoneinfo/UTC", "time zones"),
        ("usr/local/lib/python3.12/os.py", "Python"), ("usr/bin/python3.13", "Python"),
        ("usr/lib/python3/dist-packages/x.py", "Python"), ("usr/lib/x86_64-linux-gnu/perl/5.40/X.pm", "Perl"),
        ("usr/lib/systemd/systemd", "systemd"), ("usr/bin/systemctl", "systemd"), ("usr/bin/kubectl", "programs"),
        ("lib64/ld-linux-x86-64.so.2", "C library"), ("lib/ld-musl-x86_64.so.1", "C library"),
        ("usr/sbin/ldconfig", "C library"), ("usr/lib/libcurl.so.4.8.0", "shared libraries"),
        ("usr/lib/firmware/x.bin", "firmware"), ("etc/ssl/certs/ca-certificates.crt", "certificates"),
        ("etc/hosts", "configuration"), ("usr/sbin/nologin", "programs"), ("opt/app/main", "application"),
        ("srv/www/index.html", "application"), ("lib", "application"), ("usr/share/cracklib/words.pwd", "cracklib"),
        ("sbin/apk", "package manager"), ("usr/lib/x86_64-linux-gnu/libssl.so.3", "cryptography"),
        ("home/me/.cache/x", "caches"), ("home/me/x", "application"), ("usr/share/misc/magic.mgc", "MIME data"),
    ])
    func purpose(_ path: String, _ expected: String) {
        let rule = AnatomyPath(Array(path.utf8)[...]).rule ?? AnatomyTable.rules.count
        #expect(AnatomyTable.purpose(rule).name == expected)
    }

    @Test func everythingOnceAndNothingTwice() async throws {
        let platform = try await Sample(layers: [
            [
                .file("bin/[", "12345", mode: 0o755), .hardLink("bin/busybox", to: "bin/["),
                .file("usr/bin/app", "1234567", mode: 0o755), .file("etc/hosts", "1"), .file("srv/data", "123"),
                .symlink("srv/link", to: "data"),
            ], [.file("etc/hosts", "12")],
        ]).report(anatomy: true).platforms[0]
        let anatomy = try #require(platform.anatomy)
        #expect(
            anatomy.map { "\($0.name) \($0.size.bytes) \($0.files)" } == [
                "application 10 2", "BusyBox 5 1", "configuration 2 1",
            ])
        #expect(platform.size.content.bytes == 17)
        #expect(platform.size.wasted.bytes == 1)
        #expect(platform.layers[0].wasted.map(\.cause) == ["overwritten"])
        #expect(platform.layers[0].wasted[0].largest.map(\.path) == ["/etc/hosts"])
        #expect(platform.layers[0].wasted[0].largest.map(\.byLayer) == [2])
    }

    @Test func purposesFitTheTable() {
        for rule in AnatomyTable.rules {
            #expect(rule.purpose.name.count <= 19, "\(rule.purpose.name)")
            #expect(rule.purpose.why.count <= 40, "\(rule.purpose.why)")
        }
        #expect(Set(AnatomyTable.rules.map(\.purpose.name)).count == AnatomyTable.rules.count)
    }
}
