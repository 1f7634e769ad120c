// SPDX-License-Identifier: Apache-2.0
import PlinthAlpineSamples
import PlinthCore
import PlinthTestSupport
import SystemPackage
import Testing

/// Real Alpine, from real packages: judged by the official root file system and by its own `apk`.
@Suite(.enabled(if: AlpineRoot.archive != nil, "\(AlpineRoot.missing)"))
struct AlpineTests {
    /// The official root, its packages as a signed repository, and a run of the program.
    struct Bench {
        let directory: FilePath
        let official: FilePath
        let forge: ApkForge
        let run: PlinthRun

        static func with(_ body: (Bench) throws -> Void) throws {
            let archive = try #require(AlpineRoot.archive)
            try withScratchDirectory { directory in
                let root = try AlpineRoot(unpacking: archive, into: directory.appending("official"))
                let forge = ApkForge(key: try ForgeKey(), directory: directory.appending("repository"))
                try forge.write(try root.packages(noarch: ["alpine-keys"]))
                try body(Bench(directory: directory, official: archive, forge: forge, run: PlinthRun(home: directory)))
            }
        }

        /// Builds a recipe with the repository in it.
        func build(_ name: String, _ recipe: String) throws -> FilePath {
            let file = directory.appending(name + ".yaml")
            let text = """
                distribution: alpine:3.20
                contents:
                  repositories: [{url: \(forge.directory)}]
                  keyring: [\(forge.keys)]
                \(recipe)
                archs: [x86_64]

                """
            try writeFile(file, text)
            let image = directory.appending(name)
            let result = try run("build", file.string, "-o", "oci:\(image)")
            #expect(result.status == 0, "\(result.errorText)")
            let tar = directory.appending(name + ".tar")
            let export = try run("export", "oci:\(image)", "-o", tar.string)
            #expect(export.status == 0, "\(export.errorText)")
            return tar
        }

        func unpacked(_ tar: FilePath) throws -> AlpineRoot {
            let root = FilePath(tar.string + ".root")
            try makeDirectories(root)
            // Nobody but root makes devices, and a sandbox brings its own.
            try outputOf("tar", ["-xf", tar.string, "-C", root.string, "--no-same-owner", "--exclude=dev/*"])
            return AlpineRoot(root)
        }
    }

    /// What the makers of the official archive did to it after its packages were installed.
    private static let explained: [String: String] = [
        "dev/console": "apk makes it, the archive has nothing in dev", "dev/null": "as above",
        "dev/random": "as above", "dev/urandom": "as above", "dev/zero": "as above",
        "dev/pts": "of the base layout; the archive has nothing in dev", "dev/shm": "as above",
        "etc/alpine-release": "taken out of alpine-base, which is not installed", "etc/issue": "as above",
        "etc/secfixes.d": "as above", "etc/secfixes.d/alpine": "as above",
        "etc/os-release": "as above; ours is a link to what we write", "usr/lib/os-release": "ours",
        "etc/apk/repositories": "the repository of this test",
        "etc/apk/keys/forge-00000001.rsa.pub": "the key of this test",
        "etc/group": "the archive's scripts were not run: klogd", "etc/passwd": "as above", "etc/shadow": "as above",
        "lib/apk/db/installed": "the packages were compressed anew", "lib/apk/db/scripts.tar": "as above",
        "lib/apk/db/triggers": "as above", "proc": "made read-only by hand",
    ]

    @Test func fullSystemIsTheOfficialOne() throws {
        try Bench.with { bench in
            let tar = try bench.build("full", "profile: full")
            let ours = try TarListing.of(tar)
            let official = try TarListing.of(bench.official)
            let names = Set(ours.keys).union(official.keys).filter { ours[$0] != official[$0] }
            #expect(names.filter { Self.explained[$0] == nil }.sorted() == [])
            #expect(ours.count > 500)
            let system = try bench.unpacked(tar)
            let accounts = String(decoding: try system.bytes("etc/passwd"), as: UTF8.self)
            #expect(accounts.contains("\nklogd:x:100:101:klogd:/dev/null:/sbin/nologin\n"))
            #expect(String(decoding: try system.bytes("etc/group"), as: UTF8.self).contains("\nklogd:x:101:klogd\n"))
        }
    }

    @Test func itsOwnApkFindsNothingAmiss() throws {
        try Bench.with { bench in
            let system = try bench.unpacked(try bench.build("full", "profile: full"))
            let official = try AlpineRoot(unpacking: bench.official, into: bench.directory.appending("other"))
            #expect(try system.apk(["info"]).text == official.apk(["info"]).text)
            // What scripts made of the accounts is a change, as on any system.
            let audit = try system.apk(["audit"]).text.split(separator: "\n").filter { !$0.hasPrefix("A ") }
            #expect(audit.sorted() == ["U etc/group", "U etc/passwd", "U etc/shadow"])
            #expect(try system.apk(["audit", "--system"]).text == "")
            #expect(try system.apk(["fix", "--simulate"]).text.hasPrefix("OK: "))
            #expect(try system.run(["/bin/sh", "-c", "echo $((6*7)); ls /bin/busybox"]).text == "42\n/bin/busybox\n")
            let client = try system.run(["/usr/bin/ssl_client"])
            #expect(!client.errorText.contains("not found") && client.status != 127, "\(client.errorText)")
        }
    }

    @Test func apkAddsAPackageToIt() throws {
        try Bench.with { bench in
            let system = try bench.unpacked(try bench.build("full", "profile: full"))
            let extra = ApkForge(key: bench.forge.key, directory: bench.directory.appending("extra"))
            try extra.write([
                ForgedPackage(
                    "greeting",
                    files: [
                        ForgedPackage.File.directory("usr"), ForgedPackage.File.directory("usr/bin"),
                        ForgedPackage.File.file("usr/bin/greet", "#!/bin/sh\necho hello\n", mode: 0o755),
                    ])
            ])
            let added = try system.apk(
                ["add", "--no-network", "/tmp/extra/x86_64/greeting-1.0-r0.apk"],
                folders: ["/tmp/extra": extra.directory])
            #expect(added.status == 0, "\(added.text)\(added.errorText)")
            #expect(try system.run(["/usr/bin/greet"]).text == "hello\n")
            #expect(try system.apk(["info", "-e", "greeting"]).text == "greeting\n")
        }
    }

    @Test func minimalImageHasWhatWasNamed() throws {
        try Bench.with { bench in
            let tar = try bench.build("small", "  packages: [busybox]")
            let system = try bench.unpacked(tar)
            #expect(try system.run(["/bin/busybox", "echo", "small"]).text == "small\n")
            let paths = Set(try TarListing.of(tar).keys)
            #expect(paths.isSuperset(of: ["bin/ls", "bin/busybox", "lib/ld-musl-x86_64.so.1", "lib/apk/db/installed"]))
            #expect(!paths.contains("sbin/apk"))
            let again = try bench.run("build", "small.yaml", "-o", "oci:\(bench.directory.appending("small"))")
            #expect(again.status == 0)
        }
    }

    @Test(arguments: ["single", "package", "origin, budget: 3", "popularity"])
    func sameBytesAgain(_ strategy: String) throws {
        try Bench.with { bench in
            var digests: Set<String> = []
            for (name, zone) in [("one", "UTC"), ("two", "Asia/Kolkata")] {
                var run = bench.run
                run.variables["PLINTH_HOME"] = bench.directory.appending("store-\(name)").string
                run.variables["TZ"] = zone
                let other = Bench(
                    directory: bench.directory, official: bench.official, forge: bench.forge, run: run)
                let packing = strategy == "package" ? "zstd" : "gzip"
                let tar = try other.build(
                    "same", "profile: full\nlayering: {strategy: \(strategy)}\ncompression: \(packing)")
                digests.insert(Digest.of(try readFile(bench.directory.appending("same/index.json"))).hex)
                digests.insert("tar " + Digest.of(try readFile(tar)).hex)
            }
            #expect(digests.count == 2)
        }
    }

    @Test(arguments: ["packages", "index", "key"]) func nothingUntrustedGetsIn(_ what: String) throws {
        try Bench.with { bench in
            let folder = bench.forge.directory.appending("x86_64")
            switch what {
            case "packages": try flip(folder.appending("musl-1.2.5-r0.apk"), from: 3000)
            case "index": try flip(folder.appending("APKINDEX.tar.gz"), from: 700)
            default: try writeFile(bench.forge.keys.appending(bench.forge.key.name), try ForgeKey().publicPEM)
            }
            let recipe = bench.directory.appending("bad.yaml")
            try writeFile(
                recipe,
                "distribution: alpine:3.20\ncontents: {packages: [musl], repositories: [{url: \(bench.forge.directory)}], "
                    + "keyring: [\(bench.forge.keys)]}\narchs: [x86_64]\n")
            let result = try bench.run("build", recipe.string, "-o", "oci:\(bench.directory.appending("bad"))")
            #expect(result.status == 2)
            let wanted = ["packages": "musl-1.2.5-r0.apk", "index": "APKINDEX.tar.gz", "key": "APKINDEX.tar.gz"]
            #expect(result.errorText.contains(wanted[what] ?? "?"), "\(result.errorText)")
            #expect(!((try? bench.directory.appending("bad").stat()) != nil))
        }
    }

    private func flip(_ file: FilePath, from offset: Int) throws {
        var bytes = try readFile(file)
        bytes[min(offset, bytes.count - 1)] ^= 0x10
        try writeFile(file, bytes)
    }
}
