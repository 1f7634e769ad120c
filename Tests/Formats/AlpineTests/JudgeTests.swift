// SPDX-License-Identifier: Apache-2.0
import PlinthAlpine
import PlinthAlpineSamples
import PlinthArchive
import PlinthCore
import PlinthTestSupport
import SystemPackage
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Judged by the real apk 2.14 of the official minirootfs.
@Suite(.enabled(if: AlpineRoot.archive != nil, Comment(rawValue: AlpineRoot.missing)))
struct JudgeTests {
    private func withRoot(_ body: (AlpineRoot, FilePath) throws -> Void) throws {
        guard let archive = AlpineRoot.archive else { return }
        try withScratchDirectory { scratch in
            try body(try AlpineRoot(unpacking: archive, into: scratch.appending("root")), scratch)
        }
    }

    /// The root's packages, put together again and installed by apk into a new root: both databases are ours, too.
    @Test func reassembled() throws {
        try withRoot { root, scratch in
            let forge = ApkForge(key: try ForgeKey(), directory: scratch.appending("repository"))
            let packages = try root.packages()
            try forge.write(packages)
            let world = ApkDatabaseFiles.constraints(ofWorld: try root.bytes("etc/apk/world"))
            try makeDirectories(scratch.appending("new"))
            let result = try root.apk(add(world), folders: ["/mnt": scratch])
            #expect(result.status == 0, "\(result.text) \(result.errorText)")
            let made = AlpineRoot(scratch.appending("new"))
            #expect(try made.installed().map(\.record.name) == root.installed().map(\.record.name))
            try compare(made, packages, forge, world)
        }
    }

    /// Packages with everything that may be in one, and what apk writes about them.
    @Test(.enabled(if: getuid() == 0, "only root makes devices"))
    func kinds() throws {
        try withRoot { root, scratch in
            let key = try TestKeys.ours.get()
            let forge = ApkForge(key: key, directory: scratch.appending("repository"))
            var package = ForgedPackage.sample
            package.record.depends = []
            package.record.installIf = []
            package.scripts = [:]
            package.fields = [("replaces", "hallo"), ("replaces", "salut<2"), ("replaces_priority", "7")]
            var owned = TarEntry(name: Array("usr/bin/owned".utf8), kind: .file, mode: 0o6751, user: 3, group: 65_534)
            owned.attributes = ["user.b": [1, 0, 2], "user.a": Array("value".utf8)]
            package.files.append(.init(owned, [1, 2, 3], checksum: .of([1, 2, 3])))
            let device = TarEntry(
                name: Array("tmp/null".utf8), kind: .characterDevice, mode: 0o666, deviceMajor: 1, deviceMinor: 3)
            package.files.append(.init(device, checksum: nil))
            package.files.append(.directory("var", mode: 0o2775))
            package.files.append(.file("usr/late", "behind other directories"))
            let long = String(repeating: "n", count: 120)
            package.files.append(.file("var/" + long, "long"))
            package.files.append(.symlink("var/link", to: "/" + long))
            var other = ForgedPackage("without-files")
            other.record.architecture = "noarch"
            try forge.write([package, other])
            try makeDirectories(scratch.appending("new"))
            let result = try root.apk(add(["hello", "without-files"]), folders: ["/mnt": scratch])
            #expect(result.status == 0, "\(result.text) \(result.errorText)")
            try compare(AlpineRoot(scratch.appending("new")), [package, other], forge, ["hello", "without-files"])
        }
    }

    private func add(_ world: [String]) -> [String] {
        let repository = ["--repository", "/mnt/repository", "--keys-dir", "/mnt/repository/keys", "--no-cache"]
        return ["--root", "/mnt/new", "--initdb", "--arch", "x86_64"] + repository + ["add"] + world
    }

    /// What `apk verify` says of packages, and what we say.
    @Test func verdicts() throws {
        try withRoot { root, scratch in
            let (ours, theirs) = (try TestKeys.ours.get(), try TestKeys.theirs.get())
            let keyring = try TestKeys.keyring([ours])
            try writeFile(scratch.appending("keys").appending(ours.name), ours.publicPEM)
            let folder = scratch.appending("packages")
            let packages = try packages(ours, theirs)
            for (name, bytes) in packages { try writeFile(folder.appending(name + ".apk"), bytes) }
            for (name, bytes) in packages {
                let result = try root.apk(
                    ["--keys-dir", "/mnt/keys", "verify", "/mnt/packages/\(name).apk"], folders: ["/mnt": scratch])
                let isGood = problemCode { _ = try unpack(bytes, keyring: keyring) } == nil
                #expect(isGood == (result.status == 0), "\(name): \(result.text)")
                #expect(isGood == name.hasPrefix("good"), "\(name)")
            }
        }
    }

    private func packages(_ ours: ForgeKey, _ theirs: ForgeKey) throws -> [(String, [UInt8])] {
        var sample = ForgedPackage.sample
        var result = [
            ("good-rsa", try sample.apk(keys: [ours])), ("good-rsa256", try sample.apk(keys: [ours], .rsa256)),
            ("good-rsa512", try sample.apk(keys: [ours], .rsa512)),
            ("good-two", try sample.apk(keys: [theirs, ours])), ("bad-key", try sample.apk(keys: [theirs])),
            ("bad-unsigned", try sample.apk()),
        ]
        sample.dataMembers = 3
        result.append(("good-members", try sample.apk(keys: [ours])))
        let good = result[0].1
        let layout = try ApkFile(good, place: "good")
        for (name, place) in [
            ("bad-control", layout.control.offset + 20), ("bad-data", layout.data.offset + 20),
            ("bad-data-end", layout.data.end - 1), ("bad-control-end", layout.control.end - 1),
        ] {
            var changed = good
            changed[Int(place)] ^= 4
            result.append((name, changed))
        }
        result.append(("bad-cut", Array(good.dropLast(10))))
        result.append(("bad-no-data", Array(good[..<Int(layout.control.end)])))
        return result
    }

    private func compare(
        _ made: AlpineRoot, _ packages: [ForgedPackage], _ forge: ApkForge, _ world: [String]
    ) throws {
        var keyring = ApkKeyring()
        try keyring.add(name: forge.key.name, pem: forge.key.publicPEM)
        let read = try packages.map { package in
            let path = forge.directory.appending("x86_64").appending(package.record.fileName)
            return try unpack(try readFile(path), keyring: keyring, place: package.record.fileName)
        }
        let ours = ApkInstalled.file(read.map { ApkInstalled($0.0, entries: $0.1, architecture: "x86_64") })
        #expect(text(ours) == text(try made.bytes("lib/apk/db/installed")))
        let theirs = try made.bytes("lib/apk/db/scripts.tar")
        // apk writes them in the order in which it installed the packages.
        let order = try ScriptArchive.parse(theirs, place: "made").map(\.name)
        let scripts = read.sorted { place($0.0, in: order) < place($1.0, in: order) }
            .flatMap { ScriptArchive.scripts(of: $0.0) }
        #expect(try ScriptArchive.parse(theirs, place: "made") == scripts)
        #expect(ScriptArchive.file(scripts) == theirs)
        let triggers = read.filter { !$0.0.triggers.isEmpty }.map { control, _ in
            ApkDatabaseFiles.Trigger(checksum: control.record.checksum ?? .of([]), directories: control.triggers)
        }
        #expect(text(ApkDatabaseFiles.triggers(triggers)) == text(try made.bytes("lib/apk/db/triggers")))
        #expect(text(ApkDatabaseFiles.world(world)) == text(try made.bytes("etc/apk/world")))
        #expect(text(ApkDatabaseFiles.architectures(["x86_64"])) == text(try made.bytes("etc/apk/arch")))
    }

    private func place(_ control: ApkControl, in order: [String]) -> Int {
        order.firstIndex(of: control.record.name) ?? order.count
    }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
