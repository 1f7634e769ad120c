// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthTestSupport
import SystemPackage
import Testing

/// Images move between every kind of place, and their digests stay.
@Suite(.enabled(if: TestKey.isAvailable))
struct MovingTests {
    /// Lends a run of the program in a directory that holds the image `oci:app` for two platforms.
    private static func withImage(_ body: (LittleArchive, PlinthRun) throws -> Void) throws {
        try LittleArchive.with { little, run in
            let packed = try run("pack", "hello", "--from", "debian:trixie", "--arch", "amd64", "-o", "app")
            try #require(packed.status == 0, "\(packed.errorText)")
            try body(little, run)
        }
    }

    private static func digest(_ result: ProgramResult) -> Substring? {
        guard let start = result.text.firstRange(of: "sha256:") else { return nil }
        return result.text[start.lowerBound...].prefix(71)
    }

    @Test func roundTrips() throws {
        try Self.withImage { little, run in
            let original = Self.digest(try run("inspect", "app", "--json"))
            for (from, to) in [
                ("oci:app", "oci-archive:a.tar"), ("oci-archive:a.tar", "oci:b:tag"),
                ("oci:b:tag", "oci-archive:c.tar"),
                ("c.tar", "oci:d"),
            ] {
                let result = try run("copy", from, to)
                #expect(result.status == 0, "\(from) → \(to): \(result.errorText)")
                #expect(Self.digest(result) == original, "\(from) → \(to)")
            }
            let again = try run("copy", "c.tar", "oci:d")
            #expect(again.text.hasPrefix("Unchanged"))
            try Self.dockerKeepsTheLayers(run)
            try Self.skopeoAgrees(little, original)
        }
    }

    /// Docker's archive has other documents, and the same uncompressed layers.
    private static func dockerKeepsTheLayers(_ run: PlinthRun) throws {
        #expect(try run("copy", "oci:app", "docker-archive:app.tar:app:1").status == 0)
        let there = try run("copy", "docker-archive:app.tar", "oci:e")
        #expect(there.status == 0, "\(there.errorText)")
        #expect(try run("export", "oci:e", "-o", "e.tar").status == 0)
        #expect(try run("export", "oci:app", "-o", "app-files.tar").status == 0)
        let same = try runProgram("cmp", ["e.tar", "app-files.tar"], directory: run.home)
        #expect(same.status == 0, "\(same.text)")
    }

    private static func skopeoAgrees(_ little: LittleArchive, _ digest: Substring?) throws {
        guard findProgram("skopeo") != nil else { return }
        for place in ["oci:app", "oci:b:tag", "oci-archive:c.tar", "oci:d"] {
            let told = try runProgram("skopeo", ["inspect", place], directory: little.directory)
            #expect(told.text.contains(digest ?? "none"), "\(place): \(told.errorText)")
        }
    }

    @Test func standardInputAndOutput() throws {
        try Self.withImage { little, run in
            #expect(try run("copy", "app", "oci-archive:app.tar").status == 0)
            let bytes = try readFile(little.directory.appending("app.tar"))
            let copied = try runProgram(
                PlinthRun.binary, ["copy", "-", "oci:piped"], input: bytes, directory: little.directory,
                variables: run.variables)
            #expect(copied.status == 0, "\(copied.errorText)")
            #expect(Self.digest(copied) == Self.digest(try run("inspect", "app", "--json")))
            let piped = try run("copy", "app", "oci-archive:-")
            #expect(piped.output == bytes)
            let docker = try run("copy", "app", "docker-archive:-:app:1")
            #expect(try run("copy", "app", "docker-archive:docker.tar:app:1").status == 0)
            #expect(docker.output == (try readFile(little.directory.appending("docker.tar"))))
            let exported = try run("export", "piped", "-o", "-")
            #expect(exported.output.count % 512 == 0)
            #expect(exported.text.contains("usr/bin/hello"))
        }
    }

    /// What is unpacked, and what an archive of any compression holds, is what the image holds.
    @Test func filesAlone() throws {
        try Self.withImage { little, run in
            for name in ["a.tar", "a.tar.gz", "a.tar.zst", "a.txz"] {
                let result = try run("copy", "app", "tar:\(name)")
                #expect(result.status == 0, "\(result.errorText)")
                #expect(try run("diff", "tar:\(name)", "app", "--files").status == 0, "\(name)")
            }
            #expect(try readFile(little.directory.appending("a.tar.gz")).starts(with: [0x1f, 0x8b]))
            let unpacked = try run("copy", "a.tar.zst", "dir:root")
            #expect(unpacked.status == 0, "\(unpacked.errorText)")
            // Without root's rights owners differ, and only they.
            let difference = try run("diff", "dir:root", "app", "--files")
            #expect(difference.status == (unpacked.text.contains("owners are not kept") ? 1 : 0), "\(difference.text)")
            #expect(try run("export", "dir:root", "-o", "b.tar.gz").status == 0)
            let piped = try run("copy", "app", "tar:-")
            #expect(piped.output == (try readFile(little.directory.appending("a.tar"))))
            let again = try run("copy", "app", "dir:root")
            #expect(again.status == 64)
            #expect(again.errorText.contains("file.notEmpty"))
        }
    }

    /// An index of which one platform was never pulled.
    @Test func missingPlatforms() throws {
        try Self.withImage { little, run in
            try Self.addPlatform(little.directory.appending("app"))
            try outputOf("mv", ["app", "both"], directory: little.directory)
            let some = try run("copy", "both", "oci:some")
            #expect(some.status == 0, "\(some.errorText)")
            #expect(some.text.contains("only linux/amd64 is copied") && some.text.contains("arm64"), "\(some.text)")
            let none = try run("copy", "both", "oci:none", "--all-platforms")
            #expect(none.status == 2)
            for part in ["image.missingPlatforms", "linux/arm64", "--platform linux/amd64"] {
                #expect(none.errorText.contains(part), "\(none.errorText)")
            }
            #expect(try run("copy", "both", "oci:one", "--platform", "linux/amd64").status == 0)
            #expect(try run("copy", "both", "oci:x", "--platform", "linux/s390x").status == 64)
        }
    }

    /// Gives an image an index that names another platform, of which nothing is there.
    private static func addPlatform(_ layout: FilePath) throws {
        let index = String(decoding: try readFile(layout.appending("index.json")), as: UTF8.self)
        let open = try #require(index.firstIndex(of: "["))
        let close = try #require(index.lastIndex(of: "]"))
        let other = #"{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"\#(Digest.of([]))","size":9,"#
        let platform = #""platform":{"os":"linux","architecture":"arm64"}}"#
        let inner = Array((index[..<close] + "," + other + platform + index[close...]).utf8)
        try writeFile(layout.appending("blobs/sha256").appending(Digest.of(inner).hex), inner)
        let type = #"{"mediaType":"application/vnd.oci.image.index.v1+json","#
        let root = #""digest":"\#(Digest.of(inner))","size":\#(inner.count)}"#
        try writeFile(layout.appending("index.json"), String(index[...open]) + type + root + String(index[close...]))
    }

    @Test func mistakes() throws {
        let mistakes: [(words: [String], status: Int32)] = [
            (["copy", "app", "nowhere:x"], 64), (["copy", "oci:none", "oci:x"], 2),
            (["push", "app", "Capital/Letters"], 64), (["copy", "app", "oci:x", "--platform", "linux/s390x"], 64),
            (["copy", "app", "oci:x", "--platform", "l i n u x"], 64), (["login", "example.org", "-u", "ann"], 64),
            (["export", "app", "-o", "-", "--json"], 64), (["copy", "app", "tar:-", "--json"], 64),
            (["copy", "app", "docker-archive:-", "--json"], 64), (["copy", "app", "oci:-"], 64),
            (["copy", "app", "-"], 64),
            (["pack", "hello", "--from", "debian:trixie", "-o", "oci-archive:-"], 64),
            (["copy", "app", "tar:"], 64), (["copy", "app", "tar:a.tar.bz2"], 64),
            (["copy", "app", "dir:x", "--all-platforms"], 64), (["copy", "app", "dir:."], 64),
            (["pack", "hello", "--from", "debian:trixie", "-o", "dir:x"], 64),
        ]
        try Self.withImage { _, run in
            for mistake in mistakes {
                let result = try run(mistake.words)
                #expect(result.status == mistake.status, "\(mistake.words): \(result.errorText)")
                #expect(result.text.isEmpty)
            }
        }
    }
}

/// Images in a real registry, moved by the program.
@Suite(.enabled(if: TestKey.isAvailable && hasRegistry, Comment(rawValue: noRegistry)))
struct RegistryRunTests {
    private static func withImage(_ body: (PlinthRun, RegistryProcess) async throws -> Void) async throws {
        try await withRegistry { registry in
            try await withAsyncScratchDirectory { directory in
                try LittleArchive.with { little, run in
                    _ = try run("pack", "hello", "--from", "debian:trixie", "--arch", "amd64", "-o", "app")
                    _ = try runProgram(
                        "cp", ["-r", little.directory.appending("app").string, directory.appending("app").string])
                }
                try await body(PlinthRun(home: directory), registry)
            }
        }
    }

    @Test func aSecondPushMovesNothing() async throws {
        try await Self.withImage { run, registry in
            let reference = "\(registry.host)/team/app:1"
            let first = try run("push", "app", reference)
            #expect(first.status == 0, "\(first.errorText)")
            #expect(first.text.contains("2 sent"))
            let second = try run("push", "app", reference)
            #expect(second.text.contains("blobs       2 there already"), "\(second.text)")
            let other = try run("copy", "docker://" + reference, "docker://\(registry.host)/other/app:2")
            #expect(other.text.contains("2 mounted"), "\(other.text) \(other.errorText)")
            let back = try run("pull", reference, "back")
            #expect(back.status == 0, "\(back.errorText)")
            let same = try runProgram("diff", ["-r", "app/blobs", "back/blobs"], directory: run.home)
            #expect(same.status == 0, "\(same.text)")
        }
    }

    /// What a lock has pinned and the store holds is not asked for again.
    @Test func aPinnedBaseIsHere() async throws {
        try await Self.withImage { run, registry in
            let name = "\(registry.host)/team/base:1"
            #expect(try run("push", "app", name).status == 0)
            try writeFile(run.home.appending("own"), "own\n")
            try writeFile(
                run.home.appending("image.yaml"),
                "base: docker://\(name)\nfiles: [{source: own, path: /etc/}]\narchs: [amd64]\n")
            let unlocked = try run("build", "image.yaml", "-o", "one", "--offline")
            #expect(unlocked.status == 2 && unlocked.errorText.contains("fetch.offline"), "\(unlocked.errorText)")
            #expect(try run("lock", "image.yaml").status == 0)
            let first = try run("build", "image.yaml", "--locked", "-o", "one")
            #expect(first.status == 0, "\(first.errorText)")
            // The name stands for another image from now on; the lock does not.
            #expect(try run("push", "one", name).status == 0)
            let again = try run("build", "image.yaml", "--locked", "--offline", "-o", "two")
            #expect(again.status == 0, "\(again.errorText)")
            #expect(again.text.suffix(72) == first.text.suffix(72))
            let shown = try run("inspect", "one", "--raw").text
            #expect(shown.contains("org.opencontainers.image.base.name"))
        }
    }

    @Test func twentyPushesAtOnce() async throws {
        try await Self.withImage { run, registry in
            let numbers = (1...20).map { "\($0)\n" }.joined()
            let result = try runProgram(
                "xargs", ["-P20", "-I{}", PlinthRun.binary, "push", "app", "\(registry.host)/app:{}", "--quiet"],
                input: Array(numbers.utf8), directory: run.home, variables: run.variables)
            #expect(result.status == 0, "\(result.errorText)")
            for number in [1, 20] {
                #expect(try run("pull", "\(registry.host)/app:\(number)", "b\(number)").status == 0)
            }
        }
    }

    @Test func whatIsNotThere() async throws {
        try await Self.withImage { run, registry in
            let missing = try run("pull", "\(registry.host)/none:1", "x")
            #expect(missing.status == 2)
            #expect(missing.errorText.contains("registry.missing"))
            let inspected = try run("copy", "docker://\(registry.host)/none", "oci:x")
            #expect(inspected.status == 2)
        }
    }

    /// A wrong password is refused and not kept; a right one is kept and forgotten.
    @Test func loggingIn() async throws {
        try await withRegistry(RegistrySetup(wantsPassword: true)) { registry in
            try withScratchDirectory { directory in
                var run = PlinthRun(home: directory)
                run.variables["REGISTRY_AUTH_FILE"] = directory.appending("auth.json").string
                func login(_ password: String) throws -> ProgramResult {
                    try runProgram(
                        PlinthRun.binary, ["login", registry.host, "-u", "user", "--password-stdin"],
                        input: Array(password.utf8), directory: directory, variables: run.variables)
                }
                let wrong = try login("wrong\n")
                #expect(wrong.status == 2)
                #expect(wrong.errorText.contains("registry.unauthorized"), "\(wrong.errorText)")
                let right = try login("secret\n")
                #expect(right.status == 0, "\(right.errorText)")
                #expect(!right.text.contains("secret"))
                #expect(try run("logout", registry.host).text.hasPrefix("Logged out"))
                #expect(try run("logout", registry.host).text.hasPrefix("Nothing was kept"))
            }
        }
    }
}
