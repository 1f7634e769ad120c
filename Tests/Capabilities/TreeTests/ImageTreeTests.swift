// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImageSamples
import PlinthInventory
import PlinthReports
import PlinthTestSupport
import SystemPackage
import Testing

@testable import PlinthTree

struct ImageTreeTests {
    static let sample = Sample(layers: [
        [
            .file("etc/passwd", "root:x:0:0::/:/bin/sh\nweb:x:33:33::/:/bin/sh\n"),
            .file("etc/group", "root:x:0:\nwww:x:33:\n"), .file("bin/a", "12345"), .hardLink("bin/b", to: "bin/a"),
            .symlink("sbin", to: "bin"), .file("srv/old", "123"),
        ],
        [
            TestFile("srv/big", .file([UInt8](repeating: 65, count: 100)), mode: 0o600, user: 33, group: 33),
            .file("srv/.wh.old", ""), TestFile("srv/odd", .directory, user: 1000, group: 0),
        ],
    ])

    static func report(
        _ path: String? = nil, depth: Int = 9, order: TreeReport.Order = .name
    ) async throws -> TreeReport {
        try await withAsyncScratchDirectory { scratch in
            let place = "oci:\(scratch.appending("image"))"
            try sample.write(to: place)
            return try await ImageTree(ViewedImage.open(place)).report(path, depth: depth, order: order)
        }
    }

    /// One line for each entry.
    static func lines(_ entry: TreeReport.Entry, _ indent: String = "") -> [String] {
        let line =
            "\(indent)\(entry.name) \(entry.kind.rawValue) \(entry.size.bytes) \(entry.layer) \(entry.user):\(entry.group)"
            + (entry.files.map { " \($0) files" } ?? "") + (entry.target.map { " \($0)" } ?? "")
        return [line] + (entry.children ?? []).flatMap { lines($0, indent + "  ") }
    }

    @Test func everything() async throws {
        #expect(
            Self.lines(try await Self.report().root) == [
                "/ directory 170 2 root:root 4 files", "  bin directory 5 1 root:root 1 files",
                "    a file 5 1 root:root", "    b hardLink 0 1 root:root /bin/a",
                "  etc directory 65 1 root:root 2 files", "    group file 20 1 root:root",
                "    passwd file 45 1 root:root", "  sbin symlink 0 1 root:root bin",
                "  srv directory 100 2 root:root 1 files", "    big file 100 2 web:www",
                "    odd directory 0 2 1000:root 0 files",
            ])
    }

    @Test func largestFirst() async throws {
        let names = try await Self.report(depth: 1, order: .size).root.children?.map(\.name)
        #expect(names == ["srv", "etc", "bin", "sbin"])
    }

    @Test(arguments: [
        ("sbin", 0, ["/bin directory 5 1 root:root 1 files"]), ("/srv/big", 3, ["/srv/big file 100 2 web:www"]),
        ("bin/b", 1, ["/bin/b file 5 1 root:root"]),
        (
            "srv", 1,
            [
                "/srv directory 100 2 root:root 1 files", "  big file 100 2 web:www",
                "  odd directory 0 2 1000:root 0 files",
            ]
        ),
    ])
    func parts(_ path: String, _ depth: Int, _ expected: [String]) async throws {
        let report = try await Self.report(path, depth: depth)
        #expect(Self.lines(report.root) == expected)
    }

    @Test(arguments: [
        ("etc/passwt", "tree.missing", "/etc/passwd"), ("nowhere/x", "tree.missing", ""), ("../etc", "tree.path", ""),
    ])
    func missing(_ path: String, _ code: String, _ near: String) async {
        let problem = await #expect(throws: Problem.self) { try await Self.report(path) }
        #expect(problem?.code == code)
        #expect(near.isEmpty || problem?.hints.contains("did you mean \(near)?") == true)
    }

    @Test func onePlatformOfSeveral() async throws {
        try await withAsyncScratchDirectory { scratch in
            let place = "oci:\(scratch.appending("image"))"
            var sample = Self.sample
            sample.architectures = ["s390x", "riscv64"]
            try sample.write(to: place)
            let report = try await ImageTree(ViewedImage.open(place, platform: "s390x"))
                .report(nil, depth: 0, order: .name)
            #expect(report.platform == "linux/s390x")
            let problem = await #expect(throws: Problem.self) {
                try await ImageTree(ViewedImage.open(place)).report(nil, depth: 0, order: .name)
            }
            #expect(problem?.code == "image.noSuchPlatform")
        }
    }
}
