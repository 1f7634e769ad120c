// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage
import Testing

@testable import PlinthBuild

/// Set-up of Alpine's packages that its own programs would do.
struct AlpineSetupTests {
    private static func context(_ scripts: [String: String] = [:], package: String = "busybox") -> EffectContext {
        let scripts = scripts.mapValues { Array($0.utf8) }
        var package = EffectPackage(name: package, version: "1", scripts: scripts)
        package.triggered = ["/bin"]
        return EffectContext(architecture: "x86_64", triplet: "", packages: [package], style: .busyBox)
    }

    private static let authority = SampleCertificate.pem

    /// As `update-ca-certificates` and the `c_rehash` that it runs make them.
    @Test func `certificates as Alpine has them`() throws {
        let before = [
            "usr/share/ca-certificates/mozilla/One_(x).crt = \(Self.authority)",
            "usr/share/ca-certificates/mozilla/Unlisted.crt = no",
            "etc/ca-certificates.conf = # made by the package\nmozilla/One_(x).crt\n!mozilla/Unlisted.crt\n",
            "etc/ssl/certs/ca-certificates.crt = old\n", "usr/local/share/ca-certificates/house = local",
            "usr/local/share/ca-certificates/.hidden = no",
            "etc/ca-certificates/update.d/certhash = #!/bin/sh\n", "etc/ca-certificates/update.d/java = #!/bin/sh\n",
        ]
        var tree = SmallTree.make(before)
        let context = Self.context(
            ["trigger": "#!/bin/sh\nexec /usr/sbin/update-ca-certificates\n"], package: "ca-certificates")
        let report = try CertificatesEffect().apply(to: &tree, in: context)
        #expect(
            try SmallTree.lines(tree).filter { !before.contains($0) && !$0.hasSuffix("/") } == [
                "etc/ssl/certs/\(SampleCertificate.hash).0 -> ca-cert-One_=x=.pem",
                "etc/ssl/certs/ca-cert-One_=x=.pem -> /usr/share/ca-certificates/mozilla/One_(x).crt",
                "etc/ssl/certs/ca-cert-house.pem -> /usr/local/share/ca-certificates/house",
                "etc/ssl/certs/ca-certificates.crt = \(Self.authority)\nlocal\n",
            ])
        #expect(report.notes == ["/etc/ca-certificates/update.d/java was not run"])
        #expect(report.standsIn == [ScriptReference(package: "ca-certificates", script: "trigger")])
        let unexplained = try Effects.applyAll(to: &tree, in: context, [PackageScriptsEffect()]).unexplained
        #expect(unexplained == [])
    }

    @Test func `a bundle alone stays, with the recipe's certificate behind it`() throws {
        var context = Self.context()
        context.certificates = [ExtraCertificate(name: "house", pem: Array(Self.authority.utf8))]
        let added = try SmallTree.added(
            by: CertificatesEffect(), to: ["etc/ssl/certs/ca-certificates.crt = all\n"], in: context)
        #expect(
            added.filter { !$0.hasSuffix("/") } == [
                "etc/ssl/certs/\(SampleCertificate.hash).0 -> ca-cert-house.pem",
                "etc/ssl/certs/ca-cert-house.pem -> /usr/local/share/ca-certificates/house.crt",
                "etc/ssl/certs/ca-certificates.crt = all\n\(Self.authority)\n",
                "usr/local/share/ca-certificates/house.crt = \(Self.authority)",
            ])
    }

    /// As the program has them: paths that end in NUL.
    private static let program =
        "\u{7f}ELF\0/lib/ld-musl-x86_64.so.1\0/bin/bbsuid\0/bin/busybox\0Only root\0"
        + "/bin/mount\0/bin/su\0/usr/bin/passwd\0/usr/bin/vlock\0/sbin/none\0/usr/share/x\0/bin/a b\0/bin/\0"

    private static let trigger = """
        #!/bin/sh
        do_bb_install=
        for i in "$@"; do
            case "$i" in
                /lib/modules/*) true ;;
                *) do_bb_install=yes;;
            esac
        done
        if [ -n "$do_bb_install" ]; then
            [ -e /bin/bbsuid ] && /bin/bbsuid --install
            [ -e /bin/busybox-extras ] && /bin/busybox-extras --install -s
            /bin/busybox --install -s
        fi
        """

    @Test func `commands with root's rights`() throws {
        let before = [
            "bin/bbsuid [4111 0:0] = \(Self.program)", "bin/busybox = b", "usr/bin/", "bin/su -> /bin/busybox",
            "usr/bin/passwd = shadow's", "etc/busybox-paths.d/busybox = bin/su\nbin/ls\nbin/mount\n",
        ]
        let context = Self.context([
            "trigger": Self.trigger, "post-install": "#!/bin/busybox sh\n/bin/busybox --install -s || exit 1\n",
        ])
        var tree = SmallTree.make(before)
        let outcome = PackageScriptsEffect().run(on: &tree, in: context)
        #expect(outcome.unexplained == [] && outcome.report.notes == [])
        #expect(
            try SmallTree.lines(tree).filter { $0.contains(" -> ") } == [
                "bin/ls -> /bin/busybox", "bin/mount -> /bin/bbsuid", "bin/su -> /bin/bbsuid",
                "usr/bin/vlock -> /bin/bbsuid",
            ])
    }

    @Test(arguments: ["no paths\0", "/bin/mount", "\0/bin/\u{e9}\0", ""])
    func `a program that tells no commands`(text: String) {
        #expect(BusyBoxLinks.privileged(Array(text.utf8)) == (text == "/bin/mount" ? [TreePath("bin/mount")] : []))
    }
}
