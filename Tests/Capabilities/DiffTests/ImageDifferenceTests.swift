// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImageSamples
import PlinthInventory
import PlinthOCI
import PlinthReports
import PlinthTestSupport
import SystemPackage
import Testing

@testable import PlinthDiff

struct ImageDifferenceTests {
    static let files: [TestFile] = [
        .file("etc/hosts", "127.0.0.1\n"), .file("usr/bin/app", "1", mode: 0o755), .symlink("bin", to: "usr/bin"),
        .file("usr/lib/one", "same"), .hardLink("usr/lib/two", to: "usr/lib/one"),
    ]

    static func report(
        _ a: Sample, _ b: Sample, _ scopes: Set<ImageDifference.Scope> = []
    ) async throws -> DiffReport {
        try await withAsyncScratchDirectory { scratch in
            try a.write(to: "oci:\(scratch)/a")
            try b.write(to: "oci:\(scratch)/b")
            return try await ImageDifference(ViewedImage.open("oci:\(scratch)/a"), ViewedImage.open("oci:\(scratch)/b"))
                .report(scopes)
        }
    }

    /// Everything that is said of files, a line for each.
    static func lines(_ report: DiffReport) -> [String] {
        guard let files = report.files else { return [] }
        return files.removed.map { "- \($0.path) \($0.kind)" } + files.added.map { "+ \($0.path) \($0.kind)" }
            + files.changed.map { file in
                "~ \(file.path) " + file.changes.map { $0.what }.joined(separator: ",")
            }
    }

    @Test func same() async throws {
        let report = try await Self.report(Sample(layers: [Self.files]), Sample(layers: [Self.files]))
        #expect(report.isSame)
        #expect(report.why.isEmpty)
        #expect(Self.lines(report).isEmpty)
    }

    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        /// In the place of `etc/hosts`; nil for nothing.
        let file: TestFile?
        let lines: [String]
    }

    static let cases = [
        Case(
            testDescription: "content", file: .file("etc/hosts", "127.0.0.2\n"), lines: ["~ /etc/hosts content"]),
        Case(
            testDescription: "content and size", file: .file("etc/hosts", "x"), lines: ["~ /etc/hosts content,size"]),
        Case(
            testDescription: "mode", file: .file("etc/hosts", "127.0.0.1\n", mode: 0o600), lines: ["~ /etc/hosts mode"]),
        Case(
            testDescription: "owner and time",
            file: TestFile("etc/hosts", .file(Array("127.0.0.1\n".utf8)), user: 5, modified: 9),
            lines: ["~ /etc/hosts owner,time"]),
        Case(testDescription: "kind", file: .symlink("etc/hosts", to: "x"), lines: ["~ /etc/hosts kind,mode"]),
        Case(testDescription: "gone", file: nil, lines: ["- /etc/hosts file"]),
        Case(
            testDescription: "a link", file: .hardLink("etc/hosts", to: "usr/lib/one"),
            lines: [
                "~ /etc/hosts content,size,link", "~ /usr/lib/one link", "~ /usr/lib/two link",
            ]),
        Case(
            testDescription: "two come, in the order of a walk", file: .file("etc/hosts", "127.0.0.1\n"), lines: []),
    ]

    @Test(arguments: cases)
    func file(_ item: Case) async throws {
        let rest = Self.files.filter { $0.path != "etc/hosts" }
        let other = [TestFile.directory("etc")] + rest + (item.file.map { [$0] } ?? [])
        let report = try await Self.report(
            Sample(layers: [[.directory("etc")] + Self.files]), Sample(layers: [other]), [.files])
        #expect(Self.lines(report) == item.lines)
        #expect(report.isSame == item.lines.isEmpty)
    }

    @Test func bothWays() async throws {
        let more = Self.files + [.file("etc/a", "1"), .file("etc-b", "2"), .file("etc/a.d/x", "3")]
        let added = try await Self.report(Sample(layers: [Self.files]), Sample(layers: [more]), [.files])
        #expect(Self.lines(added) == ["+ /etc/a file", "+ /etc/a.d directory", "+ /etc/a.d/x file", "+ /etc-b file"])
        let removed = try await Self.report(Sample(layers: [more]), Sample(layers: [Self.files]), [.files])
        #expect(
            Self.lines(removed) == ["- /etc/a file", "- /etc/a.d directory", "- /etc/a.d/x file", "- /etc-b file"])
    }

    @Test func storedDifferently() async throws {
        let plain = Sample(layers: [Self.files])
        let packed = try await Self.report(plain, Sample(layers: [Self.files], packing: .none))
        #expect(packed.why == ["same files; layers are compressed differently: A with gzip, B not at all"])
        #expect(!packed.isSame)
        let split = try await Self.report(plain, Sample(layers: [Array(Self.files[..<2]), Array(Self.files[2...])]))
        #expect(split.why == ["same files; they are split into 1 and 2 layers"])
        let order = try await Self.report(plain, Sample(layers: [[Self.files[1], Self.files[0]] + Self.files[2...]]))
        #expect(
            order.why == ["same files; the layer's archive has them in another order or writes them differently"])
        let later = Self.files.map { file in
            var copy = file
            copy.modified += 60
            return copy
        }
        let times = try await Self.report(plain, Sample(layers: [later]))
        #expect(times.why == ["the files differ only in their times: 5 of them"])
        #expect(times.files?.changed.allSatisfy(\.isOnlyTime) == true)
        let ignored = try await Self.report(plain, Sample(layers: [Self.files], packing: .none), [.files])
        #expect(ignored.isSame)
    }

    @Test func configuration() async throws {
        var other = Sample(layers: [Self.files])
        other.runtime.user = nil
        other.runtime.environment = ["A=c", "B=d"]
        other.runtime.labels = ["x": "y"]
        other.created = "2026-02-01T00:00:00Z"
        let report = try await Self.report(Sample(layers: [Self.files]), other)
        let lines = report.config?.map { "\($0.what): \($0.a ?? "-") → \($0.b ?? "-")" }
        #expect(
            lines == [
                "created: 2026-01-31T00:00:00Z → 2026-02-01T00:00:00Z", "user: 65532 → -", "environment A: b → c",
                "environment B: - → d", "label x: - → y",
            ])
        #expect(report.why == ["the config differs in created, user, environment A, environment B, label x"])
        #expect(report.files?.isEmpty == true)
        let files = try await Self.report(Sample(layers: [Self.files]), other, [.files])
        #expect(files.isSame)
        #expect(files.config == nil)
    }

    @Test func packages() async throws {
        func status(_ packages: String...) -> TestFile {
            .file(
                "var/lib/dpkg/status",
                packages.map { text in
                    let words = text.split(separator: " ")
                    return
                        "Package: \(words[0])\nStatus: install ok installed\nVersion: \(words[1])\nArchitecture: amd64\n"
                }.joined(separator: "\n"))
        }
        let report = try await Self.report(
            Sample(layers: [[status("a 1", "b 1.10", "c 2", "d 1")]]),
            Sample(layers: [[status("a 1", "b 1.9", "c 2+b1", "e 1")]]), [.packages])
        let lines = report.packages?.map { "\($0.name) \($0.a ?? "-") \($0.b ?? "-") \($0.how)" }
        #expect(lines == ["b 1.10 1.9 downgraded", "c 2 2+b1 upgraded", "d 1 - removed", "e - 1 added"])
        let apk = try await Self.report(
            Sample(layers: [[.file("lib/apk/db/installed", "P:a\nV:1\n\n")]]),
            Sample(layers: [[.file("lib/apk/db/installed", "P:a\nV:2\n\n")]]), [.packages])
        #expect(apk.packages?.map(\.how) == ["changed"])
    }

    @Test func otherPlatformsOfAnIndex() async throws {
        let report = try await withAsyncScratchDirectory { scratch in
            try Sample(layers: [Self.files], architectures: ["s390x", "arm64"]).write(to: "oci:\(scratch)/a")
            try Sample(layers: [Self.files], architectures: ["s390x", "riscv64"]).write(to: "oci:\(scratch)/b")
            return try await ImageDifference(
                ViewedImage.open("oci:\(scratch)/a", platform: "s390x"),
                ViewedImage.open("oci:\(scratch)/b", platform: "s390x")
            ).report()
        }
        #expect(report.why == ["the same image for linux/s390x; what the index says besides differs"])
    }
}
