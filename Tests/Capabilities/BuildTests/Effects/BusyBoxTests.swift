// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage
import Testing

@testable import PlinthBuild

/// The commands of a BusyBox that a person named.
struct BusyBoxTests {
    /// The table as it lies in the program.
    static let program = "\u{7f}ELF [\0[[\0ash\0awk\0cat\0ls\0sh\0zcat\0\0/var/log/wtmp\0"

    static func context(_ profile: String = "minimal", named: Set<String> = ["busybox-static"]) -> EffectContext {
        var context = EffectContext(architecture: "amd64", triplet: "", profile: profile)
        context.named = named
        return context
    }

    static let before = [
        "bin -> usr/bin", "usr/bin/", "usr/bin/busybox = \(program)", "usr/bin/awk -> mawk", "usr/sbin/cat = own",
    ]

    @Test func `links for names that nobody has`() throws {
        #expect(
            try SmallTree.added(by: BusyBoxEffect(), to: Self.before, in: Self.context()) == [
                "usr/bin/[ -> busybox", "usr/bin/[[ -> busybox", "usr/bin/ash -> busybox", "usr/bin/ls -> busybox",
                "usr/bin/sh -> busybox", "usr/bin/zcat -> busybox",
            ])
    }

    @Test(arguments: [("full", ["busybox"]), ("slim", ["busybox"]), ("minimal", ["redis-server"]), ("minimal", [])])
    func `none where the system has them or nobody asked`(profile: String, named: [String]) throws {
        let lines = try SmallTree.added(
            by: BusyBoxEffect(), to: Self.before, in: Self.context(profile, named: Set(named)))
        #expect(lines == [])
    }

    @Test func `root gets the shell`() throws {
        let lines = try SmallTree.added(by: AccountsEffect(), to: Self.before, in: Self.context())
        #expect(lines.contains { $0.hasPrefix("etc/passwd = root:x:0:0:root:/root:/bin/sh\n") }, "\(lines)")
    }

    @Test(arguments: [
        "no table", "[\0[[\0ash", "[\0[[\0b\0a\0\0", "[\0[[\0a/b\0\0",
        "[\0[[\0\(String(repeating: "a", count: 40))\0\0",
    ])
    func `a table that cannot be read`(text: String) throws {
        #expect(BusyBoxEffect.commands(Array(text.utf8)) == [])
        var tree = SmallTree.make(["usr/bin/busybox = \(text)"])
        let report = try BusyBoxEffect().apply(to: &tree, in: Self.context())
        #expect(report.changed == [] && report.notes.count == 1)
    }
}
