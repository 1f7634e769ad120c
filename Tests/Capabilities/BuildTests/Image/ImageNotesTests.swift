// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage
import PlinthTestSupport
import Testing

@testable import PlinthBuild

struct ImageNotesTests {
    private static let packages = [
        TestPackage(
            "tool",
            files: [
                .file("usr/bin/tool", "#! /bin/sh -e\n", mode: 0o755),
                .file("usr/sbin/toold", "#!/bin/sh", mode: 0o755),
                .file("usr/bin/report", "#!/usr/bin/env python3\n", mode: 0o755),
                .file("usr/bin/@X@", "#!@PERL@\n", mode: 0o755), .file("usr/bin/notes", "#!/bin/sh\n"),
                .file("usr/bin/plain", "text", mode: 0o755), .file("usr/bin/odd", "#!/opt/odd/x\n", mode: 0o755),
            ]),
        TestPackage("other", files: [.file("usr/bin/other", "#!/bin/bash\n", mode: 0o755)]),
    ]

    private func notes(
        _ settings: ImageSettings = ImageSettings(), named: [String], _ more: [String] = []
    ) throws -> [String] {
        try PackageBench.with { bench in
            let segments = try bench.segments(Self.packages)
            var tree = PlatformBuilder.tree(
                of: try TreeMerge(segments, rules: DebianMergeRules(segments), epoch: 42), segments, epoch: 42)
            for path in more { tree.write(try #require(TreePath(text: path)), [], origin: .package("more")) }
            return ImageNotes(tree, settings, named: named, segments).report.notes
        }
    }

    @Test func scriptsWithoutInterpreters() throws {
        #expect(
            try notes(named: ["tool"]) == [
                "/usr/bin/tool and 1 more are scripts for /bin/sh, which the image does not have: add dash",
                "/usr/bin/odd is a script for /opt/odd/x, which the image does not have",
                "/usr/bin/report is a script for /usr/bin/env, which the image does not have: add coreutils",
            ])
        #expect(try notes(named: ["tool"], ["bin/sh", "usr/bin/env", "opt/odd/x"]) == [])
    }

    @Test func entrypointsWithoutInterpreters() throws {
        var settings = ImageSettings()
        #expect(try notes(settings, named: []) == [])
        settings.entrypoint = ["/usr/bin/other", "x"]
        #expect(
            try notes(settings, named: []) == [
                "/usr/bin/other is a script for /bin/bash, which the image does not have: add bash"
            ])
    }

    @Test(
        arguments: [
            (["LANG": "C.UTF-8"], [], "LANG is C.UTF-8, a locale that the image does not have: add libc-bin"),
            (["LANG": "C.UTF-8"], ["usr/lib/locale/C.utf8/LC_CTYPE"], nil),
            (["LANG": "C.UTF-8", "LC_ALL": "C"], [], nil), (["LANG": "", "LC_ALL": ""], [], nil),
            (["LC_ALL": "de_DE.UTF-8"], ["usr/lib/locale/locale-archive"], nil),
            (
                ["LC_ALL": "de_DE.UTF-8", "LANG": "C"], ["usr/lib/locale/C.utf8/LC_CTYPE"],
                "LC_ALL is de_DE.UTF-8, a locale that the image does not have: add locales-all"
            ),
            (["LANG": "../../etc"], [], "LANG is ../../etc, a locale that the image does not have: add locales-all"),
            (["LANG": "."], [], "LANG is ., a locale that the image does not have: add locales-all"),
        ] as [([String: String], [String], String?)])
    func locales(_ environment: [String: String], _ files: [String], _ expected: String?) throws {
        var settings = ImageSettings()
        settings.environment = environment
        #expect(try notes(settings, named: [], files) == (expected.map { [$0] } ?? []))
    }
}
