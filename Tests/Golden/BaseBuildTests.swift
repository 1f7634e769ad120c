// SPDX-License-Identifier: Apache-2.0
import PlinthAlpineSamples
import PlinthCore
import PlinthTestSupport
import SystemPackage
import Testing

/// Images upon images: real ones, judged by the package manager in them.
struct BaseBuildTests {
    @Test(.enabled(if: AlpineRoot.archive != nil, "\(AlpineRoot.missing)"))
    func alpineInTwoStepsIsAlpineInOne() throws {
        try AlpineTests.Bench.with { bench in
            let one = try bench.build(
                "one", "  packages: [alpine-baselayout, apk-tools, busybox, ssl_client, alpine-keys]")
            _ = try bench.build("base", "  packages: [alpine-baselayout, busybox]")
            let two = try bench.build("two", "  packages: [apk-tools, ssl_client, alpine-keys]\nbase: oci:base")
            let ours = try TarListing.of(two)
            let other = try TarListing.of(one)
            let names = Set(ours.keys).union(other.keys).filter { ours[$0] != other[$0] }
            // Passwords have the day of the newest package; here no account comes with the later ones.
            #expect(names.sorted() == ["etc/shadow"])
            let system = try bench.unpacked(two)
            let official = try bench.unpacked(one)
            #expect(try system.apk(["info"]).text == official.apk(["info"]).text)
            #expect(try system.apk(["audit", "--system"]).text == "")
            #expect(try system.apk(["fix", "--simulate"]).text.hasPrefix("OK: "))
            let layers = try bench.run("inspect", "oci:\(bench.directory.appending("two"))", "--layers", "--json").text
            let below = try bench.run("inspect", "oci:\(bench.directory.appending("base"))", "--layers", "--json").text
            let digest = try #require(below.firstMatch(of: /"diffID" *: *"(sha256:[0-9a-f]{64})"/)?.1)
            #expect(layers.contains(digest))
        }
    }

    /// What differs from apko's image, and why.
    private static let explained: [String: String] = [
        "etc/apko.json": "apko's record of its own file", "etc/apk/world": "apko wrote what its lock had pinned",
        "etc/apk/repositories": "apko forgets those of the base",
        "etc/os-release": "the package gives it to 501:20; apko's archive lost that",
        "lib/apk": "apko lays a link over the base's database, and so loses its package-y",
        "opt": "apko makes it again for every image",
    ]

    @Test(
        .enabled(if: Fixtures.path("alpine/apko/internal/cli") != nil, "no fixtures of apko beside the checkout"),
        arguments: ["amd64", "arm64"])
    func apkoImageOnTop(_ architecture: String) throws {
        let directory = try #require(Fixtures.path("alpine/apko/internal/cli"))
        try withScratchDirectory { scratch in
            let run = PlinthRun(home: scratch)
            let built = try runProgram(
                PlinthRun.binary, ["build", "testdata/image_on_top.apko.yaml", "-o", "oci:\(scratch)/top"],
                directory: directory, variables: run.variables)
            #expect(built.status == 0, "\(built.errorText)")
            func files(_ image: String, _ name: String) throws -> [String: String] {
                let tar = scratch.appending(name + ".tar").string
                let result = try run("export", image, "--platform", "linux/\(architecture)", "-o", tar)
                #expect(result.status == 0, "\(result.errorText)")
                return try TarListing.of(FilePath(tar))
            }
            let ours = try files("oci:\(scratch)/top", "ours")
            let theirs = try files("oci:\(directory.appending("testdata/top_image"))", "theirs")
            let names = Set(ours.keys).union(theirs.keys).filter { ours[$0] != theirs[$0] }
            let isDatabase = { (name: String) in
                name.hasPrefix("lib/apk/") || name == "usr" || name.hasPrefix("usr/lib")
            }
            #expect(names.filter { !isDatabase($0) }.sorted() == Self.explained.keys.sorted())
            let packages = try run("inspect", "oci:\(scratch)/top", "--platform", "linux/\(architecture)", "--packages")
            for name in ["package-x", "package-y", "pretend-baselayout", "replayout"] {
                #expect(packages.text.contains(name))
            }
        }
    }

    @Test(.enabled(if: Fixtures.path("base/busybox/amd64/latest-musl") != nil, "no fixtures of BusyBox"))
    func filesUponBusyBox() throws {
        let image = try #require(Fixtures.path("base/busybox/amd64/latest-musl"))
        try withScratchDirectory { scratch in
            let run = PlinthRun(home: scratch)
            try writeFile(scratch.appending("hello.sh"), Array("#!/bin/sh\necho hello\n".utf8), mode: 0o755)
            try writeFile(
                scratch.appending("image.yaml"),
                "base: oci:\(image)\nfiles: [{source: hello.sh, path: /bin/}]\nentrypoint: hello.sh\n")
            let built = try run("build", "\(scratch)/image.yaml", "-o", "oci:\(scratch)/out", "--arch", "amd64")
            #expect(built.status == 0, "\(built.errorText)")
            let difference = try run("diff", "oci:\(image)", "oci:\(scratch)/out")
            #expect(difference.text.contains("the files differ: 1 added\n"), "\(difference.text)")
            #expect(difference.text.contains("+ /bin/hello.sh"))
        }
    }
}
