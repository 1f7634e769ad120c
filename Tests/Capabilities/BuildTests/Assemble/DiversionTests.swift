// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage
import PlinthTestSupport
import Testing

@testable import PlinthBuild

/// Two packages have the same name, and one of them diverts the other's file.
struct DiversionTests {
    private static let packages = [
        TestPackage(
            "moreutils",
            files: [
                .file("bin/sponge", "s"), .file("usr/bin/parallel", "more"), .symlink("usr/bin/par", to: "parallel"),
                .hardLink("usr/bin/also", to: "usr/bin/parallel"),
            ]),
        TestPackage(
            "parallel",
            files: [.file("usr/bin/parallel", "gnu"), .file("bin/sponge", "gnu"), .file("usr/bin/par", "p")],
            scripts: [
                "preinst": """
                #!/bin/sh
                for name in /usr/bin/parallel /bin/sponge /usr/bin/par; do
                    dpkg-divert --package parallel --divert $name.moreutils --rename $name
                done
                dpkg-divert --package parallel --divert /x --rename /usr/bin/sponge
                """
            ]),
    ]

    private func tree(_ bench: PackageBench, _ form: PackageDatabase.Form) throws -> FileTree {
        let segments = try bench.segments(Self.packages)
        let scripts = segments.map {
            EffectPackage(name: $0.table.package, version: $0.table.version, scripts: $0.table.control)
        }
        let diversions = DiversionTable(Effects.diversions(of: scripts))
        let merge = try TreeMerge(
            segments, rules: DebianMergeRules(segments, diversions: diversions), epoch: 42)
        var tree = PlatformBuilder.tree(of: merge, segments, epoch: 42)
        try PackageDatabase(form: form, diversions: diversions).write(segments, into: &tree)
        return tree
    }

    @Test func landsAtItsOtherName() throws {
        try PackageBench.with { bench in
            let lines = try tree(bench, .statusDirectory).lines().filter { $0.contains(" usr/bin/") }
            #expect(
                lines == [
                    "0755 usr/bin/", "0644 usr/bin/also “more”", "0644 usr/bin/par “p”",
                    "0777 usr/bin/par.moreutils -> parallel", "0644 usr/bin/parallel “gnu”",
                    "0644 usr/bin/parallel.moreutils == usr/bin/also", "0644 usr/bin/sponge “gnu”",
                    "0644 usr/bin/sponge.moreutils “s”",
                ])
        }
    }

    /// dpkg lists what a package has by the package's own names.
    @Test func isListedByItsPackagedName() throws {
        try PackageBench.with { bench in
            let tree = try tree(bench, .full)
            let list = try tree.contents(TreePath("var/lib/dpkg/info/moreutils.list"))
            #expect(
                String(decoding: list, as: UTF8.self).split(separator: "\n").suffix(4) == [
                    "/usr/bin", "/usr/bin/also", "/usr/bin/par", "/usr/bin/parallel",
                ])
            let sums = try tree.contents(TreePath("var/lib/dpkg/info/moreutils.md5sums"))
            let ours = try tree.contents(TreePath("var/lib/dpkg/info/parallel.md5sums"))
            #expect(sums.split(separator: 10).count == 2)
            #expect(Set(sums.split(separator: 10)).isDisjoint(with: ours.split(separator: 10)))
        }
    }
}
