// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage
import PlinthTestSupport
import Testing

@testable import PlinthBuild

/// dpkg's rules for files: whole packages in, the whole tree out.
struct TreeMergeTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let packages: [TestPackage]
        let lines: [String]
    }

    static let cases: [Case] = [
        Case(
            testDescription: "of two modes of a directory the first stays",
            packages: [
                TestPackage("a", files: [TestFile("d", .directory, mode: 0o2775, group: 50), .file("d/a", "a")]),
                TestPackage("b", files: [TestFile("d", .directory, mode: 0o700, user: 1), .file("d/b", "b")]),
            ],
            lines: ["2775 d/ 0:50", "0644 d/a “a”", "0644 d/b “b”"]),
        Case(
            testDescription: "a directory that nobody brought is made, and is the first one's who brings it",
            packages: [
                TestPackage("a", files: [.file("x/y/f", "f")]).withoutParents,
                TestPackage("b", files: [TestFile("x", .directory, mode: 0o1777)]).withoutParents,
            ],
            lines: ["1777 x/", "0755 x/y/ @42", "0644 x/y/f “f”"]),
        Case(
            testDescription: "a newcomer that replaces an older package takes its file",
            packages: [
                TestPackage("old", "1.0", files: [.file("f", "old"), .file("g", "old")]),
                TestPackage("new", "2.0", fields: ["Replaces": "old (<< 2)"], files: [.file("f", "new")]),
            ],
            lines: ["0644 f “new”", "0644 g “old”"]),
        Case(
            testDescription: "the file of an owner that replaces the newcomer stays",
            packages: [
                TestPackage("keeper", "1.0", fields: ["Replaces": "other, late"], files: [.file("f", "keeper")]),
                TestPackage("late", "1.0", files: [.file("f", "late")]),
            ],
            lines: ["0644 f “keeper”"]),
        Case(
            testDescription: "both replace each other: the newcomer wins, as with dpkg",
            packages: [
                TestPackage("a", fields: ["Replaces": "b"], files: [.file("f", "a")]),
                TestPackage("b", fields: ["Replaces": "a"], files: [.file("f", "b")]),
            ],
            lines: ["0644 f “b”"]),
        Case(
            testDescription: "a link to a directory stays, a directory's files land behind it",
            packages: [
                TestPackage("a", files: [.symlink("var/run", to: "/run"), .directory("run")]),
                TestPackage("b", files: [.directory("var/run", mode: 0o700), .file("var/run/b.pid", "1")]),
            ],
            lines: ["0755 run/", "0644 run/b.pid “1”", "0755 var/", "0777 var/run -> /run"]),
        Case(
            testDescription: "the same when the directory comes first",
            packages: [
                TestPackage("a", files: [.directory("var/run", mode: 0o700), .file("var/run/b.pid", "1")]),
                TestPackage("b", files: [.symlink("var/run", to: "/run"), .directory("run")]),
            ],
            lines: ["0755 run/", "0644 run/b.pid “1”", "0755 var/", "0777 var/run -> /run"]),
        Case(
            testDescription: "directories behind a link that leads nowhere are made",
            packages: [
                TestPackage("a", files: [.symlink("var/lock", to: "../run/lock")]),
                TestPackage("b", files: [.file("var/lock/sub/f", "f")]),
            ],
            lines: [
                "0755 run/ @42", "0755 run/lock/ @42", "0755 run/lock/sub/", "0644 run/lock/sub/f “f”", "0755 var/",
                "0777 var/lock -> ../run/lock",
            ]),
        Case(
            testDescription: "links behind links, absolute, relative and upwards",
            packages: [
                TestPackage(
                    "a",
                    files: [
                        .symlink("a", to: "b/c"), .symlink("b", to: "/x/y"), .symlink("x/y/c", to: "./../z/../w/"),
                        .symlink("up", to: "../../../x"),
                    ]),
                TestPackage("b", files: [.file("a/f", "1"), .file("up/g", "2")]),
            ],
            lines: [
                "0777 a -> b/c", "0777 b -> /x/y", "0777 up -> ../../../x", "0755 x/", "0644 x/g “2”", "0755 x/w/ @42",
                "0644 x/w/f “1”", "0755 x/y/", "0777 x/y/c -> ./../z/../w/",
            ]),
        Case(
            testDescription: "a link below another package's link lands behind it, whatever their names",
            packages: [
                TestPackage("a", files: [.directory("opt/x"), .symlink("opt/x/l", to: "q")]),
                TestPackage("b", files: [.symlink("opt/x", to: "y"), .directory("opt/y")]),
            ],
            lines: ["0755 opt/", "0777 opt/x -> y", "0755 opt/y/", "0777 opt/y/l -> q"]),
        Case(
            testDescription: "the same link twice",
            packages: [
                TestPackage("a", files: [.symlink("usr/lib/x", to: "y")]),
                TestPackage("b", files: [.symlink("usr/lib/x", to: "y")]),
            ],
            lines: ["0755 usr/", "0755 usr/lib/", "0777 usr/lib/x -> y"]),
        Case(
            testDescription: "merged /usr: what one has in /lib and another in /usr/lib lies together",
            packages: [
                TestPackage("base-files", files: [.symlink("lib", to: "usr/lib"), .directory("usr/lib")]),
                TestPackage("b", files: [.file("lib/x", "x")]), TestPackage("c", files: [.file("usr/lib/y", "y")]),
            ],
            lines: ["0777 lib -> usr/lib", "0755 usr/", "0755 usr/lib/", "0644 usr/lib/x “x”", "0644 usr/lib/y “y”"]),
        Case(
            testDescription: "the carrier of hard links is lost to another package: the next name carries",
            packages: [
                TestPackage("a", files: [.file("f", "old"), .hardLink("g", to: "f"), .hardLink("h", to: "f")]),
                TestPackage("b", fields: ["Replaces": "a"], files: [.file("f", "new")]),
            ],
            lines: ["0644 f “new”", "0644 g “old”", "0644 h == g"]),
        Case(
            testDescription: "a hard link is lost to another package",
            packages: [
                TestPackage("a", files: [.file("f", "old"), .hardLink("g", to: "f"), .hardLink("h", to: "f")]),
                TestPackage("b", fields: ["Replaces": "a"], files: [.file("g", "new")]),
            ],
            lines: ["0644 f “old”", "0644 g “new”", "0644 h == f"]),
        Case(
            testDescription: "hard links that land behind links: what stays in place carries",
            packages: [
                TestPackage("a", files: [.symlink("aaa", to: "zzz"), .symlink("bbb", to: "yyy")]),
                TestPackage(
                    "b",
                    files: [
                        .file("aaa/f", "1"), .hardLink("bbb/f", to: "aaa/f"), .hardLink("m", to: "aaa/f"),
                        .file("aaa/g", "2"), .hardLink("bbb/g", to: "aaa/g"),
                    ]),
            ],
            lines: [
                "0777 aaa -> zzz", "0777 bbb -> yyy", "0644 m “1”", "0755 yyy/ @42", "0644 yyy/f == m",
                "0644 yyy/g “2”", "0755 zzz/ @42", "0644 zzz/f == m", "0644 zzz/g == yyy/g",
            ]),
    ]

    static func tree(_ bench: PackageBench, _ packages: [TestPackage]) throws -> FileTree {
        PlatformBuilder.tree(of: try merge(bench, packages), try bench.segments(packages), epoch: 42)
    }

    static func merge(_ bench: PackageBench, _ packages: [TestPackage]) throws -> TreeMerge {
        try bench.merge(packages)
    }

    @Test(arguments: cases)
    func becomes(_ item: Case) throws {
        try PackageBench.with { bench in
            let lines = try Self.tree(bench, item.packages).lines()
            #expect(lines == item.lines)
        }
    }

    struct Clash: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let packages: [TestPackage]
        /// The path, and the two names in the reason.
        let place: String
        var why = ("b", "a")
    }

    static let clashes: [Clash] = [
        Clash(
            testDescription: "the same file, even with the same content",
            packages: [TestPackage("a", files: [.file("f", "1")]), TestPackage("b", files: [.file("f", "1")])],
            place: "/f"),
        Clash(
            testDescription: "Replaces of another version",
            packages: [
                TestPackage("a", "2.0", files: [.file("f", "1")]),
                TestPackage("b", fields: ["Replaces": "a (<< 2)"], files: [.file("f", "1")]),
            ],
            place: "/f"),
        Clash(
            testDescription: "Replaces of what the other only provides",
            packages: [
                TestPackage("a", fields: ["Provides": "v"], files: [.file("f", "1")]),
                TestPackage("b", fields: ["Replaces": "v"], files: [.file("f", "1")]),
            ],
            place: "/f"),
        Clash(
            testDescription: "a file and a link",
            packages: [TestPackage("a", files: [.symlink("f", to: "x")]), TestPackage("b", files: [.file("f", "1")])],
            place: "/f"),
        Clash(
            testDescription: "two links to different places",
            packages: [
                TestPackage("a", files: [.symlink("f", to: "x")]), TestPackage("b", files: [.symlink("f", to: "y")]),
            ],
            place: "/f"),
        Clash(
            testDescription: "a directory and a file",
            packages: [TestPackage("a", files: [.directory("f")]), TestPackage("b", files: [.file("f", "1")])],
            place: "/f"),
        Clash(
            testDescription: "a file and a directory",
            packages: [TestPackage("a", files: [.file("f", "1")]), TestPackage("b", files: [.directory("f")])],
            place: "/f"),
        Clash(
            testDescription: "a link to a file and a directory",
            packages: [
                TestPackage("a", files: [.symlink("f", to: "x"), .file("x", "1")]),
                TestPackage("b", files: [.directory("f")]),
            ],
            place: "/f"),
        Clash(
            testDescription: "a file below a file",
            packages: [
                TestPackage("a", files: [.file("f", "1")]), TestPackage("b", files: [.file("f/x", "1")]).withoutParents,
            ],
            place: "/f/x"),
        Clash(
            testDescription: "a file below a link to a file",
            packages: [
                TestPackage("a", files: [.symlink("l", to: "f"), .file("f", "1")]),
                TestPackage("b", files: [.file("l/x", "1")]).withoutParents,
            ],
            place: "/f/x"),
        Clash(
            testDescription: "two files that meet behind a link",
            packages: [
                TestPackage("a", files: [.symlink("l", to: "d"), .file("d/f", "1")]),
                TestPackage("b", files: [.file("l/f", "2")]),
            ],
            place: "/d/f"),
    ]

    @Test(arguments: clashes)
    func clash(_ item: Clash) throws {
        try PackageBench.with { bench in
            let problem = #expect(throws: Problem.self) { try Self.tree(bench, item.packages) }
            #expect(problem?.code == "package.conflict")
            #expect(problem?.place == item.place)
            #expect(problem?.why?.contains("of \(item.why.0) ") == true, "\(problem?.why ?? "")")
            #expect(problem?.why?.contains("in \(item.why.1)") == true, "\(problem?.why ?? "")")
        }
    }

    /// Links that lead in circles end in an error, never in a crash.
    @Test(
        arguments: [
            [.symlink("a", to: "a"), .file("a/f", "1")],
            [.symlink("a", to: "b/x"), .symlink("b", to: "a/x"), .file("a/f", "1")],
            [.symlink("a", to: "b"), .symlink("b", to: "a"), .file("b/f", "1")],
            [.symlink("a", to: "a/a"), .file("a/f", "1")], [.symlink("a", to: "./a/../a/x/.."), .file("a/f", "1")],
        ] as [[TestFile]])
    func circles(_ files: [TestFile]) throws {
        let links = TestPackage("links", files: files.filter { if case .symlink = $0.kind { true } else { false } })
        let file = TestPackage("file", files: files.filter { if case .file = $0.kind { true } else { false } })
            .withoutParents
        try PackageBench.with { bench in
            for order in [[links, file], [file, links]] {
                #expect(code { try Self.tree(bench, order) } == "package.linkLoop")
            }
        }
    }

    /// Each link doubles the way: the work must not.
    @Test func linksThatMultiply() throws {
        let links = (1...60).map { TestFile.symlink("l\($0)", to: "l\($0 - 1)/l\($0 - 1)") }
        let packages = [TestPackage("a", files: links), TestPackage("b", files: [.file("l60/f", "1")])]
        try PackageBench.with { bench in #expect(code { try Self.tree(bench, packages) } == "package.linkLoop") }
    }

    /// The order in which packages without a common file are given decides nothing but common directories.
    @Test func orderDoesNotMatter() throws {
        let packages = [
            TestPackage("a", files: [.file("usr/bin/a", "a"), .symlink("var/run", to: "/run")]),
            TestPackage("b", fields: ["Replaces": "d"], files: [.file("var/run/b", "b"), .file("etc/shared", "b")]),
            TestPackage("c", files: [.file("lib/c", "c"), .hardLink("usr/lib/c2", to: "lib/c"), .directory("run")]),
            TestPackage(
                "d", files: [.file("etc/shared", "d"), .file("var/run/d/x", "d"), .symlink("usr/lib/l", to: "c")]),
        ]
        try PackageBench.with { bench in
            let expected = try Self.tree(bench, packages).lines()
            #expect(expected.contains("0644 etc/shared “b”"))
            var random = PlinthTestSupport.SeededGenerator(seed: 9)
            for _ in 0..<12 {
                #expect(try Self.tree(bench, packages.shuffled(using: &random)).lines() == expected)
            }
        }
    }

    @Test func originsSayWhoseItIs() throws {
        let packages = [
            TestPackage("a", files: [.file("d/f", "a"), .file("d/g", "a")]),
            TestPackage("b", fields: ["Replaces": "a"], files: [.file("d/f", "b")]),
        ]
        try PackageBench.with { bench in
            let tree = try Self.tree(bench, packages)
            #expect(tree[TreePath("d")]?.origin == .package("a"))
            #expect(tree[TreePath("d/f")]?.origin == .package("b"))
            #expect(tree[TreePath("d/g")]?.origin == .package("a"))
        }
    }
}

extension TestPackage {
    /// As only odd packages are: directories that are not listed are not there.
    var withoutParents: TestPackage {
        var copy = self
        copy.addsParents = false
        return copy
    }
}
